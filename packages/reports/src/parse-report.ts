import { createHash } from "node:crypto";
import {
  CITY_AREA,
  QUALITY_CLASSES,
  type QualityClass,
  type Report,
  type ReportWay,
  reportIdentity,
} from "@kota/model";
import { z } from "zod";
import { dayAfter, PERIOD_FORMS, parsePeriod } from "./period.ts";
import type { ReportRules } from "./report-rules.ts";

const text = (most: number) => z.string().trim().min(1).max(most);

/** A report as it comes in over any way. */
export const PlainReport = z.strictObject({
  indicator: text(40),
  area: text(120),
  value: z.number("expected a number"),
  unit: text(40),
  period: z.union(
    [text(80), z.strictObject({ from: text(40), to: text(40) }).transform(({ from, to }) => `${from}/${to}`)],
    PERIOD_FORMS,
  ),
  author: text(200),
  /** Left out: the first day after the period. */
  date: z.iso.date("expected a day such as '2026-11-24'").optional(),
  evidence: z
    .url({ protocol: /^https$/, error: "expected an https link" })
    .max(2000)
    .nullable()
    .default(null),
  quality: z.enum(
    Object.keys(QUALITY_CLASSES) as QualityClass[],
    `expected one of ${Object.keys(QUALITY_CLASSES).join(", ")}`,
  ),
  source: text(500),
  note: text(1000).nullable().default(null),
});
export type PlainReport = z.input<typeof PlainReport>;

/** Why something is no report; `path` is the key that has to be put right, empty for the whole. */
export interface ReportProblem {
  readonly path: string;
  readonly message: string;
}

export interface ReportReceipt {
  readonly via: ReportWay;
  /** Unix milliseconds. */
  readonly receivedAt: number;
}

type Parsed =
  | { readonly ok: true; readonly report: Report }
  | { readonly ok: false; readonly problems: readonly ReportProblem[] };

/** What came in as a report of a city, or every reason why it is none. */
export function parseReport(raw: unknown, rules: ReportRules, { via, receivedAt }: ReportReceipt): Parsed {
  const parsed = PlainReport.safeParse(raw);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => ({ path: path.join("."), message }));
    return { ok: false, problems };
  }
  const { period: periodText, date: given, ...plain } = parsed.data;
  const problems: ReportProblem[] = [];
  const bad = (path: keyof PlainReport, message: string) => problems.push({ path, message });
  const indicator = rules.indicators.get(plain.indicator);
  if (indicator === undefined) {
    const known = [...rules.indicators.keys()].join(", ");
    bad(
      "indicator",
      known === ""
        ? "the score model has no reported indicators; give one 'from: reports' in scores.yaml"
        : `the score model has no reported indicator '${plain.indicator}'; it has ${known}`,
    );
  } else {
    if (plain.unit !== indicator.unit) bad("unit", `expected '${indicator.unit}', got '${plain.unit}'`);
    const wrongArea = areaProblem(plain.area, indicator.scope, rules.areas);
    if (wrongArea) bad("area", wrongArea);
  }
  if (plain.evidence === null && plain.quality !== "D")
    bad("evidence", `class ${plain.quality} needs an https link to the evidence; without one it is D`);
  const period = parsePeriod(periodText, rules.timeZone, receivedAt);
  if (period === undefined) bad("period", `${PERIOD_FORMS}; got '${periodText}'`);
  else if (period.to > receivedAt + rules.maxFutureMs)
    bad("period", `'${period.label}' is not over: it ends at ${new Date(period.to).toISOString()}`);
  // The day of the farthest zone may be one ahead.
  if (given && Date.parse(given) > receivedAt + DAY_MS) bad("date", `${given} is in the future`);
  if (period === undefined || problems.length > 0) return { ok: false, problems };
  const report = { ...plain, date: given ?? dayAfter(period, rules.timeZone), period, via, receivedAt };
  return { ok: true, report: { id: idOf(report), ...report } };
}

/** Many at a time: all are good, or none is taken. The path of a problem begins with the place in the list. */
export function parseReports(
  raw: readonly unknown[],
  rules: ReportRules,
  receipt: ReportReceipt,
):
  | { readonly ok: true; readonly reports: readonly Report[] }
  | {
      readonly ok: false;
      readonly problems: readonly (ReportProblem & { readonly index: number })[];
    } {
  const reports: Report[] = [];
  const problems: (ReportProblem & { readonly index: number })[] = [];
  const places = new Map<string, number>();
  raw.forEach((each, index) => {
    const parsed = parseReport(each, rules, receipt);
    if (!parsed.ok) {
      problems.push(...parsed.problems.map((problem) => ({ ...problem, index })));
      return;
    }
    const identity = reportIdentity(parsed.report);
    const earlier = places.get(identity);
    if (earlier !== undefined) {
      const message = `the same indicator, area and period stand in entry ${earlier + 1} already, and which of them counts is not said`;
      problems.push({ path: "", message, index });
    }
    places.set(identity, index);
    reports.push(parsed.report);
  });
  return problems.length === 0 ? { ok: true, reports } : { ok: false, problems };
}

const DAY_MS = 86_400_000;

function areaProblem(area: string, scope: "area" | "city", areas: ReadonlySet<string>): string | undefined {
  if (scope === "city")
    return area === CITY_AREA
      ? undefined
      : `this indicator is reported for the whole city: expected '${CITY_AREA}', got '${area}'`;
  if (areas.has(area)) return undefined;
  return area === CITY_AREA
    ? "this indicator is reported for each area; the city's value is made from theirs"
    : `the city has no area '${area}'; it has ${[...areas].join(", ")}`;
}

/** The same report that was received at the same time is the same receipt, however often it is handed on. */
function idOf({ via: _, ...report }: Omit<Report, "id">): string {
  const { value, unit, author, date, evidence, quality, source, note, receivedAt } = report;
  return createHash("sha256")
    .update(
      JSON.stringify([
        reportIdentity(report),
        value,
        unit,
        author,
        date,
        evidence,
        quality,
        source,
        note,
        receivedAt,
      ]),
    )
    .digest("base64url")
    .slice(0, 24);
}
