import { windowBounds } from "./device-value.ts";
import type { LeftOut } from "./judged-devices.ts";
import type { QualityRules } from "./quality/rules.ts";
import { firstLookedAt, stuckHours } from "./quality/stuck-hours.ts";
import { unlikeNeighbours } from "./quality/unlike-neighbours.ts";
import type { MeasuredIndicator } from "./score-model.ts";
import type { SeriesWindow } from "./series-window.ts";
import { emptySummary, HOUR_MS, hourOf } from "./summary.ts";
import { loadRunningHour, loadTotals, saveRow, TOTALS_ROW } from "./totals-row.ts";
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

/** What a device is left out for, as a number; 0: it counts. */
const COUNTS = 0;
const CODES: readonly (LeftOut | null)[] = [
  null,
  "no_readings",
  "flagged",
  "silent",
  "no_value",
  "too_little",
  "unlike_neighbours",
];
const NO_READINGS = CODES.indexOf("no_readings");
const FLAGGED = CODES.indexOf("flagged");
const SILENT = CODES.indexOf("silent");
const NO_VALUE = CODES.indexOf("no_value");
const TOO_LITTLE = CODES.indexOf("too_little");
const UNLIKE_NEIGHBOURS = CODES.indexOf("unlike_neighbours");
/** In the column of readings: there is none in the window, not even a flagged one. */
const NONE = -1;

/** What the row of a long window is worth. */
const ROW = { none: 0, kept: 1, mayBeStuck: 2 } as const;

const scratchTotals = emptyTotals();
const scratchSummary = emptySummary();
const NOTHING = emptySummary();

/**
 * What an indicator takes each of its devices in an area for, from one evaluation to the next. A device is looked at anew only
 * when it sent something, or when its window has moved over one of its readings; of a window of many hours only the running
 * hour is added anew. The numbers are those that {@link deviceValue} gives, to the last digit.
 *
 * In columns, as there are as many entries as devices times indicators: of 100,000 series an evaluation took 420 ms with
 * an object for each, most of it in walking the hours, looking series up by name and collecting garbage.
 */
export class DeviceColumns {
  readonly #indicator: MeasuredIndicator;
  readonly #rules: QualityRules | undefined;
  /** Made from whole hours. */
  readonly #isLong: boolean;
  #asked: readonly string[] = [];
  #windows: Windows | undefined;
  #resolvedAtSize = -1;
  #series: (SeriesWindow | undefined)[] = [];
  #values = new Float64Array();
  #coverage = new Float64Array();
  #readings = new Int32Array();
  #lastTimes = new Float64Array();
  #codes = new Uint8Array();
  /** From which `at` to before which one, and of which version of the series, the entry is; of a long window its row. */
  #since = new Float64Array();
  #until = new Float64Array();
  #versions = new Int32Array();
  /** Of long windows: the hours before the running one and the running one, the start of that, since when none of the former changed. */
  #rows = new Float64Array();
  #rowStates = new Uint8Array();
  #runningHours = new Float64Array();
  #begunVersions = new Int32Array();
  #counting: readonly string[] = [];
  #countingCodes = new Uint8Array();

  constructor(indicator: MeasuredIndicator, rules: QualityRules | undefined) {
    this.#indicator = indicator;
    this.#rules = rules;
    this.#isLong = indicator.overTime !== "last" && indicator.windowMs > HOUR_MS;
  }

  /** Looks at these devices at a time. What was asked of the columns before is not true any more. */
  judge(asked: readonly string[], windows: Windows, at: number): void {
    this.#resolve(asked, windows);
    const { from, to } = windowBounds(this.#indicator, at);
    for (let n = 0; n < asked.length; n++) {
      const series = this.#series[n];
      if (series === undefined) this.#readings[n] = NONE;
      else if (this.#isLong) this.#lookLong(n, series, from, to, at);
      else if (!this.#isSteady(n, series, at)) this.#lookShort(n, series, from, to, at);
      this.#codes[n] = this.#codeOf(n, at);
    }
    this.#leaveOutOutliers();
  }

  get asked(): number {
    return this.#asked.length;
  }

  /** Of the devices that count, in the order in which they are asked. */
  get values(): Float64Array {
    const values = new Float64Array(this.#values.length);
    let count = 0;
    for (let n = 0; n < values.length; n++) {
      if (this.#codes[n] === COUNTS) values[count++] = this.#values[n] ?? Number.NaN;
    }
    return values.subarray(0, count);
  }

  /** How many devices are left out because they are not to be trusted. */
  get distrusted(): number {
    return this.#codes.reduce(
      (sum, code) => (code === FLAGGED || code === SILENT || code === UNLIKE_NEIGHBOURS ? sum + 1 : sum),
      0,
    );
  }

  /** Calls `visit` for every device that counts, in the order in which they are asked. */
  each(
    visit: (device: string, value: number, coverage: number, readings: number, lastTime: number) => void,
  ): void {
    for (let n = 0; n < this.#asked.length; n++) {
      if (this.#codes[n] !== COUNTS) continue;
      visit(
        this.#asked[n] ?? "",
        this.#values[n] ?? Number.NaN,
        this.#coverage[n] ?? 0,
        this.#readings[n] ?? 0,
        this.#lastTimes[n] ?? 0,
      );
    }
  }

  /** The devices that count: the same list as before as long as they are the same. */
  get counting(): readonly string[] {
    const codes = this.#codes;
    let isSame = true;
    for (let n = 0; n < codes.length && isSame; n++)
      isSame = (codes[n] === COUNTS) === (this.#countingCodes[n] === COUNTS);
    if (!isSame) {
      this.#counting = this.#asked.filter((_device, n) => codes[n] === COUNTS);
      this.#countingCodes = codes.slice();
    }
    return this.#counting;
  }

  #resolve(asked: readonly string[], windows: Windows): void {
    if (this.#windows !== windows || !isSameList(this.#asked, asked)) {
      const { length } = asked;
      this.#asked = asked;
      this.#windows = windows;
      this.#resolvedAtSize = -1;
      this.#series = Array(length).fill(undefined);
      this.#values = new Float64Array(length);
      this.#coverage = new Float64Array(length);
      this.#readings = new Int32Array(length);
      this.#lastTimes = new Float64Array(length);
      this.#codes = new Uint8Array(length);
      this.#since = new Float64Array(length).fill(Number.POSITIVE_INFINITY);
      this.#until = new Float64Array(length);
      this.#versions = new Int32Array(length).fill(-1);
      if (this.#isLong) {
        this.#rows = new Float64Array(length * TOTALS_ROW);
        this.#rowStates = new Uint8Array(length);
        this.#runningHours = new Float64Array(length);
        this.#begunVersions = new Int32Array(length);
      }
      this.#counting = [];
      this.#countingCodes = new Uint8Array(length).fill(NO_READINGS);
    }
    if (this.#resolvedAtSize === windows.size) return;
    this.#resolvedAtSize = windows.size;
    const { metric } = this.#indicator;
    asked.forEach((device, n) => {
      this.#series[n] ??= windows.get(device, metric);
    });
  }

  #isSteady(n: number, series: SeriesWindow, at: number): boolean {
    return this.#versions[n] === series.version && at >= (this.#since[n] ?? 0) && at < (this.#until[n] ?? 0);
  }

  #lookShort(n: number, series: SeriesWindow, from: number, to: number, at: number): void {
    this.#lookWhole(n, series, from, to);
    this.#versions[n] = series.version;
    this.#since[n] = at;
    this.#until[n] = series.steadyUntil(from, at);
  }

  #lookLong(n: number, series: SeriesWindow, from: number, to: number, at: number): void {
    const running = hourOf(at);
    if (this.#runningHours[n] !== running || !this.#isSteady(n, series, at))
      this.#addUp(n, series, from, to, at);
    if (this.#rowStates[n] !== ROW.kept) {
      this.#lookWhole(n, series, from, to);
      return;
    }
    loadTotals(this.#rows, n, scratchTotals);
    loadRunningHour(this.#rows, n, scratchSummary);
    addHour(scratchTotals, this.#indicator, from, to, running, scratchSummary, false);
    this.#set(n, scratchTotals, series, from, to, undefined);
  }

  /** Makes the row of a long window. */
  #addUp(n: number, series: SeriesWindow, from: number, to: number, at: number): void {
    const running = hourOf(at);
    const stuck = this.#rules?.stuck;
    const { version } = series;
    let state = this.#rowStates[n];
    // A closed hour cannot be cut; and only a rule of less than an hour says of a running hour alone that it is stuck.
    if (series.isClosed(running) || (stuck && stuck.forMs < HOUR_MS)) {
      state = ROW.none;
    } else if (
      state === ROW.none ||
      this.#runningHours[n] !== running ||
      !series.isSameBefore(running, this.#begunVersions[n] ?? 0)
    ) {
      this.#begunVersions[n] = version;
      const mayBeStuck = stuck && series.mayHaveFlatHour(firstLookedAt(from, stuck.forMs), running);
      state = mayBeStuck ? ROW.mayBeStuck : ROW.kept;
      if (!mayBeStuck) addHours(scratchTotals, this.#indicator, series, from, running, to, undefined);
    } else if (state === ROW.kept) {
      loadTotals(this.#rows, n, scratchTotals);
    }
    this.#rowStates[n] = state ?? ROW.none;
    this.#runningHours[n] = running;
    this.#versions[n] = version;
    this.#since[n] = at;
    const hour = series.openHour(running);
    this.#until[n] = hour ? hour.firstTimeFrom(to) : Number.POSITIVE_INFINITY;
    if (state !== ROW.kept) return;
    hour?.summarize(running, to, scratchSummary);
    saveRow(this.#rows, n, scratchTotals, hour ? scratchSummary : NOTHING);
  }

  #lookWhole(n: number, series: SeriesWindow, from: number, to: number): void {
    const rule = this.#rules?.stuck;
    const stuck = rule ? stuckHours(series, firstLookedAt(from, rule.forMs), to, rule) : undefined;
    addHours(scratchTotals, this.#indicator, series, from, to, to, stuck);
    this.#set(n, scratchTotals, series, from, to, stuck);
  }

  #set(
    n: number,
    totals: WindowTotals,
    series: SeriesWindow,
    from: number,
    to: number,
    stuck: ReadonlySet<number> | undefined,
  ): void {
    const { readings, lastTime } = totals;
    const isThere = readings > 0 || flaggedIn(totals) > 0;
    this.#readings[n] = isThere ? readings : NONE;
    this.#lastTimes[n] = lastTime;
    this.#values[n] =
      readings > 0
        ? (valueOfTotals(totals, this.#indicator, series, from, to, stuck) ?? Number.NaN)
        : Number.NaN;
    this.#coverage[n] = coverageOf(totals, this.#indicator, from, to);
  }

  #codeOf(n: number, at: number): number {
    const readings = this.#readings[n] ?? NONE;
    if (readings === NONE) return NO_READINGS;
    if (readings === 0) return FLAGGED;
    const silenceMs = this.#rules?.silenceMs;
    if (silenceMs && (this.#lastTimes[n] ?? 0) < at - silenceMs) return SILENT;
    if (Number.isNaN(this.#values[n])) return NO_VALUE;
    return (this.#coverage[n] ?? 0) < this.#indicator.minCoverage ? TOO_LITTLE : COUNTS;
  }

  #leaveOutOutliers(): void {
    const rule = this.#rules?.neighbours;
    if (!rule) return;
    const codes = this.#codes;
    const unlike = unlikeNeighbours(this.values, rule);
    if (unlike.size === 0) return;
    let index = 0;
    for (let n = 0; n < codes.length; n++) {
      if (codes[n] !== COUNTS) continue;
      if (unlike.has(index)) codes[n] = UNLIKE_NEIGHBOURS;
      index++;
    }
  }
}

function isSameList(one: readonly string[], other: readonly string[]): boolean {
  return (
    one === other || (one.length === other.length && one.every((device, index) => device === other[index]))
  );
}
