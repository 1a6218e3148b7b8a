import { growth, growthWithin } from "./counter.ts";
import type { MeasuredIndicator } from "./score-model.ts";
import type { SeriesWindow } from "./series-window.ts";
import { HOUR_MS, hourOf, type Summary } from "./summary.ts";

/**
 * What is added up over the hours of a window, always in ascending order, so that one set of readings has one sum. What was
 * added up to some hour can be kept, and gone on from.
 */
export interface WindowTotals {
  readings: number;
  coveredMs: number;
  weighted: number;
  min: number;
  max: number;
  firstTime: number;
  last: number;
  lastTime: number;
  grown: number;
  /** Complete hours. */
  hours: number;
  hourlyMeans: number;
  highestHourlyMean: number;
  /** Left out, by the rule that flagged them. */
  range: number;
  rate: number;
  stuck: number;
}

export function emptyTotals(): WindowTotals {
  return {
    readings: 0,
    coveredMs: 0,
    weighted: 0,
    min: Number.POSITIVE_INFINITY,
    max: Number.NEGATIVE_INFINITY,
    firstTime: 0,
    last: 0,
    lastTime: Number.NEGATIVE_INFINITY,
    grown: 0,
    hours: 0,
    hourlyMeans: 0,
    highestHourlyMean: 0,
    range: 0,
    rate: 0,
    stuck: 0,
  };
}

/** Property by property: `Object.assign` costs several times as much, and this runs for every device of every evaluation. */
function copyTotals(from: WindowTotals, to: WindowTotals): void {
  to.readings = from.readings;
  to.coveredMs = from.coveredMs;
  to.weighted = from.weighted;
  to.min = from.min;
  to.max = from.max;
  to.firstTime = from.firstTime;
  to.last = from.last;
  to.lastTime = from.lastTime;
  to.grown = from.grown;
  to.hours = from.hours;
  to.hourlyMeans = from.hourlyMeans;
  to.highestHourlyMean = from.highestHourlyMean;
  to.range = from.range;
  to.rate = from.rate;
  to.stuck = from.stuck;
}

/** How many readings were left out. */
export function flaggedIn({ range, rate, stuck }: WindowTotals): number {
  return range + rate + stuck;
}

const NOTHING = emptyTotals();

/** Adds up what is in [from, until) of the hours of a window that begins at `from` and ends at `end`, from nothing. */
export function addHours(
  totals: WindowTotals,
  indicator: Pick<MeasuredIndicator, "everyMs" | "windowMs" | "overTime">,
  series: SeriesWindow,
  from: number,
  until: number,
  end: number,
  stuck: ReadonlySet<number> | undefined,
): void {
  copyTotals(NOTHING, totals);
  series.eachHour(from, until, (start, hour) => {
    const isStuck = stuck?.has(start) === true;
    if (indicator.overTime === "last") addLast(totals, from, start, hour, isStuck);
    else addHour(totals, indicator, from, end, start, hour, isStuck);
  });
}

/** The same for an indicator that takes the newest reading only. */
function addLast(totals: WindowTotals, from: number, start: number, hour: Summary, isStuck: boolean): void {
  // The hour at the edge of the window may be closed: only its last reading is known to be in the window or not.
  if (hour.flagged && start >= from) {
    totals.range += hour.flagged.range;
    totals.rate += hour.flagged.rate;
  }
  if (hour.count === 0 || hour.lastTime < from) return;
  if (isStuck) {
    totals.stuck++;
    return;
  }
  totals.readings = 1;
  totals.last = hour.last;
  totals.lastTime = hour.lastTime;
}

/** Adds the next hour of a window that begins at `from` and ends at `end`. */
export function addHour(
  totals: WindowTotals,
  { everyMs, windowMs }: Pick<MeasuredIndicator, "everyMs" | "windowMs">,
  from: number,
  end: number,
  start: number,
  hour: Summary,
  isStuck: boolean,
): void {
  if (hour.flagged) {
    totals.range += hour.flagged.range;
    totals.rate += hour.flagged.rate;
  }
  if (hour.count === 0) return;
  if (isStuck) {
    totals.stuck += hour.count;
    return;
  }
  // In a long window no hour counts more than once, however many readings it has. A device that is to send less than
  // once an hour covers more than the hour it sent in.
  const byHour = windowMs > HOUR_MS && everyMs <= HOUR_MS;
  const lengthMs = Math.min(end, start + HOUR_MS) - Math.max(from, start);
  const hourCoveredMs = byHour ? Math.min(hour.count * everyMs, lengthMs) : hour.count * everyMs;
  const mean = hour.sum / hour.count;
  totals.coveredMs += hourCoveredMs;
  totals.weighted += mean * hourCoveredMs;
  if (hour.min < totals.min) totals.min = hour.min;
  if (hour.max > totals.max) totals.max = hour.max;
  totals.grown += (totals.readings === 0 ? 0 : growth(totals.last, hour.first)) + growthWithin(hour);
  if (totals.readings === 0) totals.firstTime = hour.firstTime;
  totals.readings += hour.count;
  totals.last = hour.last;
  totals.lastTime = hour.lastTime;
  if (start >= from && start + HOUR_MS <= end) {
    totals.hours++;
    totals.hourlyMeans += mean;
    if (mean > totals.highestHourlyMean) totals.highestHourlyMean = mean;
  }
}

/** The value of a window whose hours are all added; null when the method makes none of these readings. */
export function valueOfTotals(
  totals: WindowTotals,
  { overTime, windowMs }: Pick<MeasuredIndicator, "overTime" | "windowMs">,
  series: SeriesWindow | undefined,
  from: number,
  to: number,
  stuck: ReadonlySet<number> | undefined,
): number | null {
  switch (overTime) {
    case "mean":
      return totals.weighted / totals.coveredMs;
    case "level_mean":
      return series ? levelMean(series, from, to, stuck) : null;
    case "min":
      return totals.min;
    case "max":
      return totals.max;
    case "increase":
      return totals.lastTime > totals.firstTime
        ? (totals.grown * windowMs) / (totals.lastTime - totals.firstTime)
        : null;
    case "load_factor":
      return totals.hours >= 2 && totals.highestHourlyMean > 0
        ? (100 * totals.hourlyMeans) / totals.hours / totals.highestHourlyMean
        : null;
    case "last":
      return totals.last;
  }
}

/** Share of the window that its readings cover, 0 to 1. */
export function coverageOf(
  { coveredMs, readings }: WindowTotals,
  { overTime }: Pick<MeasuredIndicator, "overTime">,
  from: number,
  end: number,
): number {
  return overTime === "last" ? readings : Math.min(1, coveredMs / (end - from));
}

/** Mean of levels by energy, as LAeq is defined (ISO 1996-1). Needs the readings: only open hours have them. */
function levelMean(
  series: SeriesWindow,
  from: number,
  to: number,
  stuck: ReadonlySet<number> | undefined,
): number | null {
  let count = 0;
  let energy = 0;
  series.eachReading(from, to, (time, level) => {
    if (stuck?.has(hourOf(time))) return;
    count++;
    energy += 10 ** (level / 10);
  });
  return count === 0 ? null : 10 * Math.log10(energy / count);
}
