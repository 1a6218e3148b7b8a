import { windowBounds } from "./device-value.ts";
import type { LeftOut } from "./judged-devices.ts";
import type { QualityRules } from "./quality/rules.ts";
import { firstLookedAt, stuckHours } from "./quality/stuck-hours.ts";
import { unlikeNeighbours } from "./quality/unlike-neighbours.ts";
import type { MeasuredIndicator } from "./score-model.ts";
import type { SeriesWindow } from "./series-window.ts";
import { emptySummary, HOUR_MS, hourOf } from "./summary.ts";
import { loadTotals, saveTotals, TOTALS_ROW } from "./totals-row.ts";
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
/** A slot of a device that has no series. */
const NO_SERIES = -1;

const scratchTotals = emptyTotals();
const scratchSummary = emptySummary();

/**
 * What an indicator takes each of its devices in an area for, from one evaluation to the next. A device is looked at anew only
 * when it sent something, or when its window has moved over one of its readings. Of a window of many hours, the hours before
 * the running one are added up once, and while the running one gets longer without a reading only its length is taken
 * anew. The numbers are those that {@link deviceValue} gives, to the last digit.
 *
 * In columns, as there are as many entries as devices times indicators: an evaluation goes along rows of numbers, and
 * waits for the memory of a series only where there is something new.
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
  #slots = new Int32Array();
  #values = new Float64Array();
  #coverage = new Float64Array();
  #readings = new Int32Array();
  #lastTimes = new Float64Array();
  #codes = new Uint8Array();
  /** From which `at` to before which one, and of which version of the series, the entry is. */
  #since = new Float64Array();
  #until = new Float64Array();
  #versions = new Int32Array();
  /** Of long windows: the hours before the running one, added up, the start of that, since when none of the former changed. */
  #rows = new Float64Array();
  #rowStates = new Uint8Array();
  #runningHours = new Float64Array();
  #begunVersions = new Int32Array();
  /** What changes of it as the running hour gets longer: covered and weighted before it; its mean and what it may cover. */
  #coveredBefore = new Float64Array();
  #weightedBefore = new Float64Array();
  #runningMeans = new Float64Array();
  #runningMs = new Float64Array();
  /** Of the devices that count, one after the other. */
  #counted = new Float64Array();
  #count = 0;
  #covered = 0;
  #read = 0;
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
    const newest = windows.versions.row;
    const slots = this.#slots;
    const versions = this.#versions;
    const since = this.#since;
    const until = this.#until;
    const { length } = asked;
    for (let n = 0; n < length; n++) {
      const slot = slots[n] ?? NO_SERIES;
      if (slot === NO_SERIES) continue;
      if (newest[slot] === versions[n] && at >= (since[n] ?? 0) && at < (until[n] ?? 0)) continue;
      const series = this.#series[n];
      if (series === undefined) continue;
      if (this.#isLong) this.#lookLong(n, series, from, to, at);
      else this.#lookShort(n, series, from, to, at);
    }
    if (this.#isLong) this.#moveOn(from, to, hourOf(at));
    for (let n = 0; n < length; n++) this.#codes[n] = this.#codeOf(n, at);
    this.#gather();
    if (this.#leaveOutOutliers()) this.#gather();
  }

  get asked(): number {
    return this.#asked.length;
  }

  /** Of the devices that count, in the order in which they are asked. */
  get values(): Float64Array {
    return this.#counted.subarray(0, this.#count);
  }

  /** The sum of what the devices that count cover of the window. */
  get covered(): number {
    return this.#covered;
  }

  /** How many readings the devices that count have. */
  get readings(): number {
    return this.#read;
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
      this.#slots = new Int32Array(length).fill(NO_SERIES);
      this.#values = new Float64Array(length);
      this.#coverage = new Float64Array(length);
      this.#readings = new Int32Array(length).fill(NONE);
      this.#lastTimes = new Float64Array(length);
      this.#codes = new Uint8Array(length);
      this.#since = new Float64Array(length).fill(Number.POSITIVE_INFINITY);
      this.#until = new Float64Array(length);
      this.#versions = new Int32Array(length).fill(-1);
      this.#counted = new Float64Array(length);
      if (this.#isLong) {
        this.#rows = new Float64Array(length * TOTALS_ROW);
        this.#rowStates = new Uint8Array(length);
        this.#runningHours = new Float64Array(length);
        this.#begunVersions = new Int32Array(length);
        this.#coveredBefore = new Float64Array(length);
        this.#weightedBefore = new Float64Array(length);
        this.#runningMeans = new Float64Array(length);
        this.#runningMs = new Float64Array(length);
      }
      this.#counting = [];
      this.#countingCodes = new Uint8Array(length).fill(NO_READINGS);
    }
    if (this.#resolvedAtSize === windows.size) return;
    this.#resolvedAtSize = windows.size;
    const { metric } = this.#indicator;
    for (let n = 0; n < asked.length; n++) {
      if (this.#series[n] !== undefined) continue;
      const series = windows.get(asked[n] ?? "", metric);
      this.#series[n] = series;
      this.#slots[n] = series?.slot ?? NO_SERIES;
    }
  }

  #lookShort(n: number, series: SeriesWindow, from: number, to: number, at: number): void {
    this.#lookWhole(n, series, from, to);
    this.#versions[n] = series.version;
    this.#since[n] = at;
    this.#until[n] = series.steadyUntil(from, at);
  }

  /** Makes the row of a long window, and its entry. */
  #lookLong(n: number, series: SeriesWindow, from: number, to: number, at: number): void {
    const running = hourOf(at);
    const end = running + HOUR_MS;
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
      const mayBeStuck = stuck && series.mayHaveFlatHour(from, running);
      state = mayBeStuck ? ROW.mayBeStuck : ROW.kept;
      if (!mayBeStuck) {
        addHours(scratchTotals, this.#indicator, series, from, running, to, undefined);
        saveTotals(this.#rows, n, scratchTotals);
      }
    } else if (state === ROW.kept) {
      loadTotals(this.#rows, n, scratchTotals);
    }
    this.#rowStates[n] = state ?? ROW.none;
    this.#runningHours[n] = running;
    this.#versions[n] = version;
    this.#since[n] = at;
    // Without a row the entry holds for this very moment, and in the last millisecond of an hour it is complete.
    this.#until[n] = at + 1;
    if (state !== ROW.kept) {
      this.#lookWhole(n, series, from, to);
      this.#runningMs[n] = 0;
      return;
    }
    const hour = series.openHour(running);
    this.#coveredBefore[n] = scratchTotals.coveredMs;
    this.#weightedBefore[n] = scratchTotals.weighted;
    this.#runningMs[n] = 0;
    if (hour) {
      hour.summarize(running, to, scratchSummary);
      this.#runningMeans[n] = scratchSummary.sum / scratchSummary.count;
      this.#runningMs[n] = scratchSummary.count * this.#indicator.everyMs;
      addHour(scratchTotals, this.#indicator, from, to, running, scratchSummary, false);
    }
    this.#set(n, scratchTotals, series, from, to, undefined);
    if (at < end - 1) this.#until[n] = Math.min(hour ? hour.firstTimeFrom(to) : end, end - 1);
  }

  /** Where the running hour only got longer: what {@link addHour} makes of its length, digit by digit. */
  #moveOn(from: number, to: number, running: number): void {
    const { everyMs, overTime } = this.#indicator;
    const lengthMs = to - running;
    const isMean = overTime === "mean";
    const states = this.#rowStates;
    const readings = this.#readings;
    for (let n = 0; n < states.length; n++) {
      if (states[n] !== ROW.kept || (readings[n] ?? NONE) <= 0) continue;
      let coveredMs = this.#coveredBefore[n] ?? 0;
      const runningMs = this.#runningMs[n] ?? 0;
      if (runningMs > 0) {
        const hourCoveredMs = everyMs <= HOUR_MS ? Math.min(runningMs, lengthMs) : runningMs;
        coveredMs += hourCoveredMs;
        if (isMean) {
          const weighted = (this.#weightedBefore[n] ?? 0) + (this.#runningMeans[n] ?? 0) * hourCoveredMs;
          this.#values[n] = weighted / coveredMs;
        }
      }
      this.#coverage[n] = Math.min(1, coveredMs / (to - from));
    }
  }

  #lookWhole(n: number, series: SeriesWindow, from: number, to: number): void {
    const rule = this.#rules?.stuck;
    const stuck =
      rule && series.mayHaveFlatHour(from, to)
        ? stuckHours(series, firstLookedAt(from, rule.forMs), to, rule)
        : undefined;
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

  /** Puts together what counts, in the order in which it is asked: so one set of readings has one sum. */
  #gather(): void {
    const codes = this.#codes;
    const counted = this.#counted;
    let count = 0;
    let covered = 0;
    let read = 0;
    for (let n = 0; n < codes.length; n++) {
      if (codes[n] !== COUNTS) continue;
      counted[count++] = this.#values[n] ?? Number.NaN;
      covered += this.#coverage[n] ?? 0;
      read += this.#readings[n] ?? 0;
    }
    this.#count = count;
    this.#covered = covered;
    this.#read = read;
  }

  /** Whether there are any. */
  #leaveOutOutliers(): boolean {
    const rule = this.#rules?.neighbours;
    if (!rule) return false;
    const codes = this.#codes;
    const unlike = unlikeNeighbours(this.values, rule);
    if (unlike.size === 0) return false;
    let index = 0;
    for (let n = 0; n < codes.length; n++) {
      if (codes[n] !== COUNTS) continue;
      if (unlike.has(index)) codes[n] = UNLIKE_NEIGHBOURS;
      index++;
    }
    return true;
  }
}

function isSameList(one: readonly string[], other: readonly string[]): boolean {
  return (
    one === other || (one.length === other.length && one.every((device, index) => device === other[index]))
  );
}
