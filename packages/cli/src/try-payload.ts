import {
  type Adapter,
  type AdapterAnswer,
  askAdapters,
  type CodecFor,
  createDecoder,
  type DecodeOutcome,
  type Decoder,
  type Example,
  forEveryTopic,
} from "@kota/adapters";
import { KotaError, type Message } from "@kota/model";
import { adapterNamed } from "./adapter-setting.ts";
import { bytesInText } from "./bytes-in-text.ts";
import { type PayloadFile, readPayloadFile } from "./payload-file.ts";
import { UPLINK_TOPIC, type UplinkOfFile, uplinkMessage } from "./published-uplink.ts";

/** What payloads are tried with. */
export interface TrySetting {
  readonly adapters: readonly Adapter[];
  readonly codecFor: CodecFor;
  readonly timeZone: string;
  readonly now: number;
}

/** What is known of a payload beside what its file says. */
export interface TryRequest {
  /** Only this adapter, whatever the topic. */
  readonly adapter?: string | undefined;
  readonly topic?: string | undefined;
  readonly attributes?: Readonly<Record<string, string>> | undefined;
  readonly receivedAt?: number | undefined;
  readonly timeZone?: string | undefined;
  /** How the payload is written; left out: as it looks. */
  readonly form?: "hex" | "base64" | "raw" | undefined;
  /** Bytes are those of a LoRaWAN device, which sent them on this port. */
  readonly fPort?: number | undefined;
  /** Files of messages that came before. */
  readonly before?: readonly Buffer[] | undefined;
}

/** A payload and what becomes of it. */
export interface Tried {
  readonly outcome: DecodeOutcome;
  /** How the file was taken, where that is not as it stands: sentences. */
  readonly notes: readonly string[];
  /** What every adapter says to a message that none claims. */
  readonly answers: readonly AdapterAnswer[];
  readonly expect?: Example["expect"] | undefined;
  /** The bytes are those of no known message: they may be a LoRaWAN device's. */
  readonly isBytes: boolean;
}

/** A text of fewer bytes is a word or a number more likely than bytes written out. */
const FEWEST_BYTES = 4;

/** What becomes of the payloads in a file: of one, or of one in each line. They are decoded in order by one decoder. */
export function tryPayloads(file: Buffer, setting: TrySetting, request: TryRequest): readonly Tried[] {
  const { adapters, codecFor } = setting;
  const chosen =
    request.adapter === undefined ? adapters : [forEveryTopic(adapterNamed(request.adapter, adapters))];
  const files = payloadsIn(file, request);
  const timeZone = request.timeZone ?? files[0]?.timeZone ?? setting.timeZone;
  const decoder = createDecoder(chosen, { timeZone, codecFor });
  const before: Message[] = [];
  const pass = (message: Message): void => {
    decoder.decode(message);
    before.push(message);
  };
  for (const earlier of request.before ?? []) {
    for (const one of payloadsIn(earlier, {})) pass(messageOf(one, {}, setting.now));
  }

  function decoderOf(id: string): Decoder {
    const only = createDecoder([forEveryTopic(adapterNamed(id, adapters))], { timeZone, codecFor });
    for (const earlier of before) only.decode(earlier);
    return only;
  }

  return files.map((one) => {
    for (const earlier of one.before) pass(earlier);
    const message = messageOf(one, request, setting.now);
    const asFile = { outcome: decoder.decode(message), message, notes: notesOn(one) };
    const taken = asFile.outcome.ok ? asFile : (asBytes(asFile, decoder, request) ?? asFile);
    const asked = isUnclaimed(taken.outcome)
      ? askAdapters(adapters, taken.message, { timeZone, codecFor, before })
      : undefined;
    before.push(taken.message);
    const found = asked && hasNoTopic(one, request) ? onItsTopic(asked.answers, taken, decoderOf) : undefined;
    return {
      outcome: found?.outcome ?? taken.outcome,
      notes: [...taken.notes, ...(found?.notes ?? [])],
      answers: found ? [] : (asked?.answers ?? []),
      expect: one.expect,
      isBytes: taken.message !== message || request.form === "hex" || request.form === "base64",
    };
  });
}

interface Taken {
  readonly message: Message;
  readonly outcome: DecodeOutcome;
  readonly notes: readonly string[];
}

function isUnclaimed(outcome: DecodeOutcome): boolean {
  return !outcome.ok && outcome.adapter === null;
}

function hasNoTopic(file: PayloadFile, { topic, adapter }: TryRequest): boolean {
  return topic === undefined && file.topic === undefined && adapter === undefined;
}

/**
 * A text that gives nothing may write out bytes. That is believed of base64, which a word is too, and of the text of a device
 * that is known, only when the bytes give something.
 */
function asBytes(
  { message, outcome: before }: Taken,
  decoder: Decoder,
  { form }: TryRequest,
): Taken | undefined {
  if (form !== undefined) return undefined;
  const found = bytesInText(Buffer.from(message.payload).toString("latin1"));
  if (!found || found.bytes.length < FEWEST_BYTES) return undefined;
  const isHex = found.form === "hex";
  const decoded = { ...message, payload: found.bytes };
  const outcome = decoder.decode(decoded);
  if (!outcome.ok && !(isHex && isUnclaimed(before))) return undefined;
  const name = isHex ? "hexadecimal" : "base64";
  return {
    message: decoded,
    outcome,
    notes: [
      `The text is ${name}: taken as the ${found.bytes.length} bytes that it says (--raw: as the text).`,
    ],
  };
}

/** Nobody said which topic it came on, and one adapter alone can read it: then it is as on a topic of that adapter. */
function onItsTopic(
  answers: readonly AdapterAnswer[],
  { message }: Taken,
  decoderOf: (id: string) => Decoder,
): Pick<Taken, "outcome" | "notes"> | undefined {
  const [able, ...others] = answers.filter(({ says }) => says === "able");
  if (!able || others.length > 0) return undefined;
  const outcome = decoderOf(able.id).decode(message);
  return {
    outcome,
    notes: [
      `No topic was given, and ${able.id} alone can read it: this is what it would give on a topic of that adapter (--topic says which).`,
    ],
  };
}

function notesOn({ uplink }: PayloadFile): readonly string[] {
  return uplink
    ? [
        `Taken as an uplink of ${uplink.bytes.length} bytes on port ${uplink.fPort}, as The Things Stack passes it on${uplink.decoded ? ", decoded as the file says" : ""}.`,
      ]
    : [];
}

function messageOf(file: PayloadFile, request: TryRequest, now: number): Message {
  const { uplink } = file;
  return {
    topic: request.topic ?? file.topic ?? (uplink ? UPLINK_TOPIC : "try"),
    payload: uplink ? uplinkMessage(uplink) : file.payload,
    receivedAt: request.receivedAt ?? file.receivedAt ?? now,
    source: "try",
    attributes: { ...file.attributes, ...request.attributes },
  };
}

/** The payloads in a file: what the file is by its form, or the file itself; several when each line is a JSON object. */
function payloadsIn(bytes: Buffer, { form, fPort }: TryRequest): readonly PayloadFile[] {
  if (form === "raw") return [{ payload: bytes, before: [] }];
  if (form !== undefined) return [withPort(writtenBytes(bytes, form), fPort)];
  const one = readPayloadFile(bytes);
  if (one?.uplink) return [one];
  const text = Buffer.from(one?.payload ?? bytes).toString("utf8");
  const lines = jsonLines(text);
  if (lines.length > 1) {
    return lines.map((line) => {
      const payload = Buffer.from(line, "utf8");
      return one ? { ...one, payload, before: [] } : (readPayloadFile(payload) ?? { payload, before: [] });
    });
  }
  if (one) return [one];
  // A network server's message has its bytes and port in it.
  if (fPort === undefined || isJsonObject(text)) return [{ payload: bytes, before: [] }];
  return [withPort(bytesInText(text)?.bytes ?? bytes, fPort)];
}

function withPort(bytes: Uint8Array, fPort: number | undefined): PayloadFile {
  const uplink: UplinkOfFile | undefined = fPort === undefined ? undefined : { bytes, fPort };
  return { payload: bytes, before: [], ...(uplink ? { uplink } : {}) };
}

/** The lines of a text of which each is a JSON object; none when that is not so. */
function jsonLines(text: string): readonly string[] {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  return lines.length > 1 && lines.every(isJsonObject) ? lines : [];
}

function isJsonObject(text: string): boolean {
  if (!/^\s*\{/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function writtenBytes(bytes: Buffer, form: "hex" | "base64"): Uint8Array {
  const text = bytes.toString("latin1").replaceAll(/\s/g, "");
  const isForm = form === "hex" ? /^(?:[0-9a-fA-F]{2})*$/ : /^[A-Za-z0-9+/]*={0,2}$/;
  if (!isForm.test(text)) throw new KotaError("bad_request", `--${form}: the payload is not ${form}.`);
  return Buffer.from(text, form);
}
