import { Example, earlierMessages } from "@kota/adapters";
import type { Message } from "@kota/model";
import { z } from "zod";

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
}

/** As examples are written, or less of it: a payload in one of its forms, with or without topic and expectation. */
const Loose = z
  .object({
    topic: z.string().optional(),
    attributes: z.record(z.string(), z.string()).optional(),
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

/** What a payload file says; null: the bytes are themselves the payload. */
export function readPayloadFile(bytes: Buffer): PayloadFile | null {
  let json: unknown;
  try {
    json = JSON.parse(bytes.toString("utf8"));
  } catch {
    return null;
  }
  const parsed = Loose.safeParse(json);
  if (!parsed.success || !OURS.some((name) => Object.hasOwn(json as object, name))) return null;
  const { topic, attributes, receivedAt, timeZone } = parsed.data;
  const example = Example.safeParse(json);
  return {
    payload: payloadIn(parsed.data) ?? Buffer.alloc(0),
    topic,
    attributes,
    timeZone,
    receivedAt: receivedAt === undefined ? undefined : Date.parse(receivedAt),
    before: example.success ? earlierMessages(example.data) : [],
    expect: example.success ? example.data.expect : undefined,
  };
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
