import { createHash } from "node:crypto";
import type { Message, Rejection, RejectionCode } from "@kota/model";

export interface RejectionCause {
  readonly code: RejectionCode;
  readonly reason: string;
  /** `id@version`, or null when no adapter claimed the message. */
  readonly adapter: string | null;
  /** The registry's id where it is known, else the id in the message. */
  readonly device: string | null;
}

/** The rejection of a message, the whole of it, so that it can be replayed. The same message and code give the same id. */
export function rejectionOf(message: Message, { code, reason, adapter, device }: RejectionCause): Rejection {
  const bytes = Buffer.from(message.payload.buffer, message.payload.byteOffset, message.payload.byteLength);
  const id = createHash("sha256")
    .update(JSON.stringify([message.topic, message.receivedAt, code]))
    .update(bytes)
    .digest("hex")
    .slice(0, 32);
  return {
    id,
    time: message.receivedAt,
    stage: "normalize",
    code,
    reason,
    topic: message.topic,
    source: message.source,
    payload: bytes.toString("base64"),
    size: bytes.length,
    ...(message.attributes ? { attributes: message.attributes } : {}),
    adapter,
    device,
  };
}
