import { Example, earlierMessages } from "@kota/adapters";
import type { Message } from "@kota/model";
import { z } from "zod";
import { PublishedUplink, type UplinkOfFile } from "./published-uplink.ts";

/** A payload with what its file says beside it. */
export interface PayloadFile {
  readonly payload: Uint8Array;
  readonly topic?: string | undefined;
  readonly attributes?: Readonly<Record<string, string>> | undefined;
  readonly receivedAt?: number | undefined;
  readonly timeZone?: string | undefined;
  /** Messages that came before. */
  readonly before: readonly Message[];
  readonly expect?: Example["expect"] | undefined;
  /** The payload is the bytes of a LoRaWAN device, without a network server's message around them. */
  readonly uplink?: UplinkOfFile;
}

const Headers = z.record(z.string(), z.string());

/** As examples are written, or less of it: a payload in one of its forms, with or without topic and expectation. */
const Loose = z
  .object({
    topic: z.string().optional(),
    attributes: Headers.optional(),
    headers: Headers.optional(),
    receivedAt: z.iso.datetime({ offset: true }).optional(),
    timeZone: z.string().optional(),
    payload: z.unknown().optional(),
    payloadText: z.string().optional(),
    payloadBase64: z.base64().optional(),
    payloadHex: z.string().optional(),
  })
  .refine((file) => payloadIn(file) !== null);

/** Members that a device's own message does not have together with a payload: they tell a payload file from it. */
const OURS = ["source", "licence", "expect", "about"];

/** A message as `mosquitto_sub -F %j` and flow editors write it: a topic, a payload, and nothing that they do not add. */
const Written = z.strictObject({
  topic: z.string().min(1),
  payload: z.unknown().optional(),
  receivedAt: z.iso.datetime({ offset: true }).optional(),
  attributes: Headers.optional(),
  timeZone: z.string().optional(),
  tst: z.string().optional(),
  qos: z.unknown().optional(),
  retain: z.unknown().optional(),
  mid: z.unknown().optional(),
  payloadlen: z.unknown().optional(),
  properties: z.unknown().optional(),
  _msgid: z.unknown().optional(),
});

/** What a payload file says; null: the bytes are themselves the payload. */
export function readPayloadFile(bytes: Buffer): PayloadFile | null {
  let json: unknown;
  try {
    json = JSON.parse(bytes.toString("utf8"));
  } catch {
    return null;
  }
  if (typeof json !== "object" || json === null) return null;
  const parsed = OURS.some((name) => Object.hasOwn(json, name)) ? Loose.safeParse(json) : undefined;
  return parsed?.success ? fileOf(parsed.data, json) : (writtenMessage(json) ?? publishedUplink(json));
}

function fileOf(loose: z.infer<typeof Loose>, json: unknown): PayloadFile {
  const { topic, attributes, headers, receivedAt, timeZone, payload } = loose;
  const example = Example.safeParse(json);
  return {
    payload: payloadIn(loose) ?? Buffer.alloc(0),
    topic,
    attributes: attributes ?? lowerCase(headers),
    timeZone,
    receivedAt: receivedAt === undefined ? undefined : Date.parse(receivedAt),
    before: example.success ? earlierMessages(example.data) : [],
    expect: example.success ? example.data.expect : undefined,
    ...(topic === undefined ? publishedUplink(payload) : null),
  };
}

function writtenMessage(json: unknown): PayloadFile | null {
  const written = Written.safeParse(json);
  if (!written.success || written.data.payload === undefined) return null;
  const { topic, payload, receivedAt, attributes, timeZone, tst } = written.data;
  const time = Date.parse(receivedAt ?? tst ?? "");
  return {
    payload: Buffer.from(typeof payload === "string" ? payload : JSON.stringify(payload), "utf8"),
    topic,
    attributes: lowerCase(attributes),
    timeZone,
    receivedAt: Number.isNaN(time) ? undefined : time,
    before: [],
  };
}

function publishedUplink(json: unknown): Pick<PayloadFile, "payload" | "before" | "uplink"> | null {
  const parsed = PublishedUplink.safeParse(json);
  return parsed.success ? { payload: parsed.data.bytes, before: [], uplink: parsed.data } : null;
}

function lowerCase(
  headers: Readonly<Record<string, string>> | undefined,
): Record<string, string> | undefined {
  if (headers === undefined) return undefined;
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function payloadIn(file: {
  payload?: unknown;
  payloadText?: string | undefined;
  payloadBase64?: string | undefined;
  payloadHex?: string | undefined;
}): Uint8Array | null {
  if (file.payloadText !== undefined) return Buffer.from(file.payloadText, "utf8");
  if (file.payloadBase64 !== undefined) return Buffer.from(file.payloadBase64, "base64");
  if (file.payloadHex !== undefined) return Buffer.from(file.payloadHex.replaceAll(/\s/g, ""), "hex");
  return file.payload === undefined ? null : Buffer.from(JSON.stringify(file.payload), "utf8");
}
