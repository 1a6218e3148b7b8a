import type { Counter } from "@kota/runtime";
import { z } from "zod";
import type { ApiContext, App } from "../context.ts";
import { isoTime, isoTimeOrNull, Time } from "../iso-time.ts";
import { answers } from "../problem.ts";
import { parameters } from "../query.ts";

const total = z.number().int().min(0).nullable();
const offset = z.number().int();

const Status = z
  .object({
    time: Time,
    startedAt: Time,
    version: z.string(),
    ready: z.boolean(),
    reasons: z.array(z.string()).describe("Why it is not ready, one sentence each"),
    newestReading: z
      .object({ device: z.string(), time: Time, receivedAt: Time })
      .nullable()
      .describe("The reading that came last since the start"),
    readingsPerMinute: z.number().int().min(0).describe("Readings of the last 60 seconds"),
    totals: z
      .object({ received: total, readings: total, stored: total, rejected: total, scores: total })
      .describe("Since the start of this process; null when another process does that work"),
    ledger: z
      .object({
        difference: z.number().int().min(0).describe("Readings that are missing; 0 when all is well"),
        checkedAt: Time.nullable().describe("When the time series was last asked; null: not yet"),
      })
      .nullable()
      .describe("What the delivery ledger says; null when none is kept"),
    streamClients: z.number().int().min(0),
    lag: z
      .array(
        z.object({
          topic: z.string(),
          group: z.string(),
          committed: offset,
          end: offset,
          lag: z.number().int().min(0).describe("In records of the log"),
        }),
      )
      .describe(
        "How far each stage is behind. `kota.score` commits up to the oldest hour it holds open: what it would read again after a restart",
      ),
  })
  .meta({ id: "Status" });

export function statusRoutes(app: App, context: ApiContext): void {
  const { view, ledger, metrics, clock, version } = context;
  app.get(
    "/status",
    {
      schema: {
        summary: "Is data flowing?",
        querystring: parameters({}),
        response: answers("How the pipeline is", Status),
      },
    },
    async () => {
      const [lag, reasons, received, stored] = await Promise.all([
        context.pipelineLag(),
        context.notReady(),
        sum(metrics.messagesReceived),
        sum(metrics.readingsStored),
      ]);
      const { newest, readings, rejections, scores } = view.seen;
      // Readings come, and this process has received or stored none of them: then another one does.
      const ofThisProcess = (count: number) => (count === 0 && readings > 0 ? null : count);
      return {
        time: isoTime(clock()),
        startedAt: isoTime(context.startedAt),
        version,
        ready: reasons.length === 0,
        reasons: [...reasons],
        newestReading: newest && {
          device: newest.device,
          time: isoTime(newest.time),
          receivedAt: isoTime(newest.receivedAt),
        },
        readingsPerMinute: view.seen.readingsPerMinute(),
        totals: {
          received: ofThisProcess(received),
          readings,
          stored: ofThisProcess(stored),
          rejected: rejections,
          scores,
        },
        ledger:
          ledger.lines === 0
            ? null
            : { difference: ledger.difference, checkedAt: isoTimeOrNull(ledger.checkedAt) },
        streamClients: await sum(metrics.streamClients),
        lag: lag.map((stage) => ({ ...stage })),
      };
    },
  );
}

async function sum(counter: Pick<Counter, "get">): Promise<number> {
  const { values } = await counter.get();
  return values.reduce((total, { value }) => total + value, 0);
}
