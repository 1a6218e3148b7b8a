import { FLAG, flagReadings } from "./quality/flag-readings.ts";
import type { QualityRules } from "./quality/rules.ts";
import { HOUR_MS, type MutableSummary } from "./summary.ts";

const NO_RANGE = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] as const;

/** The summary of the first `end` readings of an hour. */
interface BegunSummary {
  end: number;
  range: number;
  /** Index of the first and the last reading that counts. */
  first: number;
  last: number;
  count: number;
  sum: number;
  min: number;
  max: number;
}

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
  /** The summary of the first readings, to go on from when more come after them; null: not known. */
  #begun: BegunSummary | null = null;

  constructor(start: number, rules?: QualityRules) {
    this.start = start;
    this.#rules = rules;
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
      this.#begun = null;
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
    const begun = begin === 0 && isSteady && this.#begun && this.#begun.end <= end ? this.#begun : null;
    let range = begun ? begun.range : 0;
    let rate = 0;
    let first = begun ? begun.first : -1;
    let last = begun ? begun.last : -1;
    let count = begun ? begun.count : 0;
    let sum = begun ? begun.sum : 0;
    let min = begun ? begun.min : Number.POSITIVE_INFINITY;
    let max = begun ? begun.max : Number.NEGATIVE_INFINITY;
    for (let i = begun ? begun.end : begin; i < end; i++) {
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
    if (begun) {
      // Written over, as there is one of it for each open hour of each series.
      begun.end = end;
      begun.range = range;
      begun.first = first;
      begun.last = last;
      begun.count = count;
      begun.sum = sum;
      begun.min = min;
      begun.max = max;
    } else if (begin === 0 && isSteady) this.#begun = { end, range, first, last, count, sum, min, max };
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
