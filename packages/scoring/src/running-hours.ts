import type { MinuteSum } from "./minute-sum.ts";
import { MINUTE_MS, minuteOf } from "./minutes.ts";
import type { QualityRules } from "./quality/rules.ts";
import type { MutableSummary } from "./summary.ts";

const START = 0;
/** Of any reading, also one that is flagged. */
const NEWEST = 1;
const COUNT = 2;
/** Of the minutes before the one of the last reading, and of that one: see {@link MinuteSum}. */
const SUM_BEFORE = 3;
const SUM_OF_MINUTE = 4;
const MINUTE_END = 5;
const MIN = 6;
const MAX = 7;
const FIRST = 8;
const FIRST_TIME = 9;
const LAST = 10;
const LAST_TIME = 11;
const OUT_OF_RANGE = 12;
const ROW = 13;
const FIRST_ROOM = 16;

/**
 * What the readings of the newest hour of each series add up to, one row of numbers for each: a reading that comes after all
 * others is added to the row of its series, and an evaluation reads the row instead of the hour. Always added up minute by minute in order of
 * time, from the first one, so the sum is that of the hour, to the last digit. A row that cannot be gone on with is empty
 * until the series has a new hour, or until somebody keeps in it what the hour adds up to.
 */
export class RunningHours {
  #rows = new Float64Array();
  #count = 0;

  /** A place for one more series. */
  add(): number {
    if (this.#count * ROW === this.#rows.length) {
      const roomier = new Float64Array(Math.max(FIRST_ROOM, Math.ceil(1.5 * this.#count)) * ROW);
      roomier.set(this.#rows);
      this.#rows = roomier;
    }
    this.#rows[this.#count * ROW + START] = Number.NaN;
    return this.#count++;
  }

  /** The first reading of an hour that begins there. */
  begin(slot: number, start: number, time: number, value: number, rules: QualityRules | undefined): void {
    // What is too fast depends on the readings around it: there is no going on.
    if (rules?.rate) return;
    const rows = this.#rows;
    const at = slot * ROW;
    rows[at + START] = start;
    rows[at + COUNT] = 0;
    rows[at + SUM_BEFORE] = 0;
    rows[at + SUM_OF_MINUTE] = 0;
    rows[at + MINUTE_END] = Number.NEGATIVE_INFINITY;
    rows[at + MIN] = Number.POSITIVE_INFINITY;
    rows[at + MAX] = Number.NEGATIVE_INFINITY;
    rows[at + FIRST] = 0;
    rows[at + FIRST_TIME] = 0;
    rows[at + LAST] = 0;
    rows[at + LAST_TIME] = 0;
    rows[at + OUT_OF_RANGE] = 0;
    this.append(slot, start, time, value, rules);
  }

  /** A reading that is newer than all others of its hour. */
  append(slot: number, start: number, time: number, value: number, rules: QualityRules | undefined): void {
    const rows = this.#rows;
    const at = slot * ROW;
    if (rows[at + START] !== start) return;
    rows[at + NEWEST] = time;
    const range = rules?.range;
    if (range && (value < range[0] || value > range[1])) {
      rows[at + OUT_OF_RANGE] = (rows[at + OUT_OF_RANGE] ?? 0) + 1;
      return;
    }
    const count = rows[at + COUNT] ?? 0;
    if (count === 0) {
      rows[at + FIRST] = value;
      rows[at + FIRST_TIME] = time;
    }
    rows[at + COUNT] = count + 1;
    if (time >= (rows[at + MINUTE_END] ?? 0)) {
      rows[at + SUM_BEFORE] = (rows[at + SUM_BEFORE] ?? 0) + (rows[at + SUM_OF_MINUTE] ?? 0);
      rows[at + SUM_OF_MINUTE] = 0;
      rows[at + MINUTE_END] = minuteOf(time) + MINUTE_MS;
    }
    rows[at + SUM_OF_MINUTE] = (rows[at + SUM_OF_MINUTE] ?? 0) + value;
    if (value < (rows[at + MIN] ?? 0)) rows[at + MIN] = value;
    if (value > (rows[at + MAX] ?? 0)) rows[at + MAX] = value;
    rows[at + LAST] = value;
    rows[at + LAST_TIME] = time;
  }

  /** The hour has changed in another way. */
  empty(slot: number, start: number): void {
    if (this.#rows[slot * ROW + START] === start) this.#rows[slot * ROW + START] = Number.NaN;
  }

  /** Keeps what a whole hour adds up to; `sum` has the parts of the sum. */
  keep(slot: number, start: number, newest: number, summary: MutableSummary, sum: MinuteSum): void {
    const rows = this.#rows;
    const at = slot * ROW;
    const { count } = summary;
    rows[at + START] = start;
    rows[at + NEWEST] = newest;
    rows[at + COUNT] = count;
    rows[at + SUM_BEFORE] = sum.before;
    rows[at + SUM_OF_MINUTE] = sum.minute;
    rows[at + MINUTE_END] = sum.end;
    rows[at + MIN] = count === 0 ? Number.POSITIVE_INFINITY : summary.min;
    rows[at + MAX] = count === 0 ? Number.NEGATIVE_INFINITY : summary.max;
    rows[at + FIRST] = summary.first;
    rows[at + FIRST_TIME] = summary.firstTime;
    rows[at + LAST] = summary.last;
    rows[at + LAST_TIME] = summary.lastTime;
    rows[at + OUT_OF_RANGE] = summary.flagged?.range ?? 0;
  }

  /** The time of the newest reading of the hour that the row is of. */
  newest(slot: number): number {
    return this.#rows[slot * ROW + NEWEST] ?? Number.NaN;
  }

  /** Whether the row is that of an hour with no reading at `to` or later: then it is the summary of the hour before `to`. */
  read(slot: number, start: number, to: number, into: MutableSummary): boolean {
    const rows = this.#rows;
    const at = slot * ROW;
    if (rows[at + START] !== start || (rows[at + NEWEST] ?? 0) >= to) return false;
    const count = rows[at + COUNT] ?? 0;
    const range = rows[at + OUT_OF_RANGE] ?? 0;
    into.count = count;
    into.sum = (rows[at + SUM_BEFORE] ?? 0) + (rows[at + SUM_OF_MINUTE] ?? 0);
    into.flagged = range === 0 ? undefined : { range, rate: 0 };
    into.min = count === 0 ? 0 : (rows[at + MIN] ?? 0);
    into.max = count === 0 ? 0 : (rows[at + MAX] ?? 0);
    into.first = rows[at + FIRST] ?? 0;
    into.firstTime = rows[at + FIRST_TIME] ?? 0;
    into.last = rows[at + LAST] ?? 0;
    into.lastTime = rows[at + LAST_TIME] ?? 0;
    return true;
  }
}
