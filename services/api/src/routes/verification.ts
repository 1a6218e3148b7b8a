import { Readable } from "node:stream";
import { setImmediate } from "node:timers/promises";
import { ROLL_UPS, readTopic } from "@kota/event-log";
import { messageOf, type RollUp } from "@kota/model";
import { parseScoreModel, type VerifyEvent, verify } from "@kota/scoring";
import { z } from "zod";
import { type ApiContext, type App, assertReported } from "../context.ts";
import { isoTime } from "../iso-time.ts";
import { badParameter, HttpProblem, problemResponse } from "../problem.ts";
import { parameters } from "../query.ts";
import { STEP_DESCRIPTION, stepOf } from "../step.ts";
import { rangeOf, rangeParameters } from "../time-range.ts";

/** The scorer settles a minute some seconds after its end, and looks every ten. */
const UNSETTLED_MS = 90_000;
const MOST_MS = 31 * 86_400_000;

/** `GET /v1/scores/verify`: recomputes what was published. It reads much: one at a time. */
export function verificationRoutes(
  app: App,
  { city, registry, store, log, reports, clock }: ApiContext,
): void {
  let isRunning = false;
  const areas = city.areas.features.map(({ properties }) => properties);

  async function rollUpsIn(from: number, to: number): Promise<RollUp[]> {
    const newest = new Map<string, RollUp>();
    await readTopic(log, ROLL_UPS, (values) => {
      for (const rollUp of values) {
        if (rollUp.start >= from && rollUp.start < to) newest.set(ROLL_UPS.keyOf(rollUp), rollUp);
      }
    });
    return [...newest.values()];
  }

  app.get(
    "/scores/verify",
    {
      exposeHeadRoute: false,
      schema: {
        summary:
          "Recompute published scores and closed hours from the stored readings, and tell what differs",
        description:
          "Newline-delimited JSON: `progress` as it goes, each `score` or `roll-up` that differs, and `done` at the end. An answer without `done` was cut short. One at a time.",
        querystring: parameters({
          ...rangeParameters,
          step: z
            .string()
            .optional()
            .describe(`${STEP_DESCRIPTION} One minute of each step is checked. Left out: every minute`),
        }),
        response: {
          200: {
            description: "The events of the verification",
            content: { "application/x-ndjson": { schema: z.string() } },
          },
          ...problemResponse,
        },
      },
    },
    async (request, reply) => {
      assertReported(reports);
      const { query } = request;
      const now = clock();
      const { from, to } = rangeOf(
        { from: query.from, to: Math.min(query.to ?? now, now - UNSETTLED_MS) },
        now,
      );
      if (to - from > MOST_MS) throw badParameter("from", "at most 31 days are verified at a time");
      const stepMs = query.step === undefined ? null : stepOf(query.step, { from, to });
      const model = parseScoreModel(city.scoreModel);
      if (isRunning) {
        throw new HttpProblem("not_ready", "A verification is running; ask again when it is done.");
      }
      isRunning = true;
      async function* lines(): AsyncGenerator<string> {
        try {
          const rollUps = await rollUpsIn(from, to);
          const events = verify({
            stored: store,
            model,
            areas,
            devices: registry.inOrder(),
            reports: reports.book,
            rollUps,
            now,
            from,
            to,
            pause: () => setImmediate(),
            ...(stepMs === null ? {} : { stepMs }),
          });
          for await (const event of events) yield `${JSON.stringify(lineOf(event))}\n`;
        } catch (error) {
          request.log.error({ err: error }, "a verification failed");
          yield `${JSON.stringify({ kind: "failed", detail: messageOf(error) })}\n`;
        } finally {
          isRunning = false;
        }
      }
      return reply
        .header("cache-control", "no-store")
        .type("application/x-ndjson")
        .send(Readable.from(lines()) as never);
    },
  );
}

function lineOf(event: VerifyEvent): object {
  switch (event.kind) {
    case "progress":
      return { ...event, through: isoTime(event.through) };
    case "score":
      return { ...event, minute: isoTime(event.minute) };
    case "roll-up":
      return { ...event, hour: isoTime(event.hour) };
    case "done":
      return event;
  }
}
