import type { ScoreSource, ScoreStatus } from "@kota/model";
import { statusOf } from "./combine.ts";
import { type DeviceValue, deviceValue } from "./device-value.ts";
import { explainIndicator } from "./explain.ts";
import { scoreOf } from "./goalposts.ts";
import type { Indicator, OverDevices, ScoreModel } from "./score-model.ts";
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
  readonly explanation: string;
  /** Worst first, at most 20. */
  readonly sources: readonly RankedSource[];
  readonly devices: readonly string[];
  readonly readings: number;
}

/**
 * An indicator over the devices that are expected to say something for it. A device with too little of the window is
 * left out; coverage is over all that are expected.
 */
export function indicatorResult(
  indicator: Indicator,
  expected: readonly string[],
  windows: Windows,
  at: number,
  limits: ScoreModel["coverage"],
): IndicatorResult {
  const used: DeviceValue[] = [];
  let covered = 0;
  let readings = 0;
  for (const device of expected) {
    const series = windows.get(device, indicator.metric);
    const value = series && deviceValue(indicator, series, at);
    if (value === undefined || value.coverage < indicator.minCoverage) continue;
    used.push(value);
    covered += value.coverage;
    readings += value.readings;
  }
  const coverage = expected.length > 0 ? covered / expected.length : 0;
  const enough = used.length >= indicator.minDevices;
  const value = enough ? overDevices(indicator.overDevices, used) : null;
  const status = enough ? statusOf(coverage, limits) : "no_data";
  const score = value === null || status === "no_data" ? null : scoreOf(indicator.goalposts, value);
  const reaching = countReaching(indicator.overDevices, used);
  return {
    score,
    status,
    coverage,
    value,
    explanation: explainIndicator(
      indicator,
      { value, score, status, coverage, used: used.length, expected: expected.length, reaching },
      limits,
    ),
    sources: worstFirst(used.map((each) => rankedSource(indicator, each))),
    devices: used.map(({ device }) => device),
    readings,
  };
}

/** The worst sources of all lists. */
export function worstFirst(sources: RankedSource[]): RankedSource[] {
  return sources
    .sort((a, b) => a.rank - b.rank || (a.source.device < b.source.device ? -1 : 1))
    .slice(0, MAX_SOURCES);
}

function rankedSource(indicator: Indicator, used: DeviceValue): RankedSource {
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

function countReaching(over: OverDevices, used: readonly DeviceValue[]): number {
  return over.by === "share_at_least" ? used.filter(({ value }) => value >= over.threshold).length : 0;
}

function overDevices(over: OverDevices, used: readonly DeviceValue[]): number {
  switch (over.by) {
    case "mean":
      return used.reduce((sum, { value }) => sum + value, 0) / used.length;
    case "median":
      return median(used.map(({ value }) => value));
    case "max":
      return used.reduce((highest, { value }) => Math.max(highest, value), Number.NEGATIVE_INFINITY);
    case "share_at_least":
      return (100 * countReaching(over, used)) / used.length;
  }
}

function median(values: number[]): number {
  const sorted = Float64Array.from(values).sort();
  const upper = sorted[sorted.length >> 1] ?? Number.NaN;
  if (sorted.length % 2 === 1) return upper;
  return ((sorted[(sorted.length >> 1) - 1] ?? Number.NaN) + upper) / 2;
}
