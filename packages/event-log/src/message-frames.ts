import { KotaError, type Message } from "@kota/model";
import { isPlain } from "./json-text.ts";
import type { Codec } from "./topic.ts";

const NEWLINE = 0x0a;
const QUOTE = 0x22;
const COMMA = 0x2c;
const ZERO = 0x30;
const NINE = 0x39;
const OPEN = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE = 0x5d;
const FIRST_VISIBLE = 0x20;
const LAST_ASCII = 0x7e;
/** Of a header, beside its receive time, source and topic: brackets, quotes, commas, flag, length, newlines. */
const AROUND = 32;
const MOST_DIGITS = 15;

/**
 * Messages keep their payload byte for byte, so they are framed by length instead of by escaping:
 *
 *     [1764000000000,"mqtt",0,163,"tele/pow1/SENSOR"]⏎
 *     …163 bytes of payload…⏎
 *
 * Header: receive time, source, redelivered, payload length, topic, and attributes if there are any. Each message is framed
 * once and read once, by the stages that take most of them: so an ordinary header is written and read where it lies, and
 * texts and arrays of JSON are left to the others: a third less to do, and less to collect.
 */
export const messageFrames: Codec<Message> = {
  isFaithful: true,
  encode(messages) {
    let size = 0;
    let unusual: Map<Message, string> | undefined;
    for (const message of messages) {
      const { topic, payload, source } = message;
      if (isOrdinary(message)) size += AROUND + MOST_DIGITS + source.length + topic.length;
      else {
        const header = headerOf(message);
        unusual ??= new Map();
        unusual.set(message, header);
        size += Buffer.byteLength(header) + 2;
      }
      size += payload.length;
    }
    const record = Buffer.allocUnsafe(size);
    let at = 0;
    // Messages that came together have the same beginning.
    let beginning = "";
    let [time, from, again] = [-1, "", false];
    for (const message of messages) {
      const { topic, payload, receivedAt, source, redelivered = false } = message;
      const header = unusual?.get(message);
      if (header !== undefined) at += record.write(header, at);
      else {
        if (receivedAt !== time || source !== from || redelivered !== again) {
          [time, from, again] = [receivedAt, source, redelivered];
          beginning = `[${time},"${from}",${again ? 1 : 0},`;
        }
        at = writeAscii(record, at, beginning);
        at = writeDigits(record, at, payload.length);
        record[at++] = COMMA;
        record[at++] = QUOTE;
        at = writeAscii(record, at, topic);
        record[at++] = QUOTE;
        record[at++] = CLOSE;
      }
      record[at++] = NEWLINE;
      record.set(payload, at);
      at += payload.length;
      record[at++] = NEWLINE;
    }
    return record.subarray(0, at);
  },

  decode(record) {
    const bytes = Buffer.from(record.buffer, record.byteOffset, record.length);
    const messages: Message[] = [];
    let at = 0;
    while (at < bytes.length) {
      const frame = readOrdinary(bytes, at) ?? readAny(bytes, at);
      messages.push(frame.message);
      at = frame.end + 1;
    }
    return messages;
  },
};

interface Frame {
  readonly message: Message;
  /** Where the newline behind its payload is. */
  readonly end: number;
}

type Header = [
  receivedAt: number,
  source: string,
  redelivered: 0 | 1,
  length: number,
  topic: string,
  attributes?: Readonly<Record<string, string>>,
];

function isOrdinary({ topic, receivedAt, source, attributes }: Message): boolean {
  return (
    attributes === undefined &&
    Number.isSafeInteger(receivedAt) &&
    receivedAt >= 0 &&
    receivedAt < 10 ** MOST_DIGITS &&
    isPlain(source) &&
    isPlain(topic)
  );
}

function headerOf({ receivedAt, source, redelivered, payload, topic, attributes }: Message): string {
  const header: Header = [receivedAt, source, redelivered ? 1 : 0, payload.length, topic];
  return JSON.stringify(attributes ? [...header, attributes] : header);
}

function writeAscii(into: Buffer, at: number, text: string): number {
  for (let n = 0; n < text.length; n++) into[at + n] = text.charCodeAt(n);
  return at + text.length;
}

function writeDigits(into: Buffer, at: number, value: number): number {
  let end = at + 1;
  for (let rest = value; rest >= 10; rest = Math.floor(rest / 10)) end++;
  let rest = value;
  for (let n = end - 1; n >= at; n--) {
    into[n] = ZERO + (rest % 10);
    rest = Math.floor(rest / 10);
  }
  return end;
}

/** Of plain texts, without attributes; null: it is another one, or none. */
function readOrdinary(bytes: Buffer, start: number): Frame | null {
  if (bytes[start] !== OPEN) return null;
  const sourceAt = endOfDigits(bytes, start + 1) + 2;
  const sourceEnd = endOfText(bytes, sourceAt);
  const flagAt = sourceEnd + 2;
  const lengthAt = flagAt + 2;
  const lengthEnd = endOfDigits(bytes, lengthAt);
  const topicAt = lengthEnd + 2;
  const topicEnd = endOfText(bytes, topicAt);
  if (
    sourceEnd < 0 ||
    topicEnd < 0 ||
    sourceAt === start + 3 ||
    lengthEnd === lengthAt ||
    bytes[sourceAt - 2] !== COMMA ||
    bytes[sourceAt - 1] !== QUOTE ||
    bytes[sourceEnd + 1] !== COMMA ||
    bytes[flagAt + 1] !== COMMA ||
    bytes[lengthEnd] !== COMMA ||
    bytes[topicAt - 1] !== QUOTE ||
    bytes[topicEnd + 1] !== CLOSE ||
    bytes[topicEnd + 2] !== NEWLINE
  )
    return null;
  const redelivered = (bytes[flagAt] ?? 0) - ZERO;
  const payloadAt = topicEnd + 3;
  const end = payloadAt + digitsIn(bytes, lengthAt, lengthEnd);
  if ((redelivered !== 0 && redelivered !== 1) || bytes[end] !== NEWLINE) return null;
  const receivedAt = digitsIn(bytes, start + 1, sourceAt - 2);
  const source = bytes.toString("latin1", sourceAt, sourceEnd);
  const topic = bytes.toString("latin1", topicAt, topicEnd);
  const payload = bytes.subarray(payloadAt, end);
  return {
    message: redelivered
      ? { topic, payload, receivedAt, source, redelivered: true }
      : { topic, payload, receivedAt, source },
    end,
  };
}

/** Where a number that JSON knows and that is exact ends; `at` when there is none. */
function endOfDigits(bytes: Buffer, at: number): number {
  let end = at;
  for (; end - at <= MOST_DIGITS; end++) {
    const byte = bytes[end] ?? 0;
    if (byte < ZERO || byte > NINE) break;
  }
  const hasLeadingZero = bytes[at] === ZERO && end > at + 1;
  return end - at > MOST_DIGITS || hasLeadingZero ? at : end;
}

function digitsIn(bytes: Buffer, from: number, to: number): number {
  let value = 0;
  for (let at = from; at < to; at++) value = value * 10 + (bytes[at] ?? 0) - ZERO;
  return value;
}

/** Where a text of ASCII with nothing escaped in it ends; -1: it is another one. */
function endOfText(bytes: Buffer, from: number): number {
  for (let at = from; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === QUOTE) return at;
    if (byte < FIRST_VISIBLE || byte > LAST_ASCII || byte === BACKSLASH) return -1;
  }
  return -1;
}

function readAny(bytes: Buffer, start: number): Frame {
  const headerEnd = bytes.indexOf(NEWLINE, start);
  const header = parseHeader(headerEnd < 0 ? "" : bytes.toString("utf8", start, headerEnd));
  const [receivedAt, source, redelivered, length, topic, attributes] = header;
  const end = headerEnd + 1 + length;
  if (bytes[end] !== NEWLINE) {
    throw new KotaError("record_unreadable", `A message frame in the log ends before its ${length} bytes.`);
  }
  const message = {
    ...{ topic, payload: bytes.subarray(headerEnd + 1, end), receivedAt, source },
    ...(redelivered ? { redelivered: true } : {}),
    ...(attributes ? { attributes } : {}),
  };
  return { message, end };
}

function parseHeader(line: string): Header {
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
  return header as Header;
}
