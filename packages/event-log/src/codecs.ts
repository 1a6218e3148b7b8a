import { KotaError, type Message } from "@kota/model";
import { parseLines, quoted } from "./json-text.ts";
import type { Codec } from "./topic.ts";

const NEWLINE = 0x0a;

/** One JSON document a line. Readable with `kcat | jq`. */
export function jsonLines<T>(): Codec<T> {
  return {
    encode: (values) => Buffer.from(values.map((value) => JSON.stringify(value)).join("\n")),
    decode: (record) => parseLines(record) as T[],
  };
}

type MessageHeader = [
  receivedAt: number,
  source: string,
  redelivered: 0 | 1,
  length: number,
  topic: string,
  attributes?: Record<string, string>,
];

function headerOf({ receivedAt, source, redelivered, payload, topic, attributes }: Message): string {
  const start = `[${receivedAt},${quoted(source)},${redelivered ? 1 : 0},${payload.length},${quoted(topic)}`;
  return attributes ? `${start},${JSON.stringify(attributes)}]` : `${start}]`;
}

/**
 * Messages keep their payload byte for byte, so they are framed by length instead of by escaping:
 *
 *     [1764000000000,"mqtt",0,163,"tele/pow1/SENSOR"]⏎
 *     …163 bytes of payload…⏎
 *
 * Header: receive time, source, redelivered, payload length, topic, and attributes if there are any.
 */
export const messageFrames: Codec<Message> = {
  isFaithful: true,
  // One buffer for the whole record: an array for each header and its parts cost three times as much.
  encode(messages) {
    const headers: string[] = [];
    let size = 0;
    for (const message of messages) {
      const header = headerOf(message);
      headers.push(header);
      size += Buffer.byteLength(header) + message.payload.length + 2;
    }
    const record = Buffer.allocUnsafe(size);
    let at = 0;
    messages.forEach(({ payload }, n) => {
      at += record.write(headers[n] ?? "", at);
      record[at++] = NEWLINE;
      record.set(payload, at);
      at += payload.length;
      record[at++] = NEWLINE;
    });
    return record;
  },
  decode(record) {
    const bytes = Buffer.from(record.buffer, record.byteOffset, record.length);
    const messages: Message[] = [];
    let at = 0;
    while (at < bytes.length) {
      const headerEnd = bytes.indexOf(NEWLINE, at);
      const header = parseHeader(headerEnd < 0 ? "" : bytes.toString("utf8", at, headerEnd));
      const [receivedAt, source, redelivered, length, topic, attributes] = header;
      const start = headerEnd + 1;
      const end = start + length;
      if (bytes[end] !== NEWLINE) {
        throw new KotaError(
          "record_unreadable",
          `A message frame in the log ends before its ${length} bytes.`,
        );
      }
      const payload = bytes.subarray(start, end);
      // Nearly every message has neither, and spreading nothing costs as much as the rest of the object.
      messages.push(
        redelivered || attributes
          ? {
              ...{ topic, payload, receivedAt, source },
              ...(redelivered ? { redelivered: true } : {}),
              ...(attributes ? { attributes } : {}),
            }
          : { topic, payload, receivedAt, source },
      );
      at = end + 1;
    }
    return messages;
  },
};

function parseHeader(line: string): MessageHeader {
  let header: unknown;
  try {
    header = JSON.parse(line);
  } catch (cause) {
    throw new KotaError("record_unreadable", "A message frame in the log has no readable header.", { cause });
  }
  if (!Array.isArray(header) || !Number.isSafeInteger(header[3]) || header[3] < 0) {
    throw new KotaError(
      "record_unreadable",
      `A message frame in the log wants [time, source, redelivered, length, topic], not ${line.slice(0, 100)}`,
    );
  }
  return header as MessageHeader;
}
