import { REJECTION_CODES, type Rejection, type RejectionCode, type Replay } from "@kota/model";
import { z } from "zod";
import { isoTime, Time } from "./iso-time.ts";

export const CODES = Object.keys(REJECTION_CODES) as [RejectionCode, ...RejectionCode[]];

const RejectionEvent = z.object({
  id: z.string(),
  time: Time,
  stage: z.enum(["ingest", "normalize", "store"]),
  code: z.enum(CODES),
  reason: z.string(),
  topic: z.string(),
  source: z.string(),
  adapter: z.string().nullable(),
  device: z.string().nullable(),
  size: z.number().int().min(0).describe("Length of the whole payload in bytes"),
});
type RejectionEvent = z.infer<typeof RejectionEvent>;

export const RejectionRow = RejectionEvent.extend({
  attributes: z.record(z.string(), z.string()).nullable(),
  payloadBase64: z.string().describe("The payload, cut to its first 64 KiB when it was too large"),
  payloadText: z
    .string()
    .nullable()
    .describe("The first 2,000 characters of the payload; null when it is not UTF-8"),
  replay: z
    .object({
      at: Time,
      outcome: z
        .enum(["readings", "rejection", "undecided"])
        .describe(
          "`readings`: repaired. `rejection`: another one stands in its place. `undecided`: it needed what earlier messages announced",
        ),
      readings: z.number().int().min(0),
      rejection: z.string().nullable().describe("The id of the rejection in its place"),
    })
    .nullable()
    .describe("Its newest replay; null: there was none"),
}).meta({ id: "Rejection" });
export type RejectionRow = z.infer<typeof RejectionRow>;

/** A rejection without its payload. */
export function rejectionEvent(rejection: Rejection): RejectionEvent {
  return {
    id: rejection.id,
    time: isoTime(rejection.time),
    stage: rejection.stage,
    code: rejection.code,
    reason: rejection.reason,
    topic: rejection.topic,
    source: rejection.source,
    adapter: rejection.adapter,
    device: rejection.device,
    size: rejection.size,
  };
}

export function rejectionRow(rejection: Rejection, replay: Replay | undefined): RejectionRow {
  return {
    ...rejectionEvent(rejection),
    attributes: rejection.attributes ? { ...rejection.attributes } : null,
    payloadBase64: rejection.payload,
    payloadText: payloadText(rejection),
    replay: replay
      ? {
          at: isoTime(replay.at),
          outcome: replay.outcome,
          readings: replay.readings,
          rejection: replay.rejection,
        }
      : null,
  };
}

const MOST_CHARACTERS = 2_000;

function payloadText(rejection: Rejection): string | null {
  const bytes = Buffer.from(rejection.payload, "base64");
  try {
    // A payload that was cut may end within a character: that alone does not make it something other than text.
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes, {
      stream: bytes.length < rejection.size,
    });
    return text.length > MOST_CHARACTERS ? cut(text) : text;
  } catch {
    return null;
  }
}

/** Cuts before a surrogate pair rather than within it. */
function cut(text: string): string {
  return text.slice(0, MOST_CHARACTERS).replace(/[\uD800-\uDBFF]$/, "");
}
