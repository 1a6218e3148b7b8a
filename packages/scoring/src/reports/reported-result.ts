import { CITY_AREA, type ReportState, type ReportUse } from "@kota/model";
import { statusOf } from "../combine.ts";
import { explainReported } from "../explain.ts";
import { scoreOf } from "../goalposts.ts";
import type { IndicatorResult } from "../indicator-result.ts";
import type { ReportedIndicator, ScoreModel } from "../score-model.ts";
import type { BookedReport, Reports } from "./report-book.ts";

/** What is known of a reported indicator in an area at a time. */
export interface FoundReport {
  readonly state: ReportState;
  /** The report that counts, or the one that expired. */
  readonly booked: BookedReport | null;
}

/** The report that counts for an area: one of the city counts in every area alike. */
export function findReport(
  { id, scope, validityMs }: ReportedIndicator,
  area: string,
  reports: Reports,
  at: number,
): FoundReport {
  const booked = reports.newestAt(id, scope === "city" ? CITY_AREA : area, at) ?? null;
  if (booked === null) return { state: "not_reported", booked };
  return { state: at < booked.report.period.to + validityMs ? "reported" : "expired", booked };
}

/** The numbers of a reported indicator; a value of null: there is no report that counts. */
export function reportedScore(
  { goalposts }: Pick<ReportedIndicator, "goalposts">,
  value: number | null,
  limits: ScoreModel["coverage"],
): Pick<IndicatorResult, "value" | "coverage" | "status" | "score"> {
  if (value === null) return { value, coverage: 0, status: "no_data", score: null };
  return { value, coverage: 1, status: statusOf(1, limits), score: scoreOf(goalposts, value) };
}

const NONE = () => [];

/** A reported indicator of one area, of what is known of it there. It has no devices and no readings. */
export function reportedResult(
  indicator: ReportedIndicator,
  { state, booked }: FoundReport,
  { coverage: limits }: Pick<ScoreModel, "coverage">,
): IndicatorResult & { readonly reported: ReportUse } {
  const report = booked?.report ?? null;
  const numbers = reportedScore(indicator, state === "reported" && report ? report.value : null, limits);
  return {
    score: numbers.score,
    status: numbers.status,
    coverage: numbers.coverage,
    value: numbers.value,
    explain: () => explainReported(indicator, state, report, numbers.score),
    sources: NONE,
    devices: NONE,
    deviceCount: 0,
    readings: 0,
    reported: { state, report, revision: booked?.revision ?? 0 },
  };
}
