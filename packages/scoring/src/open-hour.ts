import { MinuteSum } from "./minute-sum.ts";
import { MinuteSummaries } from "./minute-summaries.ts";
import { MINUTE_MS, minuteOf } from "./minutes.ts";
import { FLAG, flagReadings } from "./quality/flag-readings.ts";
import type { QualityRules } from "./quality/rules.ts";
import { emptySummary, HOUR_MS, type MutableSummary } from "./summary.ts";

const NO_RANGE = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] as const;
/** With fewer readings in a minute than this, a row of numbers for it takes hardly less memory than they do. */
const DENSE = 10;
/** With fewer than this it is not looked whether they are dense. */
const FIRST_LOOK = 128;
/** A series whose own readings come out of order has them kept for so long after its newest one. */
const DISORDER_MS = 30_000;

const scratch = emptySummary();
const scratchSum = new MinuteSum();

/**
 * The readings of one series in one hour, in order of time: a duplicate changes nothing, for one time the value that
 * came last stands, and the order of arrival does not matter. 16 bytes a reading. Readings that the quality rules flag
 * are kept and left out of every summary. Of a dense series, minutes that are over can be {@link condense | condensed}.
 */
export class OpenHour {
  /** Hours since 1970: small enough to need no object of its own, of which there would be one for each of 100,000 series. */
  readonly #hour: number;
  /** The next one of its series that is open and earlier. */
  older: OpenHour | null = null;
  /** True since the last change that no roll-up holds yet; who makes the roll-up sets it back. */
  changed = false;
  /** Time and value in turn. A plain array of doubles takes less memory than a typed array of this size. */
  #readings: number[] = [];

  readonly #rules: QualityRules | undefined;
  /** Of the first so many readings; null: none is flagged. */
  #flags: Uint8Array | null = null;
  /** How many readings that was; −1: readings changed since. */
  #flagged = -1;
  /** Before the readings; null: none is condensed. */
  #minutes: MinuteSummaries | null = null;
  /** With so many readings it is looked whether they are dense. */
  #nextLook = FIRST_LOOK;

  constructor(start: number, rules?: QualityRules) {
    this.#hour = start / HOUR_MS;
    this.#rules = rules;
  }

  get count(): number {
    return this.#kept + (this.#minutes?.readings ?? 0);
  }

  /** How many readings are kept as such. */
  get #kept(): number {
    return this.#readings.length >> 1;
  }

  /** The time of its newest reading; -Infinity: there is none. */
  get newest(): number {
    const kept = this.#kept;
    return kept > 0 ? this.#time(kept - 1) : (this.#minutes?.newest ?? Number.NEGATIVE_INFINITY);
  }

  /** Readings before this are not kept as such, and none can be added; -Infinity: all are. */
  get condensedBefore(): number {
    return this.#minutes?.end ?? Number.NEGATIVE_INFINITY;
  }

  get start(): number {
    return this.#hour * HOUR_MS;
  }

  get end(): number {
    return this.start + HOUR_MS;
  }

  /** False when the same reading was already there. Not for a time before {@link condensedBefore}. */
  add(time: number, value: number): boolean {
    const readings = this.#readings;
    const kept = this.#kept;
    if (kept === 0 || time > this.#time(kept - 1)) {
      readings.push(time, value);
    } else {
      const at = this.#indexOf(time);
      if (this.#time(at) !== time) readings.splice(2 * at, 0, time, value);
      else if (readings[2 * at + 1] === value) return false;
      else readings[2 * at + 1] = value;
    }
    this.changed = true;
    this.#flagged = -1;
    return true;
  }

  /**
   * Where readings are dense, makes one row of numbers of each minute that ends before `before` and before the last half minute of
   * its readings. Windows that begin and end with a minute find what they found before.
   */
  condense(before: number): void {
    const kept = this.#kept;
    // What is too fast depends on the readings around it.
    if (kept < this.#nextLook || this.#rules?.rate) return;
    this.#nextLook = kept + (kept >> 2);
    const until = this.#indexOf(minuteOf(Math.min(before, this.newest - DISORDER_MS)));
    if (until === 0 || until < DENSE * this.#minutesIn(until)) return;
    const minutes = this.#minutes ?? new MinuteSummaries();
    for (let i = 0; i < until; ) {
      const start = minuteOf(this.#time(i));
      const next = this.#indexOf(start + MINUTE_MS);
      scratch.count = 0;
      scratchSum.clear();
      this.#addKept(i, next, scratch, scratchSum, 0);
      minutes.append(start, this.#time(i), this.#time(next - 1), scratch);
      i = next;
    }
    this.#minutes = minutes;
    // A copy of its own length: an array from which the beginning is taken keeps room for all that it had.
    this.#readings = this.#readings.slice(2 * until);
    this.#flagged = -1;
    this.#nextLook = Math.max(FIRST_LOOK, this.#kept + (this.#kept >> 2));
  }

  /**
   * Of the minute that begins at `start`, keeps as such only the lowest and the highest reading, of several the first. Nothing is known of the others
   * then: for who asks only how far readings went. Where a rate within less than a minute is judged, which takes all of them, nothing is done.
   * @returns whether there were others
   */
  keepExtremes(start: number): boolean {
    if ((this.#rules?.rate?.perMs ?? MINUTE_MS) < MINUTE_MS) return false;
    const from = this.#indexOf(start);
    const to = this.#indexOf(start + MINUTE_MS);
    if (to - from <= 2) return false;
    const readings = this.#readings;
    const valueAt = (index: number) => readings[2 * index + 1] ?? Number.NaN;
    let [lowest, highest] = [from, from];
    for (let i = from + 1; i < to; i++) {
      if (valueAt(i) < valueAt(lowest)) lowest = i;
      if (valueAt(i) > valueAt(highest)) highest = i;
    }
    const kept = [...new Set([lowest, highest])].sort((a, b) => a - b);
    readings.splice(2 * from, 2 * (to - from), ...kept.flatMap((i) => [this.#time(i), valueAt(i)]));
    this.changed = true;
    this.#flagged = -1;
    return true;
  }

  /** From now on every reading is kept. */
  keepReadings(): void {
    this.#nextLook = Number.POSITIVE_INFINITY;
  }

  /** In how many minutes the first so many readings are. */
  #minutesIn(readings: number): number {
    let minutes = 0;
    for (let i = 0; i < readings; minutes++) i = this.#indexOf(minuteOf(this.#time(i)) + MINUTE_MS);
    return minutes;
  }

  /**
   * Summarises the readings in [from, to), always adding up minute by minute in order of time, so that one set of readings has one sum.
   * A condensed minute is in it when it begins in it.
   * @param sum is left with the parts of the sum
   */
  summarize(from: number, to: number, into: MutableSummary, sum: MinuteSum = scratchSum): void {
    const begin = from <= this.start ? 0 : this.#indexOf(from);
    const end = to >= this.end ? this.#kept : this.#indexOf(to);
    into.count = 0;
    sum.clear();
    const range = this.#minutes === null ? 0 : this.#minutes.summarize(from, to, into, sum);
    this.#addKept(begin, end, into, sum, range);
  }

  /** Adds some of the readings that are kept to a summary of those before them, of which so many are out of range. */
  #addKept(begin: number, end: number, into: MutableSummary, sum: MinuteSum, outOfRange: number): void {
    const readings = this.#readings;
    // What is too fast depends on what comes after it; a range does not.
    const isSteady = this.#rules === undefined || this.#rules.rate === null;
    const flags = isSteady ? null : this.#flagsOf(end);
    const [least, greatest] = (isSteady && this.#rules?.range) || NO_RANGE;
    const before = into.count;
    let range = outOfRange;
    let rate = 0;
    let first = -1;
    let last = -1;
    let { count } = into;
    let min = count === 0 ? Number.POSITIVE_INFINITY : into.min;
    let max = count === 0 ? Number.NEGATIVE_INFINITY : into.max;
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
      sum.add(readings[2 * i] ?? Number.NaN, value);
      if (value < min) min = value;
      if (value > max) max = value;
    }
    into.count = count;
    into.sum = sum.total;
    into.flagged = range + rate > 0 ? { range, rate } : undefined;
    // JSON has no infinity, and a roll-up of flagged readings only is one, too.
    into.min = count === 0 ? 0 : min;
    into.max = count === 0 ? 0 : max;
    if (before === 0) {
      into.first = first < 0 ? 0 : (readings[2 * first + 1] ?? Number.NaN);
      into.firstTime = first < 0 ? 0 : this.#time(first);
    }
    if (last >= 0 || before === 0) {
      into.last = last < 0 ? 0 : (readings[2 * last + 1] ?? Number.NaN);
      into.lastTime = last < 0 ? 0 : this.#time(last);
    }
  }

  /** Whether its readings before `to` may have one value only, flagged ones aside. */
  mayBeFlat(to: number): boolean {
    if (this.#rules?.rate) return true;
    const [least, greatest] = this.#rules?.range ?? NO_RANGE;
    const only = this.#minutes === null ? Number.NaN : this.#minutes.onlyValue(to);
    if (only === undefined) return false;
    let value = only;
    const kept = this.#kept;
    for (let i = 0; i < kept && this.#time(i) < to; i++) {
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
      const readings = first === this.#kept ? this.#readings : this.#readings.slice(0, 2 * first);
      this.#flags = flagReadings(readings, this.#rules);
      this.#flagged = first;
    }
    return this.#flags;
  }

  hasReadings(from: number, to: number): boolean {
    return this.firstTimeFrom(from) < to;
  }

  /** The time of the first reading at `time` or later; infinity when there is none. In the midst of a condensed minute: `time`, at the earliest. */
  firstTimeFrom(time: number): number {
    const condensed = this.#minutes === null ? Number.POSITIVE_INFINITY : this.#minutes.firstTimeFrom(time);
    if (condensed < Number.POSITIVE_INFINITY) return condensed;
    const index = this.#indexOf(time);
    return index < this.#kept ? this.#time(index) : Number.POSITIVE_INFINITY;
  }

  /** Every reading that is kept, flagged or not, as time and value in turn. */
  get kept(): readonly number[] {
    return this.#readings;
  }

  /** Readings in [from, to) that are kept and not flagged. */
  each(from: number, to: number, visit: (time: number, value: number) => void): void {
    const end = this.#indexOf(to);
    const flags = this.#flagsOf(end);
    for (let i = this.#indexOf(from); i < end; i++) {
      if (flags === null || flags[i] === FLAG.none)
        visit(this.#time(i), this.#readings[2 * i + 1] ?? Number.NaN);
    }
  }

  /** Readings in [from, to) that are kept and flagged, with the rule. */
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

  /** Index of the first reading at `time` or later among those that are kept. */
  #indexOf(time: number): number {
    let low = 0;
    let high = this.#kept;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#time(middle) < time) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
