import type { MinuteSum } from "./minute-sum.ts";
import { MINUTE_MS } from "./minutes.ts";
import type { MutableSummary } from "./summary.ts";

const START = 0;
/** Times of the first and the last reading of any kind. */
const OLDEST = 1;
const NEWEST = 2;
const OUT_OF_RANGE = 3;
/** What follows is of the readings in range. */
const COUNT = 4;
const SUM = 5;
const MIN = 6;
const MAX = 7;
const FIRST = 8;
const FIRST_TIME = 9;
const LAST = 10;
const LAST_TIME = 11;
const ROW = 12;

/**
 * The first minutes of an hour of one series of which the readings are not kept any more: a row of twelve numbers each. Minutes
 * without readings have none. A range that is asked for is taken to begin and end with a minute.
 */
export class MinuteSummaries {
  readonly #rows: number[] = [];
  /** How many readings they are made of, those out of range too. */
  readings = 0;
  /** Every reading before this is in them. */
  end = Number.NEGATIVE_INFINITY;

  /** Adds a minute that is later than the others. */
  append(start: number, oldest: number, newest: number, summary: MutableSummary): void {
    const range = summary.flagged?.range ?? 0;
    this.#rows.push(
      start,
      oldest,
      newest,
      range,
      summary.count,
      summary.sum,
      summary.min,
      summary.max,
      summary.first,
      summary.firstTime,
      summary.last,
      summary.lastTime,
    );
    this.readings += summary.count + range;
    this.end = start + MINUTE_MS;
  }

  /** The time of the newest reading. */
  get newest(): number {
    return this.#rows[this.#rows.length - ROW + NEWEST] ?? Number.NEGATIVE_INFINITY;
  }

  /** Adds the minutes of [from, to) to a summary that has no readings yet, and their sums to `sum`. Returns how many readings were out of range. */
  summarize(from: number, to: number, into: MutableSummary, sum: MinuteSum): number {
    const rows = this.#rows;
    let range = 0;
    for (let at = 0; at < rows.length; at += ROW) {
      const start = rows[at + START] ?? 0;
      if (start < from) continue;
      if (start >= to) break;
      range += rows[at + OUT_OF_RANGE] ?? 0;
      const count = rows[at + COUNT] ?? 0;
      if (count === 0) continue;
      sum.addMinute(start, rows[at + SUM] ?? 0);
      const min = rows[at + MIN] ?? 0;
      const max = rows[at + MAX] ?? 0;
      if (into.count === 0) {
        into.first = rows[at + FIRST] ?? 0;
        into.firstTime = rows[at + FIRST_TIME] ?? 0;
        into.min = min;
        into.max = max;
      } else {
        if (min < into.min) into.min = min;
        if (max > into.max) into.max = max;
      }
      into.count += count;
      into.last = rows[at + LAST] ?? 0;
      into.lastTime = rows[at + LAST_TIME] ?? 0;
    }
    return range;
  }

  /** The time of the first reading at `time` or later; infinity when there is none. In the midst of a minute with readings on both sides: `time`. */
  firstTimeFrom(time: number): number {
    const rows = this.#rows;
    for (let at = 0; at < rows.length; at += ROW) {
      if ((rows[at + NEWEST] ?? 0) >= time) return Math.max(time, rows[at + OLDEST] ?? 0);
    }
    return Number.POSITIVE_INFINITY;
  }

  /** The one value of all readings in range before `to`; NaN when there is none, undefined when there are several. */
  onlyValue(to: number): number | undefined {
    const rows = this.#rows;
    let value = Number.NaN;
    for (let at = 0; at < rows.length && (rows[at + START] ?? 0) < to; at += ROW) {
      if (rows[at + COUNT] === 0) continue;
      const min = rows[at + MIN] ?? 0;
      if (min !== rows[at + MAX] || (min !== value && !Number.isNaN(value))) return undefined;
      value = min;
    }
    return value;
  }
}
