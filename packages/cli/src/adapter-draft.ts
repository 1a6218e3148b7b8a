import { createDecoder, type Example, exampleMessage, parseMapping } from "@kota/adapters";
import { KotaError } from "@kota/model";
import { stringify } from "yaml";

/** What `kota adapter new` asks. */
export interface Draft {
  readonly name: string;
  readonly title: string;
  readonly format: "json" | "csv" | "cayenne-lpp";
  readonly topic: string;
  /** `topic:2`, `field:imei` or `id:gauge-1`. */
  readonly device: string;
  /** `field` or `field:format`; undefined: the receive time. */
  readonly time?: string | undefined;
  /** `path=metric` or `path=metric:unit`. */
  readonly fields: readonly string[];
}

/** A new mapping and its two examples, as texts of files. */
export interface DraftFiles {
  readonly mapping: string;
  readonly typical: string;
  readonly refused: string;
  /** What the mapping makes of the first example, to be looked over. */
  readonly readings: Extract<Example["expect"], { readings: unknown }>["readings"];
}

const RECEIVED = "2026-01-15T12:00:00.000Z";
const SAMPLE = "made up by 'kota adapter new'; put what a device sent in its place, with where it is from";

/**
 * Writes a mapping and a message that fits it; `sample` is a payload that a device sent, in place of one that is made up.
 * @throws KotaError `bad_request` when the mapping does not read its own sample, `city_invalid` when it is none.
 */
export function draftMapping(draft: Draft, sample: string | undefined): DraftFiles {
  const mapping = mappingText(draft);
  const adapter = parseMapping(draft.name, mapping, `${draft.name}.yaml`);
  const topic = draft.topic.replaceAll("+", "device-1").replace("#", "device-1");
  const example = (about: string, source: string, payload: Payload): Example => ({
    about,
    source,
    licence: "unknown",
    topic,
    ...payload,
    receivedAt: RECEIVED,
    expect: { rejection: "no_values" },
  });
  const payload = sample === undefined ? madeUp(draft) : captured(draft, sample);
  const typical = example(
    "A message as the device sends it.",
    sample === undefined ? SAMPLE : "captured from a device; say which, where and when",
    payload,
  );
  const outcome = createDecoder([adapter], { timeZone: "UTC" }).decode(exampleMessage(typical));
  if (!outcome.ok) {
    throw new KotaError(
      "bad_request",
      `The mapping does not read its own sample, so nothing was written: ${outcome.reason}`,
    );
  }
  const readings = outcome.readings.map(({ device, channel, time, values }) => ({
    device,
    ...(channel === undefined ? {} : { channel }),
    time: time === null ? null : new Date(time).toISOString(),
    values,
  }));
  const broken = example(
    "A message that is damaged: it must be refused, not guessed at.",
    SAMPLE,
    damaged(draft, payload),
  );
  const refusal = createDecoder([adapter], { timeZone: "UTC" }).decode(exampleMessage(broken));
  if (refusal.ok) throw new KotaError("internal", "The damaged sample was read; please report this.");
  return {
    mapping,
    typical: json({ ...typical, expect: { readings } }),
    refused: json({ ...broken, expect: { rejection: refusal.code } }),
    readings,
  };
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function mappingText(draft: Draft): string {
  const [kind = "", ...rest] = draft.device.split(":");
  const what = rest.join(":");
  const device =
    kind === "topic" ? { topicLevel: Number(what) } : kind === "field" ? { field: what } : { id: what };
  if (!["topic", "field", "id"].includes(kind) || what === "" || Number.isNaN(device.topicLevel ?? 0)) {
    throw new KotaError(
      "bad_request",
      `--device: expected topic:<level>, field:<path> or id:<text>, got '${draft.device}'.`,
    );
  }
  return [
    "# What the device sends, said without code. All keys: packages/adapters/README.md, under 'Mappings'.",
    stringify({
      title: draft.title,
      version: 1,
      topics: [draft.topic],
      format: draft.format,
      device,
      ...(draft.time === undefined ? {} : { time: timeOf(draft.time) }),
      ...(draft.format === "cayenne-lpp" ? {} : { fields: fieldsOf(draft.fields) }),
    }),
  ].join("\n");
}

function timeOf(time: string): { field: string; format?: string } {
  const at = time.indexOf(":");
  return at < 0 ? { field: time } : { field: time.slice(0, at), format: time.slice(at + 1) };
}

function fieldsOf(fields: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    fields.map((field) => {
      const at = field.lastIndexOf("=");
      const [metric = "", unit] = field.slice(at + 1).split(":", 2);
      if (at < 1 || metric === "") {
        throw new KotaError("bad_request", `--field: expected <path>=<metric>, got '${field}'.`);
      }
      return [field.slice(0, at), unit === undefined ? metric : { metric, unit }];
    }),
  );
}

type Payload = { payload: NonNullable<unknown> | null } | { payloadText: string } | { payloadBase64: string };

const TIMES: Readonly<Record<string, string | number>> = {
  iso: "2026-01-15T11:59:58Z",
  "unix-seconds": 1_768_478_398,
  "unix-milliseconds": 1_768_478_398_000,
};

/** A message that the mapping fits. */
function madeUp(draft: Draft): Payload {
  if (draft.format === "cayenne-lpp")
    return { payloadBase64: Buffer.from("016700c3", "hex").toString("base64") };
  const entries: [path: string, value: unknown][] = [];
  if (draft.device.startsWith("field:")) entries.push([draft.device.slice(6), "device-1"]);
  if (draft.time !== undefined) {
    const { field, format = "iso" } = timeOf(draft.time);
    entries.push([field, TIMES[format] ?? patterned(format)]);
  }
  for (const field of draft.fields) entries.push([field.slice(0, field.lastIndexOf("=")), 1]);
  if (draft.format === "csv") {
    return {
      payloadText: `${entries.map(([path]) => path).join(",")}\n${entries.map(([, value]) => value).join(",")}\n`,
    };
  }
  if (entries.length === 1 && entries[0]?.[0] === "$") return { payload: 1 };
  const payload: Record<string, unknown> = {};
  for (const [path, value] of entries) put(payload, path.split("."), value);
  return { payload };
}

function patterned(format: string): string {
  const parts = { yyyy: "2026", yy: "26", MM: "01", dd: "15", HH: "11", mm: "59", ss: "58", SSS: "000" };
  return format.replaceAll(/yyyy|yy|MM|dd|HH|mm|SSS|ss/g, (part) => parts[part as keyof typeof parts]);
}

function put(into: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [first = "", ...rest] = path;
  if (rest.length === 0) {
    into[first] = value;
    return;
  }
  const inner = (into[first] ?? {}) as Record<string, unknown>;
  into[first] = inner;
  put(inner, rest, value);
}

function captured(draft: Draft, sample: string): Payload {
  if (draft.format === "csv") return { payloadText: sample };
  if (draft.format === "cayenne-lpp")
    return { payloadBase64: Buffer.from(sample.trim(), "hex").toString("base64") };
  try {
    return { payload: JSON.parse(sample) };
  } catch {
    return { payloadText: sample };
  }
}

/** The same message, unreadable: cut in the middle of a value. */
function damaged(draft: Draft, payload: Payload): Payload {
  if (draft.format === "cayenne-lpp") return { payloadBase64: Buffer.from("0167", "hex").toString("base64") };
  if ("payloadText" in payload) return { payloadText: `${payload.payloadText.split("\n", 1)[0]}\n"` };
  const text = "payload" in payload ? JSON.stringify(payload.payload) : "";
  return { payloadText: text.length > 2 ? text.slice(0, -1) : "{" };
}
