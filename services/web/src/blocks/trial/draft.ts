import type { Rejection } from "../../api-types.ts";
import { bytesOf } from "../rejections/hex.ts";

export const ENCODINGS = ["text", "hex", "base64"] as const;
type Encoding = (typeof ENCODINGS)[number];
const MOST_BYTES = 64 * 1024;

/** A message that is tried out, as a person may have written it. */
export interface Draft {
  readonly topic: string;
  readonly payload: string;
  readonly encoding: Encoding;
  readonly receivedAt?: string | undefined;
  readonly attributes?: Readonly<Record<string, string>> | undefined;
}

/** A message as kota has it. */
export interface RecordedMessage {
  readonly topic: string;
  readonly payloadBase64: string;
  readonly receivedAt: string;
  readonly size: number;
  readonly attributes: Readonly<Record<string, string>> | null;
}

/** A message as it came: text where its bytes are text, else in hexadecimal. */
export function draftOf({
  topic,
  payloadBase64,
  receivedAt,
  attributes,
}: Omit<RecordedMessage, "size">): Draft {
  const bytes = bytesOf(payloadBase64, MOST_BYTES);
  const head = { topic, receivedAt, ...(attributes === null ? {} : { attributes }) };
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return { ...head, payload: text, encoding: "text" };
  } catch {
    const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
    return { ...head, payload: hex, encoding: "hex" };
  }
}

export function draftOfRejection(rejection: Rejection): Draft {
  return draftOf({ ...rejection, receivedAt: rejection.time });
}
