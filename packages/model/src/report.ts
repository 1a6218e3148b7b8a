/**
 * How well a reported value is founded, best first. The width of its interval in a receipt follows from it, see the
 * scoring package.
 */
export const QUALITY_CLASSES = {
  A: "An official or audited statistic, published with its method.",
  B: "A complete count from the register of the office in charge.",
  C: "A sample, a survey or a partial count.",
  D: "An estimate, or a value without evidence.",
} as const;
export type QualityClass = keyof typeof QUALITY_CLASSES;

/** The ways in which a report comes in. */
export const REPORT_WAYS = ["http", "csv", "mqtt", "folder", "poll"] as const;
export type ReportWay = (typeof REPORT_WAYS)[number];

/** Half-open, Unix milliseconds: `from` belongs to it, `to` does not. */
export interface ReportPeriod {
  readonly from: number;
  readonly to: number;
  /** As it was written: `2026`, `2026-Q3`, `2026-10`, `2026-10-05` or `from/to`. */
  readonly label: string;
}

/**
 * A value of an indicator that somebody states, with who, when and on what grounds. Its identity is (indicator, area,
 * period): of several for one identity the one that was received last counts, and the earlier ones stay readable.
 */
export interface Report {
  /** Of this receipt: the same report received again at another time has another. */
  readonly id: string;
  readonly indicator: string;
  /** An area's id, or {@link CITY_AREA} for the whole city. */
  readonly area: string;
  readonly value: number;
  /** UCUM code, as the indicator has it. */
  readonly unit: string;
  readonly period: ReportPeriod;
  /** The person or office that answers for the value. */
  readonly author: string;
  /** The day on which the author stated it, `YYYY-MM-DD`. */
  readonly date: string;
  /** Where the value can be checked: an https link. Null only for class D. */
  readonly evidence: string | null;
  readonly quality: QualityClass;
  /** What it was taken from: a register, a survey, a data set. */
  readonly source: string;
  readonly note: string | null;
  readonly via: ReportWay;
  /** Unix milliseconds. */
  readonly receivedAt: number;
}

/** What a report is about: two reports with one identity are revisions of each other. */
export function reportIdentity({
  indicator,
  area,
  period,
}: Pick<Report, "indicator" | "area" | "period">): string {
  return `${indicator}/${area}/${period.from}/${period.to}`;
}

/** Whether two reports of one identity state the same: then the second changes nothing. */
export function statesTheSame(one: ReportContent, other: ReportContent): boolean {
  return CONTENT.every((key) => one[key] === other[key]);
}

const CONTENT = ["value", "unit", "author", "date", "evidence", "quality", "source", "note"] as const;
export type ReportContent = Pick<Report, (typeof CONTENT)[number]>;

/**
 * `reported`: a report counts. `expired`: the newest is too old to count. `not_reported`: there is none.
 */
export type ReportState = "reported" | "expired" | "not_reported";

/** What is known of a reported indicator at a time. */
export interface ReportUse {
  readonly state: ReportState;
  /** The report that counts, or the one that expired. */
  readonly report: Report | null;
  /** 1 for the first report of its period, one more for each correction; 0 without one. */
  readonly revision: number;
}
