import type { Report } from "@kota/model";
import { parseReports, parseReportsCsv } from "@kota/reports";
import type { BookedReport } from "@kota/scoring";
import { z } from "zod";
import { adminSecurity, requireAdmin } from "../admin.ts";
import { type ApiContext, type App, assertReported } from "../context.ts";
import { decodeCursor, encodeCursor, nextLink } from "../cursor.ts";
import { answers, HttpProblem } from "../problem.ts";
import { limitParameter, parameters } from "../query.ts";
import { ReportRow, reportRow } from "../report-row.ts";
import { areaIds } from "../score-list.ts";
import { openRangeOf, rangeParameters } from "../time-range.ts";

const MAX_BODY_BYTES = 8 * 1024 * 1024;
const MOST_ERRORS = 50;

const Place = z.tuple([z.number().int(), z.string()]);
type Listed = Parameters<typeof reportRow>[0];

/** A body that came as CSV: a JSON text is none. */
class Table {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** What somebody states of the city: handed in, and read back with all corrections. */
export function reportRoutes(app: App, { city, reports, adminTokens, clock }: ApiContext): void {
  app.addContentTypeParser("text/csv", { parseAs: "string" }, (_request, body, done) =>
    done(null, new Table(String(body))),
  );

  app.get(
    "/reports",
    {
      schema: {
        summary: "Reports: values of indicators that somebody states, the newest first",
        querystring: parameters({
          indicator: z.string().min(1).max(40).optional(),
          area: z.enum(areaIds(city)).optional().describe("`city`: those for the whole city"),
          ...rangeParameters,
          revisions: z
            .enum(["newest", "all"])
            .default("newest")
            .describe("`all`: also those that were corrected since"),
          limit: limitParameter({ fallback: 100, most: 10_000 }),
          cursor: z.string().optional().describe("The `nextCursor` of the page before"),
        }),
        response: answers(
          "A page of reports; `from` and `to` are of the receipt",
          z.object({ reports: z.array(ReportRow), nextCursor: z.string().nullable() }),
        ),
      },
    },
    (request, reply) => {
      assertReported(reports);
      const { indicator, area, revisions, limit, cursor } = request.query;
      const { from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY } = openRangeOf(request.query);
      const after = cursor === undefined ? undefined : decodeCursor(Place, cursor);
      const found = [...reports.book.all()]
        .filter(({ report }) => {
          if (indicator !== undefined && report.indicator !== indicator) return false;
          if (area !== undefined && report.area !== area) return false;
          return report.receivedAt >= from && report.receivedAt < to;
        })
        .map((booked) => listed(booked, reports.book.revisionsOf(booked.report)))
        .filter(({ supersededAt }) => revisions === "all" || supersededAt === null)
        .sort((one, other) => order(placeOf(one), placeOf(other)))
        .filter((each) => after === undefined || order(after, placeOf(each)) < 0);
      const page = found.slice(0, limit);
      const last = page.at(-1);
      const nextCursor = last && found.length > limit ? encodeCursor(placeOf(last)) : null;
      if (nextCursor) reply.header("link", nextLink(request.url, "cursor", nextCursor));
      return { reports: page.map(reportRow), nextCursor };
    },
  );

  app.post(
    "/reports",
    {
      onRequest: requireAdmin(adminTokens),
      bodyLimit: MAX_BODY_BYTES,
      schema: {
        summary:
          "Hand in reports: one or a list as JSON, or a table as CSV; all of them, or none when one is wrong",
        description:
          "Each has indicator, area, value, unit, period, author, date, evidence (https, null only in class D), quality (A to D), source, note. What is known already changes nothing; another value for the same indicator, area and period corrects the earlier one.",
        security: adminSecurity,
        consumes: ["application/json", "text/csv"],
        querystring: parameters({
          dryRun: z.enum(["true", "false"]).default("false").describe("`true`: only check them"),
        }),
        body: z.unknown().describe("A report, a list of reports, or a table of reports"),
        response: answers(
          "What became of each, in their order; they are durable",
          z.object({
            dryRun: z.boolean(),
            new: z.number().int(),
            corrected: z.number().int(),
            unchanged: z.number().int(),
            reports: z.array(
              z.object({ id: z.string(), outcome: z.enum(["new", "corrected", "unchanged"]) }),
            ),
          }),
        ),
      },
    },
    async ({ body, query }) => {
      assertReported(reports);
      const dryRun = query.dryRun === "true";
      const parsed =
        body instanceof Table
          ? reportsOfTable(body.text)
          : reportsOf(Array.isArray(body) ? body : [body], "http", (index) =>
              Array.isArray(body) ? `/${index}` : "",
            );
      const outcomes = dryRun ? reports.outcomes(parsed) : await reports.take(parsed);
      const count = (wanted: string) => outcomes.filter((outcome) => outcome === wanted).length;
      return {
        dryRun,
        new: count("new"),
        corrected: count("corrected"),
        unchanged: count("unchanged"),
        reports: parsed.map(({ id }, index) => ({ id, outcome: outcomes[index] ?? "unchanged" })),
      };
    },
  );

  function reportsOfTable(text: string): readonly Report[] {
    const table = parseReportsCsv(text);
    if (!table.ok) {
      throw problemOf(
        table.problems.map(({ line, message }) => ({ pointer: `#/body/line/${line}`, detail: message })),
      );
    }
    const { rows } = table;
    return reportsOf(
      rows.map(({ raw }) => raw),
      "csv",
      (index) => `/line/${rows[index]?.line}`,
    );
  }

  function reportsOf(raw: readonly unknown[], via: "http" | "csv", pointerOf: (index: number) => string) {
    if (raw.length === 0) throw problemOf([{ pointer: "#/body", detail: "there is no report in it" }]);
    const parsed = parseReports(raw, reports.rules(), { via, receivedAt: clock() });
    if (parsed.ok) return parsed.reports;
    throw problemOf(
      parsed.problems.map(({ index, path, message }) => ({
        pointer: `#/body${pointerOf(index)}${path === "" ? "" : `/${path.replaceAll(".", "/")}`}`,
        detail: message,
      })),
    );
  }
}

function problemOf(errors: readonly { readonly pointer: string; readonly detail: string }[]): HttpProblem {
  const shown = errors.slice(0, MOST_ERRORS);
  const more = errors.length > shown.length ? `; and ${errors.length - shown.length} more` : "";
  const detail = shown.map(({ pointer, detail }) => `${pointer.slice(2)}: ${detail}`).join("; ");
  return new HttpProblem("bad_request", `Nothing was taken. ${detail}${more}`, [...shown]);
}

function listed({ report, revision }: BookedReport, revisions: readonly BookedReport[]): Listed {
  return { report, revision, supersededAt: revisions[revision]?.report.receivedAt ?? null };
}

type Place = z.infer<typeof Place>;

function placeOf({ report: { receivedAt, id } }: Listed): Place {
  return [receivedAt, id];
}

/** The newest first. */
function order(one: Place, other: Place): number {
  return other[0] - one[0] || (one[1] < other[1] ? 1 : one[1] > other[1] ? -1 : 0);
}
