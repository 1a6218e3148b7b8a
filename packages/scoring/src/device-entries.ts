import { MINUTE_MS, minuteOf } from "./minutes.ts";
import type { QualityRules } from "./quality/rules.ts";
import { firstLookedAt, stuckHours } from "./quality/stuck-hours.ts";
import type { MeasuredIndicator } from "./score-model.ts";
import type { SeriesWindow } from "./series-window.ts";
import { emptySummary, HOUR_MS, hourOf } from "./summary.ts";
import { coveredIn, loadTotals, saveTotals, TOTALS_ROW, weightedIn } from "./totals-row.ts";
import { isOfHours, type WindowBounds } from "./window-bounds.ts";
import {
  addHour,
  addHours,
  coverageOf,
  emptyTotals,
  flaggedIn,
  valueOfTotals,
  type WindowTotals,
} from "./window-totals.ts";
import type { Windows } from "./windows.ts";

/** In the column of readings: there is none in the window, not even a flagged one. */
export const NONE = -1;

/**
 * What the hours before the running one, added up, are worth. Where the window has none before it, the running one may go on with a stuck
 * one before that; it cannot when it has two values.
 */
const BEFORE = { none: 0, kept: 1, mayBeStuck: 2, nothing: 3, nothingAndFlat: 4 } as const;
/**
 * The row of an entry begins with the totals of the hours before the running one. Then: what these are worth, which hour is
 * the running one, since which version of the series none before it changed, and for which beginnings of the window they are.
 */
const STATE = TOTALS_ROW;
const RUNNING = TOTALS_ROW + 1;
const BEGUN = TOTALS_ROW + 2;
const ROW_FROM = TOTALS_ROW + 3;
const ROW_UNTIL = TOTALS_ROW + 4;
/** Of the running hour: its mean, and what it may cover. */
const RUNNING_MEAN = TOTALS_ROW + 5;
const RUNNING_MS = TOTALS_ROW + 6;
/** From which `at` to before which one the entry is. */
const SINCE = TOTALS_ROW + 7;
const UNTIL = TOTALS_ROW + 8;
const ROW = TOTALS_ROW + 9;
/** A slot of a device that has no series. */
const NO_SERIES = -1;

const scratchTotals = emptyTotals();
const scratchSummary = emptySummary();

/**
 * What each device that an indicator asks in an area says, from one evaluation to the next. A device is looked at anew only
 * when it sent something, or when its window has moved over one of its readings. The hours before the running one are added
 * up once, and the running one is added to them; while that gets longer without a reading only its length is taken anew. The
 * numbers are those that {@link deviceValue} gives, to the last digit.
 *
 * In columns, as there are as many entries as devices times indicators: an evaluation goes along rows of numbers, and
 * waits for the memory of a series only where there is something new.
 */
export class DeviceEntries {
  /** NaN: none. */
  readonly values: Float64Array;
  readonly coverage: Float64Array;
  readonly readings: Int32Array;
  readonly lastTimes: Float64Array;
  /** Places of the devices that the last look was at. */
  readonly looked: Int32Array;
  lookedCount = 0;

  readonly #indicator: MeasuredIndicator;
  readonly #rules: QualityRules | undefined;
  readonly #windows: Windows;
  /** Made from whole hours. */
  readonly #isOfHours: boolean;
  /** Hours before the running one are added up once. Levels and newest values are not made by adding up hours. */
  readonly #isByRow: boolean;
  readonly #devices: readonly string[];
  #resolvedAtSize = -1;
  readonly #series: (SeriesWindow | undefined)[];
  readonly #slots: Int32Array;
  /** Of which version of the series the entry is. */
  readonly #versions: Int32Array;
  /** What is read together stands together: a look waits for memory a few times, and not once for each number. */
  readonly #rows: Float64Array;
  /** Before the first `until` of all the entries hold as long as no series changes. */
  #steadyUntil = 0;

  constructor(
    indicator: MeasuredIndicator,
    rules: QualityRules | undefined,
    devices: readonly string[],
    windows: Windows,
  ) {
    const { length } = devices;
    const { overTime } = indicator;
    this.#indicator = indicator;
    this.#rules = rules;
    this.#devices = devices;
    this.#windows = windows;
    this.#isOfHours = isOfHours(indicator);
    const isStuckWithinHour = rules?.stuck && rules.stuck.forMs < HOUR_MS;
    this.#isByRow = overTime !== "last" && overTime !== "level_mean" && !isStuckWithinHour;
    this.values = new Float64Array(length).fill(Number.NaN);
    this.coverage = new Float64Array(length);
    this.readings = new Int32Array(length).fill(NONE);
    this.lastTimes = new Float64Array(length);
    this.looked = new Int32Array(length);
    this.#series = Array(length).fill(undefined);
    this.#slots = new Int32Array(length).fill(NO_SERIES);
    this.#versions = new Int32Array(length).fill(-1);
    this.#rows = new Float64Array(length * ROW);
    for (let n = 0; n < length; n++) this.#rows[n * ROW + SINCE] = Number.POSITIVE_INFINITY;
  }

  /** Before this moment the entries hold, in windows of the same bounds, for all whose series do not change. */
  get steadyUntil(): number {
    return this.#steadyUntil;
  }

  /** Looks for series that are new. */
  resolve(): void {
    const windows = this.#windows;
    if (this.#resolvedAtSize === windows.size) return;
    this.#resolvedAtSize = windows.size;
    const { metric } = this.#indicator;
    this.#devices.forEach((device, n) => {
      if (this.#series[n] !== undefined) return;
      const series = windows.get(device, metric);
      this.#series[n] = series;
      this.#slots[n] = series?.slot ?? NO_SERIES;
    });
  }

  /** Looks at those whose series have changed, a moment later in windows of the same bounds. */
  lookAtChanged(bounds: WindowBounds, at: number): void {
    const newest = this.#windows.versions.row;
    const slots = this.#slots;
    const versions = this.#versions;
    this.lookedCount = 0;
    for (let n = 0; n < slots.length; n++) {
      const slot = slots[n] ?? NO_SERIES;
      if (slot === NO_SERIES || newest[slot] === versions[n]) continue;
      this.#look(n, bounds, at);
    }
  }

  /** Looks at all for which something may have changed, and takes the length of the running hour anew. */
  lookAtAll(bounds: WindowBounds, at: number): void {
    const newest = this.#windows.versions.row;
    const slots = this.#slots;
    const versions = this.#versions;
    const rows = this.#rows;
    this.lookedCount = 0;
    this.#steadyUntil = Number.POSITIVE_INFINITY;
    for (let n = 0; n < slots.length; n++) {
      const slot = slots[n] ?? NO_SERIES;
      if (slot === NO_SERIES) continue;
      const until = rows[n * ROW + UNTIL] ?? 0;
      if (newest[slot] !== versions[n] || at >= until || at < (rows[n * ROW + SINCE] ?? 0))
        this.#look(n, bounds, at);
      else if (until < this.#steadyUntil) this.#steadyUntil = until;
    }
    if (this.#isOfHours && this.#isByRow) this.#lengthen(bounds, hourOf(at));
  }

  #look(n: number, bounds: WindowBounds, at: number): void {
    const slot = this.#slots[n] ?? NO_SERIES;
    if (!this.#isByRow || !this.#lookByRow(n, slot, bounds, at)) this.#lookWhole(n, bounds, at);
    this.#versions[n] = this.#windows.versions.of(slot);
    const until = this.#rows[n * ROW + UNTIL] ?? 0;
    if (until < this.#steadyUntil) this.#steadyUntil = until;
    this.looked[this.lookedCount++] = n;
  }

  /** False when the entry cannot be made so. */
  #lookByRow(n: number, slot: number, { from, to, end }: WindowBounds, at: number): boolean {
    const running = hourOf(at);
    const { running: runningHours, versions } = this.#windows;
    const rows = this.#rows;
    const row = n * ROW;
    const hourEnd = running + HOUR_MS;
    let hasHour = runningHours.read(slot, running, to, scratchSummary);
    const isNewest = hasHour && versions.newestHour(slot) * HOUR_MS <= running;
    // The running hour is cut at its beginning, or cannot be cut as it is closed.
    if (from > running || (!hasHour && this.#series[n]?.isClosed(running))) {
      rows[row + STATE] = BEFORE.none;
      return false;
    }
    if (!this.#hasRow(row, slot, from, running)) {
      if (!this.#makeRow(n, slot, from, running, end)) return false;
    } else if (rows[row + STATE] === BEFORE.mayBeStuck) return false;
    else loadTotals(rows, row, scratchTotals);
    if ((rows[row + STATE] ?? 0) >= BEFORE.nothing) {
      const isFlat = !hasHour || scratchSummary.min === scratchSummary.max;
      rows[row + STATE] = isFlat ? BEFORE.nothingAndFlat : BEFORE.nothing;
      if (isFlat) return false;
    }
    let since = running;
    let until = hourEnd;
    // An hour that was opened again may have no reading.
    if (isNewest) since = Math.max(since, runningHours.newest(slot));
    else {
      const series = this.#series[n];
      hasHour = series?.summarizeOpen(running, to, scratchSummary) === true;
      if (hasHour) since = at;
      until = Math.min(until, series?.firstTimeIn(to, hourEnd) ?? until);
    }
    if (this.#isOfHours) {
      // In its last minute an hour is complete.
      const lastMinute = hourEnd - MINUTE_MS;
      if (at < lastMinute) until = Math.min(until, lastMinute);
      else since = Math.max(since, lastMinute);
    } else {
      // A window that begins earlier may hold more.
      since = Math.max(since, this.#momentOf(from));
      until = Math.min(until, this.#momentOf((rows[row + ROW_UNTIL] ?? 0) + 1));
    }
    if (hasHour) {
      rows[row + RUNNING_MEAN] = scratchSummary.sum / scratchSummary.count;
      rows[row + RUNNING_MS] = scratchSummary.count * this.#indicator.everyMs;
      addHour(scratchTotals, this.#indicator, from, end, running, scratchSummary, false);
    } else rows[row + RUNNING_MS] = 0;
    this.#set(n, scratchTotals, from, to, end, undefined);
    rows[row + SINCE] = since;
    rows[row + UNTIL] = until;
    return true;
  }

  #hasRow(row: number, slot: number, from: number, running: number): boolean {
    const rows = this.#rows;
    return (
      rows[row + STATE] !== BEFORE.none &&
      rows[row + RUNNING] === running &&
      from >= (rows[row + ROW_FROM] ?? 0) &&
      from <= (rows[row + ROW_UNTIL] ?? 0) &&
      this.#windows.versions.isSameBefore(slot, running / HOUR_MS, rows[row + BEGUN] ?? 0)
    );
  }

  /** Adds up what the window has before the running hour; false when some of it may be stuck, which takes more to tell. */
  #makeRow(n: number, slot: number, from: number, running: number, end: number): boolean {
    const series = this.#series[n];
    if (series === undefined) return false;
    const rows = this.#rows;
    const row = n * ROW;
    // Of the hours of a window, one that begins later has no others.
    const isKnownNotFlat =
      rows[row + STATE] === BEFORE.kept &&
      rows[row + RUNNING] === running &&
      from >= (rows[row + ROW_FROM] ?? 0) &&
      this.#windows.versions.isSameBefore(slot, running / HOUR_MS, rows[row + BEGUN] ?? 0);
    addHours(scratchTotals, this.#indicator, series, from, running, end, undefined);
    const isNothing = scratchTotals.readings === 0;
    const mayBeStuck =
      this.#rules?.stuck && !isNothing && !isKnownNotFlat && series.mayHaveFlatHour(from, running);
    rows[row + STATE] = mayBeStuck
      ? BEFORE.mayBeStuck
      : this.#rules?.stuck && isNothing
        ? BEFORE.nothing
        : BEFORE.kept;
    rows[row + RUNNING] = running;
    rows[row + BEGUN] = this.#windows.versions.of(slot);
    rows[row + ROW_FROM] = from;
    // A closed hour counts whole until the window begins after it.
    rows[row + ROW_UNTIL] =
      this.#isOfHours || from === running ? from : Math.min(series.firstTimeIn(from, running), running - 1);
    if (mayBeStuck) return false;
    saveTotals(rows, row, scratchTotals);
    return true;
  }

  /** The first `at` whose window begins at `from` or later. */
  #momentOf(from: number): number {
    return Math.ceil((from + this.#indicator.windowMs) / MINUTE_MS) * MINUTE_MS - 1;
  }

  /** Where the running hour only got longer: what {@link addHour} makes of its length, digit by digit. */
  #lengthen({ from, end }: WindowBounds, running: number): void {
    const { everyMs, overTime } = this.#indicator;
    const lengthMs = end - running;
    const isMean = overTime === "mean";
    const rows = this.#rows;
    const readings = this.readings;
    for (let n = 0; n < readings.length; n++) {
      const row = n * ROW;
      const state = rows[row + STATE];
      if ((state !== BEFORE.kept && state !== BEFORE.nothing) || (readings[n] ?? NONE) <= 0) continue;
      let coveredMs = coveredIn(rows, row);
      const runningMs = rows[row + RUNNING_MS] ?? 0;
      if (runningMs > 0) {
        const hourCoveredMs = everyMs <= HOUR_MS ? Math.min(runningMs, lengthMs) : runningMs;
        coveredMs += hourCoveredMs;
        if (isMean) {
          const weighted = weightedIn(rows, row) + (rows[row + RUNNING_MEAN] ?? 0) * hourCoveredMs;
          this.values[n] = weighted / coveredMs;
        }
      }
      this.coverage[n] = Math.min(1, coveredMs / (end - from));
    }
  }

  #lookWhole(n: number, { from, to, end }: WindowBounds, at: number): void {
    const series = this.#series[n];
    if (series === undefined) return;
    const rule = this.#rules?.stuck;
    const stuck =
      rule && series.mayHaveFlatHour(from, to)
        ? stuckHours(series, firstLookedAt(from, rule.forMs), to, rule)
        : undefined;
    addHours(scratchTotals, this.#indicator, series, from, to, end, stuck);
    this.#set(n, scratchTotals, from, to, end, stuck);
    // The length of a window of hours is another one in each minute.
    const moves = this.#isOfHours ? minuteOf(at) + MINUTE_MS : this.#momentOf(series.steadyFrom(from));
    this.#rows[n * ROW + SINCE] = at;
    this.#rows[n * ROW + UNTIL] = Math.min(moves, series.steadyTo(at));
  }

  #set(
    n: number,
    totals: WindowTotals,
    from: number,
    to: number,
    end: number,
    stuck: ReadonlySet<number> | undefined,
  ): void {
    const { readings, lastTime } = totals;
    const isThere = readings > 0 || flaggedIn(totals) > 0;
    this.readings[n] = isThere ? readings : NONE;
    this.lastTimes[n] = lastTime;
    this.values[n] =
      readings > 0
        ? (valueOfTotals(totals, this.#indicator, this.#series[n], from, to, stuck) ?? Number.NaN)
        : Number.NaN;
    this.coverage[n] = coverageOf(totals, this.#indicator, from, end);
  }
}
