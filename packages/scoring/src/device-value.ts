import type { QualityRules } from "./quality/rules.ts";
import { firstLookedAt, stuckHours } from "./quality/stuck-hours.ts";
import type { MeasuredIndicator } from "./score-model.ts";
import type { SeriesWindow } from "./series-window.ts";
import { windowBounds } from "./window-bounds.ts";
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

/** Undefined when the device has no reading in the window. */
export function deviceValue(
  indicator: MeasuredIndicator,
  series: SeriesWindow,
  at: number,
  rules?: QualityRules,
): DeviceValue | undefined {
  const { from, to, end } = windowBounds(indicator, at);
  const stuck = rules?.stuck
    ? stuckHours(series, firstLookedAt(from, rules.stuck.forMs), to, rules.stuck)
    : undefined;
  const totals = emptyTotals();
  addHours(totals, indicator, series, from, to, end, stuck);
  const { readings, lastTime } = totals;
  if (readings === 0 && flaggedIn(totals) === 0) return undefined;
  return {
    device: series.device,
    value: readings === 0 ? null : valueOfTotals(totals, indicator, series, from, to, stuck),
    coverage: coverageOf(totals, indicator, from, end),
    readings,
    lastTime,
    flagged: { range: totals.range, rate: totals.rate, stuck: totals.stuck },
  };
}
