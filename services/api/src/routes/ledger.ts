import { Readable } from "node:stream";
import { GROUPS } from "@kota/event-log";
import { type Balance, balanceOf } from "@kota/ledger";
import type { LedgerRecord } from "@kota/model";
import { z } from "zod";
import type { ApiContext, App } from "../context.ts";
import { type Cell, csvFileName, csvLines } from "../csv.ts";
import { decodeCursor, encodeCursor, nextLink } from "../cursor.ts";
import { isoTime, isoTimeOrNull, Time } from "../iso-time.ts";
import type { LedgerFilter, LedgerView } from "../ledger-view.ts";
import { sendsCsv } from "../negotiation.ts";
import { HttpProblem, problemResponse } from "../problem.ts";
import { formatParameter, limitParameter, parameters } from "../query.ts";
import { CODES } from "../rejection-row.ts";
import { openRangeOf, rangeParameters } from "../time-range.ts";

const count = z.number().int().min(0);

const LedgerBalance = z
  .object({
    received: count.describe("Readings of the hour, repeats included, and messages rejected in it"),
    stored: count,
    rejected: count,
    rejectedBy: z.partialRecord(z.enum(CODES), count).describe("The rejected, by reason"),
    duplicate: count.describe("Readings of a device and time that had been there, and repeated rejections"),
    conflict: count.describe("Of the duplicates, those with another value: the last in the log is stored"),
    pending: count.describe("On their way to the time series, or not yet looked for there"),
    difference: count.describe(
      "received − (stored + rejected + duplicate + pending): readings that are missing; 0 when all is well",
    ),
    extra: count.describe(
      "Stored readings of the hour that the ledger did not receive: from before it was kept, or from elsewhere",
    ),
  })
  .meta({ id: "LedgerBalance" });

const LedgerLine = LedgerBalance.extend({
  device: z.string().nullable().describe("Null: rejections that name no device"),
  hour: Time.describe("Its start; readings are in the hour they are of, rejections in the hour they came in"),
  open: z.boolean().describe("More may come; as it was up to 30 seconds ago"),
  checkedAt: Time.nullable().describe("When the time series was asked; null: not yet"),
}).meta({ id: "LedgerLine" });

const LedgerPage = z
  .object({
    kept: z.boolean().describe("False: no ledger is kept, or it has counted nothing yet"),
    lines: z.array(LedgerLine),
    total: LedgerBalance.describe("Over every line that the query has, also on other pages"),
    difference: count.describe("The difference of the whole ledger, whatever the query"),
    waiting: z
      .object({ messages: count, readings: count })
      .nullable()
      .describe("Records of the log that are not yet normalized, and not yet stored, of all devices"),
    heldFrom: Time.nullable().describe("Older hours are not held any more; null: all are"),
    nextCursor: z.string().nullable(),
  })
  .meta({ id: "LedgerPage" });

const COUNTS = [
  ...["received", "stored", "rejected", "duplicate"],
  ...["conflict", "pending", "difference", "extra"],
] as const satisfies readonly (keyof Balance)[];

const Place = z.tuple([z.number().int(), z.string()]);

export function ledgerRoutes(app: App, { ledger, pipelineLag }: ApiContext): void {
  app.get(
    "/ledger",
    {
      schema: {
        summary: "Per device and hour: received = stored + rejected + duplicate + pending",
        description: "As CSV it is every line that the query has, without pages.",
        querystring: parameters({
          device: z.string().min(1).optional(),
          ...rangeParameters,
          differences: z
            .enum(["true", "false"])
            .default("false")
            .describe("`true`: only lines with a difference"),
          limit: limitParameter({ fallback: 200, most: 5000 }),
          cursor: z.string().optional().describe("The `nextCursor` of the page before"),
          format: formatParameter,
        }),
        response: {
          200: {
            description: "A page of the ledger, the newest hour first",
            content: { "application/json": { schema: LedgerPage }, "text/csv": { schema: z.string() } },
          },
          ...problemResponse,
        },
      },
    },
    async (request, reply) => {
      const asCsv = sendsCsv(request, request.query.format);
      if (!ledger.isFilled()) {
        throw new HttpProblem("not_ready", "The ledger is still being read; ask again in a few seconds.");
      }
      const { device, differences, limit, cursor } = request.query;
      const range = openRangeOf(request.query);
      const query = { device, ...range, differences: differences === "true" };
      if (asCsv) {
        const ends = [range.from, range.to].map((time) => (time === undefined ? null : isoTime(time)));
        const name = csvFileName("ledger", device ?? null, ...ends);
        return reply
          .header("content-disposition", `attachment; filename="${name}"`)
          .type("text/csv; charset=utf-8")
          .send(Readable.from(csvOf(ledger, query)) as never);
      }
      const place = cursor === undefined ? undefined : decodeCursor(Place, cursor);
      const { lines, next, total } = ledger.find({
        ...query,
        limit,
        after: place === undefined ? null : { hour: place[0], device: place[1] },
      });
      const nextCursor = next && encodeCursor([next.hour, next.device]);
      if (nextCursor) reply.header("link", nextLink(request.url, "cursor", nextCursor));
      return {
        kept: ledger.lines > 0,
        lines: lines.map(lineOf),
        total: row(total),
        difference: ledger.difference,
        waiting: waitingIn(await pipelineLag()),
        heldFrom: Number.isFinite(ledger.heldFrom) ? isoTime(ledger.heldFrom) : null,
        nextCursor,
      };
    },
  );
}

/** Written as it is read: a large ledger is never one text. */
function* csvOf(ledger: Pick<LedgerView, "hours">, filter: LedgerFilter): Generator<string> {
  yield csvLines([["hour", "device", ...COUNTS, "rejected_by", "open", "checked_at"]]);
  for (const lines of ledger.hours(filter)) yield csvLines(lines.map(cellsOf));
}

function cellsOf(record: LedgerRecord): readonly Cell[] {
  const balance = balanceOf(record);
  const reasons = Object.entries(balance.rejectedBy).map(([code, count]) => `${code} ${count}`);
  return [
    ...[isoTime(record.hour), record.device, ...COUNTS.map((column) => balance[column])],
    ...[reasons.join(" | ") || null, record.open === true ? "open" : null, isoTimeOrNull(record.checkedAt)],
  ];
}

function waitingIn(lags: Awaited<ReturnType<ApiContext["pipelineLag"]>>) {
  const of = (group: string) => lags.find((stage) => stage.group === group)?.lag;
  const [messages, readings] = [of(GROUPS.normalize), of(GROUPS.storeReadings)];
  return messages === undefined || readings === undefined ? null : { messages, readings };
}

function row(balance: Balance): z.infer<typeof LedgerBalance> {
  return { ...balance, rejectedBy: { ...balance.rejectedBy } };
}

function lineOf(record: LedgerRecord): z.infer<typeof LedgerLine> {
  return {
    device: record.device,
    hour: isoTime(record.hour),
    open: record.open === true,
    ...row(balanceOf(record)),
    checkedAt: isoTimeOrNull(record.checkedAt),
  };
}
