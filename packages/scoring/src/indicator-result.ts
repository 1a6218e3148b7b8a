import type { ReportUse, ScoreSource, ScoreStatus } from "@kota/model";
import { statusOf } from "./combine.ts";
import type { DeviceColumns } from "./device-columns.ts";
import type { DeviceValue } from "./device-value.ts";
import { explainIndicator } from "./explain.ts";
import { scoreOf } from "./goalposts.ts";
import { medianOf } from "./quality/unlike-neighbours.ts";
import type { MeasuredIndicator, OverDevices, ScoreModel } from "./score-model.ts";
import type { Windows } from "./windows.ts";

/** A score names at most so many sources. */
const MAX_SOURCES = 20;

/** A source with its place in the order from worst to best. */
export interface RankedSource {
  /** Lower is worse. */
  readonly rank: number;
  readonly source: ScoreSource;
}

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

/** A device that counts. */
type UsedDevice = Pick<DeviceValue, "device" | "readings" | "lastTime"> & { readonly value: number };

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
  let readings = 0;
  let covered = 0;
  columns.each((_device, _value, deviceCoverage, deviceReadings) => {
    covered += deviceCoverage;
    readings += deviceReadings;
  });
  const values = columns.values;
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
      const sources: RankedSource[] = [];
      columns.each((device, deviceValue, _coverage, deviceReadings, lastTime) =>
        sources.push(
          rankedSource(indicator, { device, value: deviceValue, readings: deviceReadings, lastTime }),
        ),
      );
      return worstFirst(sources);
    },
    devices: columns.counting,
    readings,
  };
}

/** The worst sources of all lists. */
export function worstFirst(sources: RankedSource[]): RankedSource[] {
  return sources
    .sort((a, b) => a.rank - b.rank || (a.source.device < b.source.device ? -1 : 1))
    .slice(0, MAX_SOURCES);
}

function rankedSource(indicator: MeasuredIndicator, used: UsedDevice): RankedSource {
  const { device, value, readings, lastTime } = used;
  // The goalposts of a share say nothing of one device: what reaches the threshold by most stands first when the share is
  // bad at the top, and last when it is good there.
  const falling = (indicator.goalposts[0]?.[1] ?? 0) > (indicator.goalposts.at(-1)?.[1] ?? 0);
  const rank =
    indicator.overDevices.by !== "share_at_least"
      ? scoreOf(indicator.goalposts, value)
      : falling
        ? -value
        : value;
  return { rank, source: { device, metric: indicator.metric, value, readings, lastTime } };
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
