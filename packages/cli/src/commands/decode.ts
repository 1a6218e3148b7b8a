import { once } from "node:events";
import { createInterface } from "node:readline";
import { createDecoder, type DecodeOutcome, type Decoder, forEveryTopic } from "@kota/adapters";
import { type Message, messageOf } from "@kota/model";
import { systemClock } from "@kota/runtime";
import { z } from "zod";
import { adapterNamed, adapterSetting, codecForIn } from "../adapter-setting.ts";

/** A recorded message, as a line of standard input. */
const Recorded = z
  .strictObject({
    topic: z.string(),
    /** A text is the payload as it is; anything else is sent as JSON. */
    payload: z.unknown().optional(),
    payloadBase64: z.base64().optional(),
    /** ISO 8601 or Unix milliseconds; default: now. */
    receivedAt: z.union([z.iso.datetime({ offset: true }), z.number()]).optional(),
    attributes: z.record(z.string(), z.string()).optional(),
  })
  .refine(({ payload, payloadBase64 }) => (payload === undefined) !== (payloadBase64 === undefined), {
    message: "expected either payload or payloadBase64",
  });

export interface DecodeOptions {
  readonly city?: string;
  readonly adapter?: string;
  readonly codec?: string;
  readonly timeZone?: string;
}

/**
 * `kota decode`: recorded messages on standard input, a JSON line each, to what becomes of them, a JSON line each. They are
 * decoded in order by one decoder, so that what a device announces holds for its later messages. Leaves with 1 when a line
 * could not be read; a message that is refused is an answer.
 */
export async function decode(options: DecodeOptions): Promise<void> {
  const setting = await adapterSetting(options);
  const { adapters, timeZone } = setting;
  const chosen =
    options.adapter === undefined ? adapters : [forEveryTopic(adapterNamed(options.adapter, adapters))];
  const decoder = createDecoder(chosen, { timeZone, codecFor: codecForIn(setting, options.codec) });
  // A reader such as `head` that has enough closes the pipe.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));
  let number = 0;
  for await (const line of createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })) {
    number++;
    if (line.trim() === "") continue;
    const answer = answerLine(decoder, line, number);
    if ("error" in answer) process.exitCode = 1;
    if (!process.stdout.write(`${JSON.stringify(answer)}\n`)) await once(process.stdout, "drain");
  }
}

/** What becomes of the message in a line, or what is wrong with the line. */
export function answerLine(decoder: Decoder, line: string, number: number): object {
  const message = recorded(line);
  return typeof message === "string"
    ? { ok: false, line: number, error: message }
    : outcomeJson(decoder.decode(message));
}

/** The message in a line, or what is wrong with the line. */
function recorded(line: string): Message | string {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch (error) {
    return `The line is not JSON: ${messageOf(error)}`;
  }
  const parsed = Recorded.safeParse(json);
  if (!parsed.success) {
    return parsed.error.issues
      .map(({ path, message }) => `${path.join(".") || "the line"}: ${message}`)
      .join("; ");
  }
  const { topic, payload, payloadBase64, receivedAt = systemClock(), attributes } = parsed.data;
  return {
    topic,
    payload:
      payloadBase64 === undefined
        ? Buffer.from(typeof payload === "string" ? payload : JSON.stringify(payload), "utf8")
        : Buffer.from(payloadBase64, "base64"),
    receivedAt: typeof receivedAt === "number" ? receivedAt : Date.parse(receivedAt),
    source: attributes ? "http" : "mqtt",
    ...(attributes ? { attributes } : {}),
  };
}

/** An outcome for other programs: times in ISO 8601, null for the receive time. */
export function outcomeJson(outcome: DecodeOutcome): object {
  if (!outcome.ok) return outcome;
  return {
    ...outcome,
    readings: outcome.readings.map((reading) => ({
      ...reading,
      time: reading.time === null ? null : new Date(reading.time).toISOString(),
    })),
  };
}
