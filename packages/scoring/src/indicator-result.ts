import type { ReportUse, ScoreSource, ScoreStatus } from "@kota/model";
import { statusOf } from "./combine.ts";
import type { DeviceValue } from "./device-value.ts";
import { explainIndicator } from "./explain.ts";
import { scoreOf } from "./goalposts.ts";
import { judgeDevices, type LeftOut } from "./judged-devices.ts";
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

const BY_QUALITY: ReadonlySet<LeftOut> = new Set(["flagged", "silent", "unlike_neighbours"]);

/** A device that counts. */
export type UsedDevice = DeviceValue & { readonly value: number };

export function hasValue(found: DeviceValue | null): found is UsedDevice {
  return found !== null && found.value !== null;
}

/** The numbers of an indicator, from the devices that count and how many were asked. */
export function indicatorScore(
  indicator: Pick<MeasuredIndicator, "overDevices" | "minDevices" | "goalposts">,
  used: readonly Pick<UsedDevice, "value" | "coverage">[],
  asked: number,
  limits: ScoreModel["coverage"],
): Pick<IndicatorResult, "value" | "coverage" | "status" | "score"> {
  const covered = used.reduce((sum, device) => sum + device.coverage, 0);
  const coverage = asked > 0 ? covered / asked : 0;
  const enough = used.length >= indicator.minDevices;
  const value = enough ? overDevices(indicator.overDevices, used) : null;
  const status = enough ? statusOf(coverage, limits) : "no_data";
  const score = value === null || status === "no_data" ? null : scoreOf(indicator.goalposts, value);
  return { value, coverage, status, score };
}

/**
 * An indicator over the devices that are expected to say something for it. A device with too little of the window is
 * left out; coverage is over all that are expected.
 */
export function indicatorResult(
  indicator: MeasuredIndicator,
  expected: readonly string[],
  windows: Windows,
  at: number,
  { coverage: limits, quality }: Pick<ScoreModel, "coverage" | "quality">,
): IndicatorResult {
  const used: UsedDevice[] = [];
  let readings = 0;
  let distrusted = 0;
  for (const { leftOut, found } of judgeDevices(indicator, expected, windows, at, quality)) {
    if (leftOut !== null && BY_QUALITY.has(leftOut)) distrusted++;
    if (leftOut !== null || !hasValue(found)) continue;
    used.push(found);
    readings += found.readings;
  }
  const { value, coverage, status, score } = indicatorScore(indicator, used, expected.length, limits);
  return {
    score,
    status,
    coverage,
    value,
    explain: () => {
      const reaching = countReaching(indicator.overDevices, used);
      const counts = { used: used.length, expected: expected.length, distrusted, reaching };
      return explainIndicator(indicator, { value, score, status, coverage, ...counts }, limits);
    },
    sources: () => worstFirst(used.map((each) => rankedSource(indicator, each))),
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

function countReaching(over: OverDevices, used: readonly Pick<UsedDevice, "value">[]): number {
  return over.by === "share_at_least" ? used.filter(({ value }) => value >= over.threshold).length : 0;
}

function overDevices(over: OverDevices, used: readonly Pick<UsedDevice, "value">[]): number {
  switch (over.by) {
    case "mean":
      return used.reduce((sum, { value }) => sum + value, 0) / used.length;
    case "median":
      return medianOf(used.map(({ value }) => value));
    case "max":
      return used.reduce((highest, { value }) => Math.max(highest, value), Number.NEGATIVE_INFINITY);
    case "share_at_least":
      return (100 * countReaching(over, used)) / used.length;
  }
}
