import type { Report, ReportState } from "@kota/model";
import type { ReceiptHead, ReceiptPlace } from "../receipt-head.ts";
import type { ReportedIndicator, ScoreModel } from "../score-model.ts";
import type { BookedReport, Reports } from "./report-book.ts";
import { findReport, reportedScore } from "./reported-result.ts";

/** A report as a receipt names it: who stated what, when, and on what grounds. */
export interface ReportEvidence extends Omit<Report, "indicator" | "unit" | "period" | "receivedAt"> {
  readonly period: { readonly from: string; readonly to: string; readonly label: string };
  readonly receivedAt: string;
  /** 1 for the first of its period, one more for each correction. */
  readonly revision: number;
  readonly countsFrom: string;
  /** From this moment on it counts no more, if none follows. */
  readonly expires: string;
  /** What it corrects, the oldest first. */
  readonly corrects: readonly (Pick<Report, "value" | "author" | "date" | "evidence" | "quality"> & {
    readonly receivedAt: string;
  })[];
}

/** How a reported indicator of an area came about. */
export interface ReportedReceipt extends ReceiptHead {
  readonly kind: "reported";
  readonly state: ReportState;
  /** The report that counts, or the one that expired; null: not reported. */
  readonly report: ReportEvidence | null;
  readonly method: Pick<ReportedIndicator, "scope" | "validityMs" | "goalposts" | "source">;
}

export function openReported(
  indicator: ReportedIndicator,
  place: ReceiptPlace,
  reports: Reports,
  model: Pick<ScoreModel, "version" | "hash" | "coverage">,
  at: number,
): ReportedReceipt {
  const { title, unit, scope, validityMs, goalposts, source } = indicator;
  const { state, booked } = findReport(indicator, place.area, reports, at);
  const value = state === "reported" && booked ? booked.report.value : null;
  return {
    kind: "reported",
    ...place,
    title,
    at: timeText(at),
    ...reportedScore(indicator, value, model.coverage),
    unit,
    model: { version: model.version, hash: model.hash },
    limits: model.coverage,
    state,
    report: booked && evidenceOf(booked, reports, validityMs),
    method: { scope, validityMs, goalposts, source },
  };
}

function evidenceOf(
  { report, revision, countsFrom }: BookedReport,
  reports: Reports,
  validityMs: number,
): ReportEvidence {
  const { indicator: _, unit: __, period, receivedAt, ...rest } = report;
  return {
    ...rest,
    period: { from: timeText(period.from), to: timeText(period.to), label: period.label },
    receivedAt: timeText(receivedAt),
    revision,
    countsFrom: timeText(countsFrom),
    expires: timeText(period.to + validityMs),
    corrects: reports
      .revisionsOf(report)
      .slice(0, revision - 1)
      .map(({ report: { value, author, date, evidence, quality, receivedAt: at } }) => ({
        value,
        author,
        date,
        evidence,
        quality,
        receivedAt: timeText(at),
      })),
  };
}

function timeText(ms: number): string {
  return new Date(ms).toISOString();
}
