import { QUALITY_CLASSES, type QualityClass, REPORT_WAYS, type Report } from "@kota/model";
import { z } from "zod";
import { isoTime, isoTimeOrNull, Time } from "./iso-time.ts";

/** A report as an answer gives it. */
export const ReportRow = z
  .object({
    id: z.string(),
    indicator: z.string(),
    area: z.string().describe("Area id; `city` is the whole city"),
    value: z.number(),
    unit: z.string(),
    period: z
      .object({ from: Time, to: Time, label: z.string().describe("As it was written") })
      .describe("`from` belongs to it, `to` does not"),
    author: z.string().describe("Who answers for the value"),
    date: z.string().describe("The day on which the author stated it"),
    evidence: z.string().nullable().describe("Where the value can be checked"),
    quality: z.enum(Object.keys(QUALITY_CLASSES) as QualityClass[]).describe(
      Object.entries(QUALITY_CLASSES)
        .map((each) => each.join(": "))
        .join(" "),
    ),
    source: z.string().describe("What it was taken from"),
    note: z.string().nullable(),
    via: z.enum(REPORT_WAYS).describe("The way it came in"),
    receivedAt: Time,
    revision: z
      .number()
      .int()
      .describe("1 for the first of its indicator, area and period, one more for each correction"),
    supersededAt: Time.nullable().describe("When it was corrected; null: it is the newest"),
  })
  .meta({ id: "Report" });
export type ReportRow = z.infer<typeof ReportRow>;

export function reportRow(listed: {
  readonly report: Report;
  readonly revision: number;
  /** Unix milliseconds. */
  readonly supersededAt: number | null;
}): ReportRow {
  const { report, revision, supersededAt } = listed;
  const { period, receivedAt, ...rest } = report;
  return {
    ...rest,
    period: { from: isoTime(period.from), to: isoTime(period.to), label: period.label },
    receivedAt: isoTime(receivedAt),
    revision,
    supersededAt: isoTimeOrNull(supersededAt),
  };
}
