import { growth, growthWithin } from "./counter.ts";
import type { Flagged, QualityRules } from "./quality/rules.ts";
import { stuckHours } from "./quality/stuck-hours.ts";
import type { MeasuredIndicator } from "./score-model.ts";
import type { SeriesWindow } from "./series-window.ts";
import { HOUR_MS, hourOf } from "./summary.ts";

/** What one device says for an indicator. */
export interface DeviceValue {
  readonly device: string;
  /** In the indicator's unit; for a share, in the metric's. Null: the method makes no value of these readings. */
  readonly value: number | null;
  /** Share of the window that its readings cover, 0 to 1. */
  readonly coverage: number;
  readonly readings: number;
  /** Of the newest reading that is not flagged; -Infinity when all are. */
  readonly lastTime: number;
  /** Readings of the window that were left out, by the rule that flagged them. */
  readonly flagged: { readonly range: number; readonly rate: number; readonly stuck: number };
}

const NONE_FLAGGED = { range: 0, rate: 0, stuck: 0 } as const;

/** Half-open, Unix milliseconds. */
export interface WindowBounds {
  readonly from: number;
  readonly to: number;
}

/**
 * The window of an indicator that ends at `at`; a reading at `at` is in it. Windows up to an hour slide by the
 * millisecond. Longer ones are made from whole hours: a window of n hours is the running hour and the n - 1 before it,
 * so that it begins on a full hour and scores do not depend on which hours were closed already.
 */
export function windowBounds(
  indicator: Pick<MeasuredIndicator, "windowMs" | "overTime">,
  at: number,
): WindowBounds {
  const to = at + 1;
  const { windowMs, overTime } = indicator;
  if (overTime === "last") return { from: at - windowMs, to };
  return windowMs <= HOUR_MS ? { from: to - windowMs, to } : { from: hourOf(at) - windowMs + HOUR_MS, to };
}

/** Undefined when the device has no reading in the window. */
export function deviceValue(
  indicator: MeasuredIndicator,
  series: SeriesWindow,
  at: number,
  rules?: QualityRules,
): DeviceValue | undefined {
  const { from, to } = windowBounds(indicator, at);
  const stuck = rules?.stuck
    ? stuckHours(series, hourOf(hourOf(from) - rules.stuck.forMs), to, rules.stuck)
    : undefined;
  return indicator.overTime === "last"
    ? lastValue(indicator, series, at, stuck)
    : windowValue(indicator, series, at, stuck);
}

function lastValue(
  indicator: MeasuredIndicator,
  series: SeriesWindow,
  at: number,
  stuck: ReadonlySet<number> | undefined,
): DeviceValue | undefined {
  const { from, to } = windowBounds(indicator, at);
  let value: number | null = null;
  let lastTime = Number.NEGATIVE_INFINITY;
  let flagged: DeviceValue["flagged"] = NONE_FLAGGED;
  series.eachHour(from, to, (start, hour) => {
    // The hour at the edge of the window may be closed: only its last reading is known to be in the window or not.
    if (hour.flagged && start >= from) flagged = addFlags(flagged, hour.flagged, 0);
    if (hour.count === 0 || hour.lastTime < from) return;
    if (stuck?.has(start)) {
      flagged = addFlags(flagged, undefined, 1);
      return;
    }
    value = hour.last;
    lastTime = hour.lastTime;
  });
  if (value === null && flagged === NONE_FLAGGED) return undefined;
  const readings = value === null ? 0 : 1;
  return { device: series.device, value, coverage: readings, readings, lastTime, flagged };
}

function addFlags(
  to: DeviceValue["flagged"],
  of: Flagged | undefined,
  stuck: number,
): DeviceValue["flagged"] {
  return { range: to.range + (of?.range ?? 0), rate: to.rate + (of?.rate ?? 0), stuck: to.stuck + stuck };
}

function windowValue(
  indicator: MeasuredIndicator,
  series: SeriesWindow,
  at: number,
  stuck: ReadonlySet<number> | undefined,
): DeviceValue | undefined {
  const { everyMs, overTime, windowMs } = indicator;
  const { from, to } = windowBounds(indicator, at);
  const byHour = windowMs > HOUR_MS && everyMs <= HOUR_MS;
  let readings = 0;
  let coveredMs = 0;
  let weighted = 0;
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  let firstTime = 0;
  let last = 0;
  let lastTime = Number.NEGATIVE_INFINITY;
  let flagged: DeviceValue["flagged"] = NONE_FLAGGED;
  let grown = 0;
  let hours = 0;
  let hourlyMeans = 0;
  let highestHourlyMean = 0;
  series.eachHour(from, to, (start, hour) => {
    if (hour.flagged) flagged = addFlags(flagged, hour.flagged, 0);
    if (hour.count === 0) return;
    if (stuck?.has(start)) {
      flagged = addFlags(flagged, undefined, hour.count);
      return;
    }
    // In a long window no hour counts more than once, however many readings it has. A device that is to send less than
    // once an hour covers more than the hour it sent in.
    const lengthMs = Math.min(to, start + HOUR_MS) - Math.max(from, start);
    const hourCoveredMs = byHour ? Math.min(hour.count * everyMs, lengthMs) : hour.count * everyMs;
    const mean = hour.sum / hour.count;
    coveredMs += hourCoveredMs;
    weighted += mean * hourCoveredMs;
    if (hour.min < min) min = hour.min;
    if (hour.max > max) max = hour.max;
    grown += (readings === 0 ? 0 : growth(last, hour.first)) + growthWithin(hour);
    if (readings === 0) firstTime = hour.firstTime;
    readings += hour.count;
    last = hour.last;
    lastTime = hour.lastTime;
    if (start >= from && start + HOUR_MS <= to) {
      hours++;
      hourlyMeans += mean;
      if (mean > highestHourlyMean) highestHourlyMean = mean;
    }
  });
  if (readings === 0) {
    if (flagged === NONE_FLAGGED) return undefined;
    return { device: series.device, value: null, coverage: 0, readings, lastTime, flagged };
  }
  let value: number | null = null;
  switch (overTime) {
    case "mean":
      value = weighted / coveredMs;
      break;
    case "level_mean":
      value = levelMean(series, from, to, stuck);
      break;
    case "min":
      value = min;
      break;
    case "max":
      value = max;
      break;
    case "increase":
      if (lastTime > firstTime) value = (grown * windowMs) / (lastTime - firstTime);
      break;
    case "load_factor":
      if (hours >= 2 && highestHourlyMean > 0) value = (100 * hourlyMeans) / hours / highestHourlyMean;
      break;
  }
  const coverage = Math.min(1, coveredMs / (to - from));
  return { device: series.device, value, coverage, readings, lastTime, flagged };
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
