import type { DecodedReading } from "@kota/adapters";
import { type Message, metric, type Reading } from "@kota/model";
import { z } from "zod";
import { type ApiContext, type App, assertHeld } from "../context.ts";
import { isoTime, Time } from "../iso-time.ts";
import { createTurns } from "../one-at-a-time.ts";
import { answers, HttpProblem } from "../problem.ts";
import { parameters } from "../query.ts";
import { CODES } from "../rejection-row.ts";
import { QueryTime } from "../time-range.ts";

/** Bytes of a payload; characters of its text are twice that in hexadecimal. */
const MOST_BYTES = 64 * 1024;
const MOST_WAITING = 8;
const MOST_READINGS = 200;

const FORMS = {
  hex: /^(?:[0-9a-fA-F]{2})*$/,
  base64: /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/,
} as const;

const TrialBody = z.strictObject({
  topic: z.string().min(1).max(1_000),
  payload: z.string().max(2 * MOST_BYTES + 1_024),
  encoding: z.enum(["text", "hex", "base64"]).default("text"),
  receivedAt: QueryTime.optional().describe("When it came; left out: now"),
  attributes: z
    .record(z.string().max(200), z.string().max(4_000))
    .optional()
    .describe("Of a message over HTTP: its headers, lower case"),
});

const Values = z.array(
  z.object({
    metric: z.string(),
    value: z.number(),
    unit: z.string().nullable().describe("UCUM code; null for a metric that the catalogue does not have"),
  }),
);

const Trial = z
  .object({
    topic: z.string(),
    size: z.number().int().min(0),
    receivedAt: Time,
    payload: z.enum(["json", "text", "bytes", "empty"]).describe("What the payload is to the adapters"),
    notJson: z.string().nullable().describe("Why it is no JSON; null when it is"),
    adapters: z
      .array(
        z.object({
          id: z.string(),
          title: z.string(),
          input: z.enum(["json", "text", "bytes"]),
          topic: z.string().nullable().describe("Its filter that the topic matches; null: none does"),
          says: z
            .enum(["decodes", "able", "declines"])
            .describe("`able`: it would read it on one of its topics, or if no other adapter came before"),
          reason: z.string().nullable(),
          field: z.string().nullable().describe("The field that it stumbled over"),
        }),
      )
      .describe("Every adapter, the one that decodes it first, then those that came nearest"),
    decoded: z
      .object({
        adapter: z.string().describe("`id@version`"),
        readings: z.array(
          z.object({
            device: z.string().describe("As the message names it"),
            channel: z.string().nullable(),
            time: Time.nullable().describe("Null: the message does not say, so it is when it came"),
            values: Values,
          }),
        ),
      })
      .nullable()
      .describe("What the adapter made of it, before the registry and the rules of the city"),
    readings: z
      .array(z.object({ device: z.string(), time: Time, values: Values }))
      .nullable()
      .describe("What it would become, at most 200 of them; null: it would be rejected"),
    rejection: z
      .object({
        code: z.enum(CODES),
        reason: z.string(),
        adapter: z.string().nullable(),
        device: z.string().nullable(),
      })
      .nullable(),
  })
  .meta({ id: "AdapterTrial" });
type Trial = z.infer<typeof Trial>;

/** Trying a message out: nothing is stored and nothing appended, so it needs no token. */
export function adapterTrialRoutes(app: App, context: ApiContext): void {
  const { normalizing, registry, clock } = context;
  const inTurn = createTurns(MOST_WAITING);

  app.post(
    "/adapters/try",
    {
      bodyLimit: 4 * MOST_BYTES,
      schema: {
        summary: "What would become of a message, and what every adapter says to it; nothing is stored",
        description: `A payload of at most ${MOST_BYTES} bytes. Messages are tried one after the other; what devices announced to the running kota is known, and what is tried is not announced to it.`,
        querystring: parameters({}),
        body: TrialBody,
        response: answers("What would become of it", Trial),
      },
    },
    ({ body }) => {
      assertHeld(context);
      const { topic, receivedAt = clock(), attributes } = body;
      const message: Message = {
        topic,
        payload: payloadOf(body),
        receivedAt,
        source: attributes ? "http" : "mqtt",
        ...(attributes ? { attributes } : {}),
      };
      return inTurn(async (): Promise<Trial> => {
        const devices = [...registry.devices.values()];
        const announced = await normalizing.announced();
        const { payload, notJson, outcome, answers } = normalizing.ask(message, devices, announced);
        const { readings, rejection } = normalizing.trial(devices, announced)(message);
        return {
          topic,
          size: message.payload.length,
          receivedAt: isoTime(receivedAt),
          payload,
          notJson,
          adapters: answers.map(({ id, title, input, topic, says, reason, field }) => ({
            id,
            title,
            input,
            topic,
            says,
            reason,
            field,
          })),
          decoded: outcome.ok
            ? {
                adapter: outcome.adapter,
                readings: outcome.readings.slice(0, MOST_READINGS).map(decodedRow),
              }
            : null,
          readings: readings?.slice(0, MOST_READINGS).map(readingRow) ?? null,
          rejection: rejection && {
            code: rejection.code,
            reason: rejection.reason,
            adapter: rejection.adapter,
            device: rejection.device,
          },
        };
      });
    },
  );
}

function payloadOf({ payload, encoding }: z.infer<typeof TrialBody>): Buffer {
  const bad = (detail: string) =>
    new HttpProblem("bad_request", `payload: ${detail}`, [{ pointer: "#/body/payload", detail }]);
  let bytes: Buffer;
  if (encoding === "text") {
    bytes = Buffer.from(payload, "utf8");
  } else {
    const plain = payload.replaceAll(/\s/g, "").replace(/^0x/i, "");
    if (!FORMS[encoding].test(plain)) {
      throw bad(
        encoding === "hex"
          ? "expected hexadecimal digits, two for each byte; spaces and lines are left out"
          : "expected base64; spaces and lines are left out",
      );
    }
    bytes = Buffer.from(plain, encoding);
  }
  if (bytes.length > MOST_BYTES) throw bad(`expected at most ${MOST_BYTES} bytes, came ${bytes.length}`);
  return bytes;
}

function valuesOf(values: Readonly<Record<string, number>>): z.infer<typeof Values> {
  return Object.entries(values).map(([name, value]) => ({
    metric: name,
    value,
    unit: metric(name)?.unit ?? null,
  }));
}

function decodedRow({ device, channel, time, values }: DecodedReading) {
  return { device, channel: channel ?? null, time: dateOrNull(time), values: valuesOf(values) };
}

/** A time that no calendar can write is refused by the rules of the city, and its reason says so. */
function dateOrNull(time: number | null): string | null {
  return time !== null && Math.abs(time) <= 8.64e15 ? isoTime(time) : null;
}

function readingRow({ device, time, values }: Reading) {
  return { device, time: isoTime(time), values: valuesOf(values) };
}
