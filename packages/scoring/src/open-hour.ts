import { HOUR_MS, type MutableSummary } from "./summary.ts";

/**
 * The readings of one series in one hour, in order of time: a duplicate changes nothing, for one time the value that
 * came last stands, and the order of arrival does not matter. 16 bytes a reading.
 */
export class OpenHour {
  readonly start: number;
  /** True since the last change that no roll-up holds yet; who makes the roll-up sets it back. */
  changed = false;
  /** Time and value in turn. A plain array of doubles takes less memory than a typed array of this size. */
  readonly #readings: number[] = [];

  constructor(start: number) {
    this.start = start;
  }

  get count(): number {
    return this.#readings.length >> 1;
  }

  get end(): number {
    return this.start + HOUR_MS;
  }

  /** False when the same reading was already there. */
  add(time: number, value: number): boolean {
    const readings = this.#readings;
    const { count } = this;
    if (count === 0 || time > this.#time(count - 1)) {
      readings.push(time, value);
    } else {
      const at = this.#indexOf(time);
      if (this.#time(at) !== time) readings.splice(2 * at, 0, time, value);
      else if (readings[2 * at + 1] === value) return false;
      else readings[2 * at + 1] = value;
    }
    this.changed = true;
    return true;
  }

  /** Summarises the readings in [from, to), always adding up in order of time, so that one set of readings has one sum. */
  summarize(from: number, to: number, into: MutableSummary): void {
    const readings = this.#readings;
    let count = 0;
    let sum = 0;
    let min = Number.POSITIVE_INFINITY;
    let max = Number.NEGATIVE_INFINITY;
    const begin = from <= this.start ? 0 : this.#indexOf(from);
    const end = to >= this.end ? this.count : this.#indexOf(to);
    for (let i = begin; i < end; i++) {
      const value = readings[2 * i + 1] ?? Number.NaN;
      count++;
      sum += value;
      if (value < min) min = value;
      if (value > max) max = value;
    }
    into.count = count;
    into.sum = sum;
    into.min = min;
    into.max = max;
    if (count === 0) return;
    into.first = readings[2 * begin + 1] ?? Number.NaN;
    into.firstTime = this.#time(begin);
    into.last = readings[2 * end - 1] ?? Number.NaN;
    into.lastTime = this.#time(end - 1);
  }

  each(from: number, to: number, visit: (time: number, value: number) => void): void {
    for (let i = this.#indexOf(from); i < this.count && this.#time(i) < to; i++) {
      visit(this.#time(i), this.#readings[2 * i + 1] ?? Number.NaN);
    }
  }

  #time(index: number): number {
    return this.#readings[2 * index] ?? Number.NaN;
  }

  /** Index of the first reading at `time` or later. */
  #indexOf(time: number): number {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#time(middle) < time) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
