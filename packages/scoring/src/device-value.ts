import type { QualityRules } from "./quality/rules.ts";
import { firstLookedAt, stuckHours } from "./quality/stuck-hours.ts";
import type { MeasuredIndicator } from "./score-model.ts";
import type { SeriesWindow } from "./series-window.ts";
import { HOUR_MS, hourOf } from "./summary.ts";
import { addHours, coverageOf, emptyTotals, flaggedIn, valueOfTotals } from "./window-totals.ts";

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
    ? stuckHours(series, firstLookedAt(from, rules.stuck.forMs), to, rules.stuck)
    : undefined;
  const totals = emptyTotals();
  addHours(totals, indicator, series, from, to, to, stuck);
  const { readings, lastTime } = totals;
  if (readings === 0 && flaggedIn(totals) === 0) return undefined;
  return {
    device: series.device,
    value: readings === 0 ? null : valueOfTotals(totals, indicator, series, from, to, stuck),
    coverage: coverageOf(totals, indicator, from, to),
    readings,
    lastTime,
    flagged: { range: totals.range, rate: totals.rate, stuck: totals.stuck },
  };
}
