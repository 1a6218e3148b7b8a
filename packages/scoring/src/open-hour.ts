import { FLAG, flagReadings } from "./quality/flag-readings.ts";
import type { QualityRules } from "./quality/rules.ts";
import { HOUR_MS, type MutableSummary } from "./summary.ts";

const NO_RANGE = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] as const;

/**
 * The readings of one series in one hour, in order of time: a duplicate changes nothing, for one time the value that
 * came last stands, and the order of arrival does not matter. 16 bytes a reading. Readings that the quality rules flag
 * are kept and left out of every summary.
 */
export class OpenHour {
  readonly start: number;
  /** True since the last change that no roll-up holds yet; who makes the roll-up sets it back. */
  changed = false;
  /** Time and value in turn. A plain array of doubles takes less memory than a typed array of this size. */
  readonly #readings: number[] = [];

  readonly #rules: QualityRules | undefined;
  /** Of the first so many readings; null: none is flagged. */
  #flags: Uint8Array | null = null;
  /** How many readings that was; NaN: readings changed since. */
  #flagged = Number.NaN;

  constructor(start: number, rules?: QualityRules) {
    this.start = start;
    this.#rules = rules;
  }

  get count(): number {
    return this.#readings.length >> 1;
  }

  /** The time of its newest reading; -Infinity: there is none. */
  get newest(): number {
    return this.count === 0 ? Number.NEGATIVE_INFINITY : this.#time(this.count - 1);
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
    this.#flagged = Number.NaN;
    return true;
  }

  /** Summarises the readings in [from, to), always adding up in order of time, so that one set of readings has one sum. */
  summarize(from: number, to: number, into: MutableSummary): void {
    const readings = this.#readings;
    const begin = from <= this.start ? 0 : this.#indexOf(from);
    const end = to >= this.end ? this.count : this.#indexOf(to);
    // What is too fast depends on what comes after it; a range does not.
    const isSteady = this.#rules === undefined || this.#rules.rate === null;
    const flags = isSteady ? null : this.#flagsOf(end);
    const [least, greatest] = (isSteady && this.#rules?.range) || NO_RANGE;
    let range = 0;
    let rate = 0;
    let first = -1;
    let last = -1;
    let count = 0;
    let sum = 0;
    let min = Number.POSITIVE_INFINITY;
    let max = Number.NEGATIVE_INFINITY;
    for (let i = begin; i < end; i++) {
      const value = readings[2 * i + 1] ?? Number.NaN;
      if (value < least || value > greatest) {
        range++;
        continue;
      }
      const flag = flags === null ? FLAG.none : flags[i];
      if (flag !== FLAG.none) {
        if (flag === FLAG.range) range++;
        else rate++;
        continue;
      }
      if (first < 0) first = i;
      last = i;
      count++;
      sum += value;
      if (value < min) min = value;
      if (value > max) max = value;
    }
    into.count = count;
    into.sum = sum;
    into.flagged = range + rate > 0 ? { range, rate } : undefined;
    // JSON has no infinity, and a roll-up of flagged readings only is one, too.
    into.min = count === 0 ? 0 : min;
    into.max = count === 0 ? 0 : max;
    into.first = count === 0 ? 0 : (readings[2 * first + 1] ?? Number.NaN);
    into.firstTime = count === 0 ? 0 : this.#time(first);
    into.last = count === 0 ? 0 : (readings[2 * last + 1] ?? Number.NaN);
    into.lastTime = count === 0 ? 0 : this.#time(last);
  }

  /** Whether its readings before `to` may have one value only, flagged ones aside. */
  mayBeFlat(to: number): boolean {
    if (this.#rules?.rate) return true;
    const [least, greatest] = this.#rules?.range ?? NO_RANGE;
    let value = Number.NaN;
    for (let i = 0; i < this.count && this.#time(i) < to; i++) {
      const here = this.#readings[2 * i + 1] ?? Number.NaN;
      if (here < least || here > greatest) continue;
      if (here !== value && !Number.isNaN(value)) return false;
      value = here;
    }
    return true;
  }

  /** Only the readings before the end of a window decide what is flagged in it: what comes later changes no past. */
  #flagsOf(first: number): Uint8Array | null {
    if (this.#rules === undefined) return null;
    if (this.#flagged !== first) {
      const readings = first === this.count ? this.#readings : this.#readings.slice(0, 2 * first);
      this.#flags = flagReadings(readings, this.#rules);
      this.#flagged = first;
    }
    return this.#flags;
  }

  hasReadings(from: number, to: number): boolean {
    return this.#time(this.#indexOf(from)) < to;
  }

  /** The time of the first reading at `time` or later; infinity when there is none. */
  firstTimeFrom(time: number): number {
    const index = this.#indexOf(time);
    return index < this.count ? this.#time(index) : Number.POSITIVE_INFINITY;
  }

  /** Readings in [from, to) that are not flagged. */
  each(from: number, to: number, visit: (time: number, value: number) => void): void {
    const end = this.#indexOf(to);
    const flags = this.#flagsOf(end);
    for (let i = this.#indexOf(from); i < end; i++) {
      if (flags === null || flags[i] === FLAG.none)
        visit(this.#time(i), this.#readings[2 * i + 1] ?? Number.NaN);
    }
  }

  /** Readings in [from, to) that are flagged, with the rule. */
  eachFlagged(
    from: number,
    to: number,
    visit: (time: number, value: number, rule: "range" | "rate") => void,
  ): void {
    const end = this.#indexOf(to);
    const flags = this.#flagsOf(end);
    if (flags === null) return;
    for (let i = this.#indexOf(from); i < end; i++) {
      if (flags[i] === FLAG.none) continue;
      visit(
        this.#time(i),
        this.#readings[2 * i + 1] ?? Number.NaN,
        flags[i] === FLAG.range ? "range" : "rate",
      );
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
