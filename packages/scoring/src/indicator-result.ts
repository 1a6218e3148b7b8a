import type { ReportUse, ScoreStatus } from "@kota/model";
import { AreaTally } from "./area-tally.ts";
import { statusOf } from "./combine.ts";
import type { DeviceColumns } from "./device-columns.ts";
import { explainIndicator } from "./explain.ts";
import { scoreOf } from "./goalposts.ts";
import { once } from "./once.ts";
import type { MeasuredIndicator, ScoreModel } from "./score-model.ts";
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
  readonly devices: () => readonly string[];
  readonly deviceCount: number;
  readonly readings: number;
  /** Of an indicator that somebody reports. */
  readonly reported?: ReportUse;
}

/** The numbers of an indicator, from what its devices say together. */
export function indicatorScore(
  indicator: Pick<MeasuredIndicator, "minDevices" | "goalposts">,
  tally: Pick<AreaTally, "asked" | "count" | "covered" | "value">,
  limits: ScoreModel["coverage"],
): Pick<IndicatorResult, "value" | "coverage" | "status" | "score"> {
  const { asked } = tally;
  const coverage = asked > 0 ? tally.covered / asked : 0;
  const enough = tally.count >= indicator.minDevices;
  const value = enough ? tally.value : null;
  const status = enough ? statusOf(coverage, limits) : "no_data";
  const score = value === null || status === "no_data" ? null : scoreOf(indicator.goalposts, value);
  return { value, coverage, status, score };
}

/** What one device says; null: it does not count. */
type Said = { readonly value: number; readonly coverage: number; readonly readings: number } | null;

/** What devices say together, each at its place. */
export function tallyOf(
  { overDevices }: Pick<MeasuredIndicator, "overDevices">,
  said: readonly Said[],
): AreaTally {
  const tally = new AreaTally(overDevices, said.length);
  said.forEach((each, place) => {
    if (each) tally.put(place, each.value, each.coverage, each.readings);
  });
  return tally;
}

/**
 * An indicator over the devices that are expected to say something for it, as its columns have judged them. A device with too
 * little of the window is left out; coverage is over all that are expected.
 * @param columns of the indicator in this area; text and lists are made from them, so only until they judge again
 */
export function indicatorResult(
  indicator: MeasuredIndicator,
  columns: DeviceColumns,
  { coverage: limits }: Pick<ScoreModel, "coverage">,
): IndicatorResult {
  const { tally } = columns;
  const { value, coverage, status, score } = indicatorScore(indicator, tally, limits);
  return {
    score,
    status,
    coverage,
    value,
    explain: () => {
      const { count: used, asked: expected, reaching } = tally;
      const counts = { used, expected, reaching, distrusted: columns.distrusted };
      return explainIndicator(indicator, { value, score, status, coverage, ...counts }, limits);
    },
    sources: once(() => worstSources(indicator, columns)),
    devices: () => columns.counting,
    deviceCount: tally.count,
    readings: tally.readings,
  };
}

function worstSources(indicator: MeasuredIndicator, columns: DeviceColumns): RankedSource[] {
  const worst = new WorstSources();
  columns.each((device, value, _coverage, readings, lastTime) => {
    const rank = rankOf(indicator, value);
    if (!worst.hasPlaceFor(rank, device)) return;
    worst.add({ rank, source: { device, metric: indicator.metric, value, readings, lastTime } });
  });
  return worst.all;
}

/** Where a value stands in the order from worst to best. */
function rankOf({ goalposts, overDevices: over }: MeasuredIndicator, value: number): number {
  if (over.by !== "share_at_least") return scoreOf(goalposts, value);
  // The goalposts of a share say nothing of one device: what reaches the threshold by most stands first when the share is
  // bad at the top, and last when it is good there.
  const isFalling = (goalposts[0]?.[1] ?? 0) > (goalposts.at(-1)?.[1] ?? 0);
  return isFalling ? -value : value;
}
