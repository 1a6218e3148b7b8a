import { type Message, REJECTION_CODES, type RejectionCode } from "@kota/model";
import { z } from "zod";

const CODES = Object.keys(REJECTION_CODES) as [RejectionCode, ...RejectionCode[]];

const ExpectedReading = z.strictObject({
  device: z.string(),
  channel: z.string().optional(),
  /** ISO 8601, for a reader's sake; null: the receive time. */
  time: z.iso.datetime({ offset: true }).nullable(),
  values: z.record(z.string(), z.number()),
  position: z.strictObject({ lat: z.number(), lon: z.number() }).optional(),
});

/** A payload as JSON, as text, or as bytes in base64. */
const payloads = [
  z.strictObject({ payload: z.unknown().refine((payload) => payload !== undefined) }),
  z.strictObject({ payloadText: z.string() }),
  z.strictObject({ payloadBase64: z.base64() }),
] as const;
type Payload = z.infer<(typeof payloads)[number]>;

const earlier = { topic: z.string().min(1) };

const common = {
  /** What the example shows, in a sentence. */
  about: z.string().min(1),
  /** Where the payload is from. */
  source: z.string().min(1),
  licence: z.string().min(1),
  topic: z.string().min(1),
  /** HTTP headers, lower case. */
  attributes: z.record(z.string(), z.string()).optional(),
  /** Messages that came before, a second each, for devices that announce what later messages mean. */
  before: z.array(z.union(payloads.map((payload) => payload.extend(earlier)))).optional(),
  receivedAt: z.iso.datetime({ offset: true }),
  /** Default: UTC. */
  timeZone: z.string().optional(),
  expect: z.union([
    z.strictObject({ readings: z.array(ExpectedReading).min(1) }),
    z.strictObject({ rejection: z.enum(CODES) }),
  ]),
};

/** An example of an adapter, in `examples/`: a message, where it is from, and what must become of it. */
export const Example = z.union(payloads.map((payload) => payload.extend(common)));
export type Example = z.infer<typeof Example>;

/** The message that an example describes. */
export function exampleMessage(example: Example): Message {
  return {
    topic: example.topic,
    payload: payloadOf(example),
    receivedAt: Date.parse(example.receivedAt),
    source: example.attributes ? "http" : "mqtt",
    ...(example.attributes ? { attributes: example.attributes } : {}),
  };
}

/** The messages that came before it, oldest first. */
export function earlierMessages({ before = [], receivedAt }: Example): Message[] {
  return before.map((earlier, index) => ({
    topic: earlier.topic,
    payload: payloadOf(earlier),
    receivedAt: Date.parse(receivedAt) - (before.length - index) * 1000,
    source: "mqtt",
  }));
}

function payloadOf(payload: Payload): Uint8Array {
  if ("payloadText" in payload) return Buffer.from(payload.payloadText, "utf8");
  if ("payloadBase64" in payload) return Buffer.from(payload.payloadBase64, "base64");
  return Buffer.from(JSON.stringify(payload.payload), "utf8");
}
