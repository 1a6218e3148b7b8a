import type { ReportUse, ScoreStatus } from "@kota/model";
import { statusOf } from "./combine.ts";
import type { DeviceColumns } from "./device-columns.ts";
import { explainIndicator } from "./explain.ts";
import { scoreOf } from "./goalposts.ts";
import { medianOf } from "./quality/unlike-neighbours.ts";
import type { MeasuredIndicator, OverDevices, ScoreModel } from "./score-model.ts";
import type { Windows } from "./windows.ts";
import { type RankedSource, WorstSources } from "./worst-sources.ts";

/** An indicator of one area. */
export interface IndicatorResult {
  readonly score: number | null;
  readonly status: ScoreStatus;
  readonly coverage: number;
  readonly value: number | null;
  /** Text and lists are made when they are asked for: who only compares numbers pays for none. */
  readonly explain: () => string;
  /** Worst first, at most 20. */
  readonly sources: () => readonly RankedSource[];
  readonly devices: readonly string[];
  readonly readings: number;
  /** Of an indicator that somebody reports. */
  readonly reported?: ReportUse;
}

/**
 * The numbers of an indicator.
 * @param values of the devices that count
 * @param covered the sum of what they cover of the window
 * @param asked how many devices were
 */
export function indicatorScore(
  indicator: Pick<MeasuredIndicator, "overDevices" | "minDevices" | "goalposts">,
  values: readonly number[] | Float64Array,
  covered: number,
  asked: number,
  limits: ScoreModel["coverage"],
): Pick<IndicatorResult, "value" | "coverage" | "status" | "score"> {
  const coverage = asked > 0 ? covered / asked : 0;
  const enough = values.length >= indicator.minDevices;
  const value = enough ? overDevices(indicator.overDevices, values) : null;
  const status = enough ? statusOf(coverage, limits) : "no_data";
  const score = value === null || status === "no_data" ? null : scoreOf(indicator.goalposts, value);
  return { value, coverage, status, score };
}

/**
 * An indicator over the devices that are expected to say something for it. A device with too little of the window is
 * left out; coverage is over all that are expected.
 * @param columns of the indicator in this area; text and lists are made from them, so only until they judge again
 */
export function indicatorResult(
  indicator: MeasuredIndicator,
  columns: DeviceColumns,
  expected: readonly string[],
  windows: Windows,
  at: number,
  { coverage: limits }: Pick<ScoreModel, "coverage">,
): IndicatorResult {
  columns.judge(expected, windows, at);
  const { values, covered, readings } = columns;
  const { value, coverage, status, score } = indicatorScore(
    indicator,
    values,
    covered,
    expected.length,
    limits,
  );
  return {
    score,
    status,
    coverage,
    value,
    explain: () => {
      const reaching = countReaching(indicator.overDevices, values);
      const counts = {
        used: values.length,
        expected: expected.length,
        distrusted: columns.distrusted,
        reaching,
      };
      return explainIndicator(indicator, { value, score, status, coverage, ...counts }, limits);
    },
    sources: () => {
      const worst = new WorstSources();
      columns.each((device, deviceValue, _coverage, deviceReadings, lastTime) => {
        const rank = rankOf(indicator, deviceValue);
        if (worst.hasPlaceFor(rank, device))
          worst.add({
            rank,
            source: {
              device,
              metric: indicator.metric,
              value: deviceValue,
              readings: deviceReadings,
              lastTime,
            },
          });
      });
      return worst.all;
    },
    devices: columns.counting,
    readings,
  };
}

/** Where a value stands in the order from worst to best. */
function rankOf({ goalposts, overDevices: over }: MeasuredIndicator, value: number): number {
  if (over.by !== "share_at_least") return scoreOf(goalposts, value);
  // The goalposts of a share say nothing of one device: what reaches the threshold by most stands first when the share is
  // bad at the top, and last when it is good there.
  const isFalling = (goalposts[0]?.[1] ?? 0) > (goalposts.at(-1)?.[1] ?? 0);
  return isFalling ? -value : value;
}

function countReaching(over: OverDevices, values: Iterable<number>): number {
  if (over.by !== "share_at_least") return 0;
  let reaching = 0;
  for (const value of values) if (value >= over.threshold) reaching++;
  return reaching;
}

function overDevices(over: OverDevices, values: readonly number[] | Float64Array): number {
  switch (over.by) {
    case "mean": {
      let sum = 0;
      for (const value of values) sum += value;
      return sum / values.length;
    }
    case "median":
      return medianOf(values);
    case "max": {
      let highest = Number.NEGATIVE_INFINITY;
      for (const value of values) highest = Math.max(highest, value);
      return highest;
    }
    case "share_at_least":
      return (100 * countReaching(over, values)) / values.length;
  }
}
