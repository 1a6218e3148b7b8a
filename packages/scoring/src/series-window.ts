import { MinuteSum } from "./minute-sum.ts";
import { OpenHour } from "./open-hour.ts";
import type { Flagged, QualityRules } from "./quality/rules.ts";
import { RunningHours } from "./running-hours.ts";
import { SeriesVersions } from "./series-versions.ts";
import { emptySummary, HOUR_MS, hourOf, type MutableSummary, type Summary } from "./summary.ts";

/**
 * `opened`: the reading is the first one of its hour. `closed`: the readings of its hour, or of its minute, are not kept any more but summarised,
 * and this one was not added.
 */
export type Added = "opened" | "added" | "unchanged" | "closed";

/** A closed hour. */
export interface ClosedHour {
  readonly start: number;
  readonly summary: Summary;
  /** A place in the log before which everything is in it, as the caller numbers places; null: not known. */
  readonly through: number | null;
}

const START = 0;
const COUNT = 1;
const SUM = 2;
const MIN = 3;
const MAX = 4;
const FIRST = 5;
const FIRST_TIME = 6;
const LAST = 7;
const LAST_TIME = 8;
const THROUGH = 9;
const ROW = 10;
/** Flagged readings share a number with the count, so that they take no memory: 20 bits, 16 for each rule. */
const ONE_OUT_OF_RANGE = 2 ** 20;
const ONE_TOO_FAST = 2 ** 36;
const MOST_FLAGGED = 2 ** 16 - 1;
/** Left with the parts of the sum that was made last. */
const scratchSum = new MinuteSum();
const EMPTY_ROW: readonly number[] = Array(ROW).fill(Number.NaN);
/** Of all series that have no closed hour; never written to. */
const NO_ROWS: number[] = [];

/**
 * What a score needs of one series: open hours keep their readings, closed hours are one row of numbers each. An hour
 * is one or the other, never both. The state depends on the set of readings only, not on their order or repetition.
 */
export class SeriesWindow {
  readonly device: string;
  readonly metric: string;
  /** Each knows the one before it: of 100,000 series most have one or two, and an array of them would be two objects more to collect. */
  #newestOpen: OpenHour | null = null;
  /** In ascending order of time. */
  #rows: number[] = NO_ROWS;
  readonly #rules: QualityRules | undefined;
  readonly #versions: SeriesVersions;
  readonly #running: RunningHours;
  /** Where its version and its running hour stand among those of all series. */
  readonly slot: number;

  constructor(
    device: string,
    metric: string,
    rules?: QualityRules,
    versions = new SeriesVersions(),
    running = new RunningHours(),
  ) {
    this.device = device;
    this.metric = metric;
    this.#rules = rules;
    this.#versions = versions;
    this.#running = running;
    this.slot = versions.add();
    running.add();
  }

  /** Another one after each change: what was computed at one version holds as long as the window does not move. */
  get version(): number {
    return this.#versions.of(this.slot);
  }

  #hasChanged(start: number): void {
    this.#versions.next(this.slot, start / HOUR_MS);
  }

  /**
   * Adds a reading to its hour, opening the hour if there is nothing of it yet. Constant time for the newest reading.
   * @param condenseBefore no window will be asked for that begins or ends within a minute before this: of dense series, the
   * readings of these minutes need not be kept
   */
  add(time: number, value: number, condenseBefore = Number.NEGATIVE_INFINITY): Added {
    let hour = this.#newestOpen;
    let added: Added = "added";
    if (hour === null || time < hour.start || time >= hour.end) {
      const start = hourOf(time);
      hour = this.openHour(start) ?? null;
      if (hour === null) {
        if (this.#rowOf(start) >= 0) return "closed";
        hour = this.#insertOpen(start);
        added = "opened";
      }
    }
    const { start, newest } = hour;
    if (time <= newest && time < hour.condensedBefore) return "closed";
    if (!hour.add(time, value)) return "unchanged";
    this.#hasChanged(start);
    if (condenseBefore > start) hour.condense(condenseBefore);
    if (time <= newest) this.#running.empty(this.slot, start);
    else if (hour.count > 1) this.#running.append(this.slot, start, time, value, this.#rules);
    else if (start === this.#newestStart) this.#running.begin(this.slot, start, time, value, this.#rules);
    return added;
  }

  /** Of a minute of an open hour that begins at `minute`, keeps only the lowest and the highest reading; all of them if a rate within less than a minute is judged. */
  keepExtremes(minute: number): void {
    const start = hourOf(minute);
    if (!this.openHour(start)?.keepExtremes(minute)) return;
    this.#running.empty(this.slot, start);
    this.#hasChanged(start);
  }

  get #newestStart(): number {
    return this.#versions.newestHour(this.slot) * HOUR_MS;
  }

  /** The summary of the readings before `to` of an open hour; false when it is not open. */
  summarizeOpen(start: number, to: number, into: MutableSummary): boolean {
    if (this.#running.read(this.slot, start, to, into)) return true;
    const hour = this.openHour(start);
    if (hour === undefined) return false;
    hour.summarize(start, to, into, scratchSum);
    const { newest } = hour;
    if (newest < to && start === this.#newestStart && !this.#rules?.rate)
      this.#running.keep(this.slot, start, newest, into, scratchSum);
    return true;
  }

  openHour(start: number): OpenHour | undefined {
    for (let hour = this.#newestOpen; hour !== null && hour.start >= start; hour = hour.older)
      if (hour.start === start) return hour;
    return undefined;
  }

  closedHour(start: number): ClosedHour | undefined {
    const row = this.#rowOf(start);
    if (row < 0) return undefined;
    const summary = emptySummary();
    this.#readRow(row, summary);
    return { start, summary, through: this.closedThrough(start) };
  }

  isClosed(start: number): boolean {
    return this.#rowOf(start) >= 0;
  }

  /** The `through` of a closed hour; null also when the hour is not closed. */
  closedThrough(start: number): number | null {
    const through = this.#rows[this.#rowOf(start) * ROW + THROUGH] ?? Number.NaN;
    return Number.isNaN(through) ? null : through;
  }

  /** Puts a closed hour in the place of whatever is there of that hour. */
  setClosed({ start, summary, through }: ClosedHour): void {
    this.#takeOpen(start);
    const row = this.#rowOf(start);
    const at = (row >= 0 ? row : this.#insertRow(start)) * ROW;
    const rows = this.#rows;
    rows[at + START] = start;
    rows[at + COUNT] = packCounts(summary);
    rows[at + SUM] = summary.sum;
    rows[at + MIN] = summary.min;
    rows[at + MAX] = summary.max;
    rows[at + FIRST] = summary.first;
    rows[at + FIRST_TIME] = summary.firstTime;
    rows[at + LAST] = summary.last;
    rows[at + LAST_TIME] = summary.lastTime;
    rows[at + THROUGH] = through ?? Number.NaN;
    this.#running.empty(this.slot, start);
    this.#hasChanged(start);
  }

  /**
   * Opens a closed hour again, or an open one of which minutes are condensed, empty: the caller adds every reading that it has. From then on all are kept.
   * @returns the readings that were still kept of it, time and value in turn
   */
  reopen(start: number): readonly number[] {
    const row = this.#rowOf(start);
    if (row >= 0) this.#rows.splice(row * ROW, ROW);
    const open = this.#takeOpen(start);
    this.#insertOpen(start).keepReadings();
    this.#running.empty(this.slot, start);
    this.#hasChanged(start);
    return open?.kept ?? [];
  }

  /** Drops closed hours that begin before `time`. */
  forgetBefore(time: number): void {
    let gone = 0;
    while (gone < this.#rowCount && (this.#rows[gone * ROW + START] ?? 0) < time) gone++;
    if (gone === 0) return;
    this.#rows.splice(0, gone * ROW);
    this.#hasChanged(0);
  }

  /**
   * Of a window that begins at `from`: the first later beginning at which it may hold other readings, or hold them in other
   * hours, if none is added.
   */
  steadyFrom(from: number): number {
    const nextHour = hourOf(from) + HOUR_MS;
    // A window that begins with an hour loses something of it a millisecond later.
    let next = nextHour === from + HOUR_MS ? from + 1 : nextHour;
    for (let hour = this.#newestOpen; hour !== null && hour.end > from; hour = hour.older)
      next = Math.min(next, hour.firstTimeFrom(from) + 1);
    const oldest = this.#rowFrom(from - HOUR_MS + 1);
    const lastTime = this.#rows[oldest * ROW + LAST_TIME] ?? 0;
    return lastTime >= from ? Math.min(next, lastTime + 1) : next;
  }

  /** Of a window that has `at` in it as its last millisecond: the first later one for which it may hold other readings. */
  steadyTo(at: number): number {
    let next = hourOf(at + 1) + HOUR_MS - 1;
    for (let hour = this.#newestOpen; hour !== null && hour.end > at; hour = hour.older)
      next = Math.min(next, hour.firstTimeFrom(at + 1));
    const rows = this.#rows;
    for (let row = this.#rowCount - 1; row >= 0 && (rows[row * ROW + START] ?? 0) > at; row--)
      next = Math.min(next, rows[row * ROW + START] ?? 0);
    return next;
  }

  /** The time of the first reading in [from, to) of an open hour; `to` when there is none. */
  firstTimeIn(from: number, to: number): number {
    let first = to;
    for (let hour = this.#newestOpen; hour !== null && hour.end > from; hour = hour.older)
      if (hour.start < to) first = Math.min(first, hour.firstTimeFrom(from));
    return first;
  }

  /**
   * Calls `visit` with a summary of each hour that has readings, be they all flagged, in [from, to), in ascending order. Open hours are cut
   * exactly at both ends. A closed hour has no readings to cut: it counts whole when it overlaps, so a window that is
   * longer than what is kept open should begin on a full hour. The summary is only valid during the call.
   */
  eachHour(from: number, to: number, visit: (start: number, summary: Summary) => void): void {
    const scratch = emptySummary();
    let open = this.#oldestOpenFrom(from - HOUR_MS + 1);
    const openBefore = (limit: number) => {
      for (; open !== null && open.start < limit; open = this.#oldestOpenFrom(open.end)) {
        const hour = open;
        if (hour.start < from || !this.#running.read(this.slot, hour.start, to, scratch))
          hour.summarize(from, to, scratch);
        if (scratch.count > 0 || scratch.flagged) visit(hour.start, scratch);
      }
    };
    for (let row = this.#rowFrom(from - HOUR_MS + 1); row < this.#rowCount; row++) {
      const start = this.#rows[row * ROW + START] ?? 0;
      if (start >= to) break;
      openBefore(start);
      this.#readRow(row, scratch);
      visit(start, scratch);
    }
    openBefore(to);
  }

  /** Whether an hour that overlaps [from, to) may have one value only. */
  mayHaveFlatHour(from: number, to: number): boolean {
    for (let row = this.#rowCount - 1; row >= 0; row--) {
      const at = row * ROW;
      const start = this.#rows[at + START] ?? 0;
      if (start + HOUR_MS <= from) break;
      if (start < to && this.#rows[at + MIN] === this.#rows[at + MAX]) return true;
    }
    for (let hour = this.#newestOpen; hour !== null && hour.end > from; hour = hour.older)
      if (hour.start < to && hour.mayBeFlat(to)) return true;
    return false;
  }

  /** Whether there are readings in [from, to); a closed hour that overlaps counts. */
  hasReadings(from: number, to: number): boolean {
    for (let hour = this.#newestOpen; hour !== null && hour.end > from; hour = hour.older)
      if (hour.hasReadings(from, to)) return true;
    for (let row = this.#rowCount - 1; row >= 0; row--) {
      const start = this.#rows[row * ROW + START] ?? 0;
      if (start < to && start + HOUR_MS > from) return true;
    }
    return false;
  }

  /** Calls `visit` with the readings of open hours in [from, to), in order of time. */
  eachReading(from: number, to: number, visit: (time: number, value: number) => void): void {
    let hour = this.#oldestOpenFrom(from - HOUR_MS + 1);
    for (; hour !== null && hour.start < to; hour = this.#oldestOpenFrom(hour.end))
      hour.each(from, to, visit);
  }

  /** Calls `visit` with the flagged readings of open hours in [from, to), in order of time. */
  eachFlagged(
    from: number,
    to: number,
    visit: (time: number, value: number, rule: keyof Flagged) => void,
  ): void {
    let hour = this.#oldestOpenFrom(from - HOUR_MS + 1);
    for (; hour !== null && hour.start < to; hour = this.#oldestOpenFrom(hour.end))
      hour.eachFlagged(from, to, visit);
  }

  #insertOpen(start: number): OpenHour {
    const hour = new OpenHour(start, this.#rules);
    let newer: OpenHour | null = null;
    let older = this.#newestOpen;
    for (; older !== null && older.start > start; older = older.older) newer = older;
    hour.older = older;
    if (newer === null) this.#newestOpen = hour;
    else newer.older = hour;
    return hour;
  }

  /** Takes an open hour out; undefined when it is not open. */
  #takeOpen(start: number): OpenHour | undefined {
    const hour = this.openHour(start);
    if (hour === undefined) return undefined;
    let newer = this.#newestOpen;
    if (newer === hour) this.#newestOpen = hour.older;
    while (newer !== null && newer.older !== hour) newer = newer.older;
    if (newer !== null) newer.older = hour.older;
    return hour;
  }

  /** The first open hour that begins at `time` or later. */
  #oldestOpenFrom(time: number): OpenHour | null {
    let oldest: OpenHour | null = null;
    for (let hour = this.#newestOpen; hour !== null && hour.start >= time; hour = hour.older) oldest = hour;
    return oldest;
  }

  get #rowCount(): number {
    return this.#rows.length / ROW;
  }

  #rowOf(start: number): number {
    for (let row = this.#rowCount - 1; row >= 0; row--) {
      const here = this.#rows[row * ROW + START] ?? 0;
      if (here <= start) return here === start ? row : -1;
    }
    return -1;
  }

  /** The first row of an hour that begins at `time` or later. */
  #rowFrom(time: number): number {
    let low = 0;
    let high = this.#rowCount;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#rows[middle * ROW + START] ?? 0) < time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #insertRow(start: number): number {
    if (this.#rows === NO_ROWS) this.#rows = [];
    let row = this.#rowCount;
    while (row > 0 && (this.#rows[(row - 1) * ROW + START] ?? 0) > start) row--;
    this.#rows.splice(row * ROW, 0, ...EMPTY_ROW);
    return row;
  }

  #readRow(row: number, into: MutableSummary): void {
    const rows = this.#rows;
    const at = row * ROW;
    const counts = rows[at + COUNT] ?? 0;
    into.count = counts % ONE_OUT_OF_RANGE;
    into.flagged = counts < ONE_OUT_OF_RANGE ? undefined : flaggedOf(counts);
    into.sum = rows[at + SUM] ?? 0;
    into.min = rows[at + MIN] ?? 0;
    into.max = rows[at + MAX] ?? 0;
    into.first = rows[at + FIRST] ?? 0;
    into.firstTime = rows[at + FIRST_TIME] ?? 0;
    into.last = rows[at + LAST] ?? 0;
    into.lastTime = rows[at + LAST_TIME] ?? 0;
  }
}

function packCounts({ count, flagged }: Summary): number {
  if (flagged === undefined) return count;
  const { range, rate } = flagged;
  return (
    count + Math.min(range, MOST_FLAGGED) * ONE_OUT_OF_RANGE + Math.min(rate, MOST_FLAGGED) * ONE_TOO_FAST
  );
}

function flaggedOf(counts: number): Flagged {
  return {
    range: Math.floor(counts / ONE_OUT_OF_RANGE) % (MOST_FLAGGED + 1),
    rate: Math.floor(counts / ONE_TOO_FAST),
  };
}
