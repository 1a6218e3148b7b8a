import type { Message, RejectionCode, Report } from "@kota/model";
import { parseReports, type ReportRules } from "@kota/reports";

/** The last level names the indicator. */
const PREFIX = "kota/v1/report/";

/** What reads reports, as an adapter is named. */
export const REPORT_READER = "report@1";

const MOST_PROBLEMS = 5;

type ReportOutcome =
  | { readonly ok: true; readonly reports: readonly Report[] }
  | { readonly ok: false; readonly code: RejectionCode; readonly reason: string };

export function isReportMessage({ topic }: Pick<Message, "topic">): boolean {
  return topic.startsWith(PREFIX);
}

/**
 * A report, or a list of reports, from `kota/v1/report/<indicator>`. A body that names an indicator has to agree with the
 * topic, so that who may report what is the broker's to say. One bad report refuses the whole message.
 */
export function reportsOf(
  { topic, payload, receivedAt, source }: Message,
  rules: ReportRules | undefined,
): ReportOutcome {
  const refuse = (code: RejectionCode, reason: string): ReportOutcome => ({ ok: false, code, reason });
  if (rules === undefined)
    return refuse("report_refused", "The city's score model cannot be used, so no report can be checked.");
  if (payload.length === 0)
    return refuse("empty_payload", "The payload is empty: expected a report as JSON.");
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(payload);
  } catch {
    return refuse("not_utf8", "The payload is not valid UTF-8 text: expected a report as JSON.");
  }
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return refuse("not_json", "The payload is not valid JSON: expected a report, or a list of reports.");
  }
  const indicator = topic.slice(PREFIX.length);
  const list = Array.isArray(body) ? body : [body];
  if (list.length === 0) return refuse("report_refused", "The list has no report.");
  const parsed = parseReports(
    list.map((each) => (isObject(each) ? { indicator, ...each } : each)),
    rules,
    { via: source === "http" ? "http" : "mqtt", receivedAt },
  );
  if (!parsed.ok) {
    const shown = parsed.problems.slice(0, MOST_PROBLEMS).map(({ index, path, message }) => {
      const place = [list.length > 1 ? `entry ${index + 1}` : "", path].filter(Boolean).join(" ");
      return place === "" ? message : `${place}: ${message}`;
    });
    return refuse("report_refused", `${shown.join("; ")}.`);
  }
  const other = parsed.reports.find((report) => report.indicator !== indicator);
  if (other) {
    return refuse(
      "report_refused",
      `indicator: expected '${indicator}' as in the topic, got '${other.indicator}'. Publish it on ${PREFIX}${other.indicator}.`,
    );
  }
  return parsed;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
