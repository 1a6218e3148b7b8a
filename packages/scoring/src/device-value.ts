import { growth, growthWithin } from "./counter.ts";
import type { Indicator } from "./score-model.ts";
import type { SeriesWindow } from "./series-window.ts";
import { HOUR_MS, hourOf } from "./summary.ts";

/** What one device says for an indicator. */
export interface DeviceValue {
  readonly device: string;
  /** In the indicator's unit; for a share, in the metric's. */
  readonly value: number;
  /** Share of the window that its readings cover, 0 to 1. */
  readonly coverage: number;
  readonly readings: number;
  readonly lastTime: number;
}

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
export function windowBounds(indicator: Pick<Indicator, "windowMs" | "overTime">, at: number): WindowBounds {
  const to = at + 1;
  const { windowMs, overTime } = indicator;
  if (overTime === "last") return { from: at - windowMs, to };
  return windowMs <= HOUR_MS ? { from: to - windowMs, to } : { from: hourOf(at) - windowMs + HOUR_MS, to };
}

/** Undefined when the device has no value for the window. */
export function deviceValue(indicator: Indicator, series: SeriesWindow, at: number): DeviceValue | undefined {
  return indicator.overTime === "last"
    ? lastValue(indicator, series, at)
    : windowValue(indicator, series, at);
}

function lastValue(indicator: Indicator, series: SeriesWindow, at: number): DeviceValue | undefined {
  const { from, to } = windowBounds(indicator, at);
  let value = Number.NaN;
  let lastTime = Number.NEGATIVE_INFINITY;
  series.eachHour(from, to, (_start, hour) => {
    value = hour.last;
    lastTime = hour.lastTime;
  });
  if (lastTime < from) return undefined;
  return { device: series.device, value, coverage: 1, readings: 1, lastTime };
}

function windowValue(indicator: Indicator, series: SeriesWindow, at: number): DeviceValue | undefined {
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
  let lastTime = 0;
  let grown = 0;
  let hours = 0;
  let hourlyMeans = 0;
  let highestHourlyMean = 0;
  series.eachHour(from, to, (start, hour) => {
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
  if (readings === 0) return undefined;
  let value: number | undefined;
  switch (overTime) {
    case "mean":
      value = weighted / coveredMs;
      break;
    case "level_mean":
      value = levelMean(series, from, to);
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
  if (value === undefined) return undefined;
  const coverage = Math.min(1, coveredMs / (to - from));
  return { device: series.device, value, coverage, readings, lastTime };
}

/** Mean of levels by energy, as LAeq is defined (ISO 1996-1). Needs the readings: only open hours have them. */
function levelMean(series: SeriesWindow, from: number, to: number): number | undefined {
  let count = 0;
  let energy = 0;
  series.eachReading(from, to, (_time, level) => {
    count++;
    energy += 10 ** (level / 10);
  });
  return count === 0 ? undefined : 10 * Math.log10(energy / count);
}
