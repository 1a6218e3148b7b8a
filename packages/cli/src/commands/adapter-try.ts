import { readFileSync } from "node:fs";
import {
  type Adapter,
  askAdapters,
  createDecoder,
  type DecodeOutcome,
  differences,
  type Example,
  forEveryTopic,
} from "@kota/adapters";
import { KotaError, type Message, messageOf, metric } from "@kota/model";
import { systemClock } from "@kota/runtime";
import { adapterNamed, adapterSetting, codecForIn } from "../adapter-setting.ts";
import { type PayloadFile, readPayloadFile } from "../payload-file.ts";
import { renderTable } from "../table.ts";
import { outcomeJson } from "./decode.ts";

export interface TryOptions {
  readonly city?: string;
  readonly adapter?: string;
  readonly codec?: string;
  readonly topic?: string;
  readonly attribute?: readonly string[];
  readonly timeZone?: string;
  readonly receivedAt?: string;
  readonly json?: boolean;
  readonly hex?: boolean;
  readonly base64?: boolean;
  readonly raw?: boolean;
}

/** `kota adapter try [FILE]`: what becomes of one payload, or why nothing does. Leaves with 1 when it is refused. */
export async function tryAdapter(file: string | undefined, options: TryOptions): Promise<void> {
  const setting = await adapterSetting(options);
  const { adapters, timeZone } = setting;
  const codecFor = codecForIn(setting, options.codec);
  const chosen =
    options.adapter === undefined ? adapters : [forEveryTopic(adapterNamed(options.adapter, adapters))];
  const found = payloadOf(file, options);
  const message: Message = {
    topic: options.topic ?? found.topic ?? "try",
    payload: found.payload,
    receivedAt: receivedAt(options.receivedAt) ?? found.receivedAt ?? systemClock(),
    source: "try",
    attributes: { ...found.attributes, ...attributes(options.attribute ?? []) },
  };
  const zone = options.timeZone ?? found.timeZone ?? timeZone;
  const decoder = createDecoder(chosen, { timeZone: zone, codecFor });
  for (const earlier of found.before) decoder.decode(earlier);
  const outcome = decoder.decode(message);
  if (options.json) {
    console.log(JSON.stringify(outcomeJson(outcome)));
  } else if (outcome.ok) {
    printReadings(outcome);
  } else {
    printRejection(outcome, message, adapters, { timeZone: zone, codecFor, before: found.before });
  }
  if (!outcome.ok) process.exitCode = 1;
  if (found.expect && !options.json) printComparison(found.expect, outcome);
}

function payloadOf(file: string | undefined, { hex, base64, raw }: TryOptions): PayloadFile {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file === undefined || file === "-" ? 0 : file);
  } catch (cause) {
    throw new KotaError("bad_request", `The payload cannot be read: ${messageOf(cause)}`, { cause });
  }
  if (hex && base64) throw new KotaError("bad_request", "Use either --hex or --base64.");
  if (hex) return { payload: decoded(bytes, "hex", /^(?:[0-9a-fA-F]{2})*$/), before: [] };
  if (base64) return { payload: decoded(bytes, "base64", /^[A-Za-z0-9+/]*={0,2}$/), before: [] };
  return (raw ? null : readPayloadFile(bytes)) ?? { payload: bytes, before: [] };
}

function decoded(bytes: Buffer, encoding: "hex" | "base64", form: RegExp): Buffer {
  const text = bytes.toString("latin1").replaceAll(/\s/g, "");
  if (!form.test(text)) throw new KotaError("bad_request", `--${encoding}: the payload is not ${encoding}.`);
  return Buffer.from(text, encoding);
}

function receivedAt(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const time = Date.parse(text);
  if (Number.isNaN(time)) {
    throw new KotaError("bad_request", `--received-at: expected an ISO 8601 time, got '${text}'.`);
  }
  return time;
}

function attributes(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf("=");
      if (at < 1) {
        throw new KotaError("bad_request", `--attribute: expected name=value, got '${pair}'.`);
      }
      return [pair.slice(0, at).toLowerCase(), pair.slice(at + 1)];
    }),
  );
}

function printReadings({ adapter, codec, readings }: Extract<DecodeOutcome, { ok: true }>): void {
  const rows: string[][] = [];
  for (const { device, channel, time, values } of readings) {
    const who = channel === undefined ? device : `${device}:${channel}`;
    const when = time === null ? "(receipt)" : new Date(time).toISOString();
    for (const [name, value] of Object.entries(values)) {
      const known = metric(name);
      const possible = known && value >= known.min && value <= known.max;
      const remark = possible
        ? ""
        : known
          ? `impossible, so the message would be rejected: ${known.min} to ${known.max} can be`
          : "not in the metric catalogue";
      rows.push([who, when, name, String(value), known?.unit ?? "?", remark]);
    }
  }
  const lines = renderTable(["DEVICE", "TIME", "METRIC", "VALUE", "UNIT", ""], rows);
  console.log(
    `decoded by ${adapter}${codec === undefined ? "" : ` with the codec ${codec}`}\n\n${lines.join("\n")}`,
  );
}

function printRejection(
  { adapter, code, reason, device }: Extract<DecodeOutcome, { ok: false }>,
  message: Message,
  adapters: readonly Adapter[],
  options: Parameters<typeof askAdapters>[2],
): void {
  console.log(`rejected as ${code}${adapter ? ` by ${adapter}` : ""}${device ? `, device ${device}` : ""}\n`);
  console.log(reason);
  if (adapter !== null) return;
  const { answers } = askAdapters(adapters, message, options);
  const able = answers.filter(({ says }) => says === "able").map(({ id }) => id);
  if (able.length > 0) {
    console.log(
      `\nOn another topic ${able.join(" or ")} would read it: publish it on one of its topics ('kota adapter list'), or try it with --adapter ${able[0]}.`,
    );
  } else {
    for (const near of answers.filter(({ isNear }) => isNear).slice(0, 3)) {
      console.log(`\n${near.id} would refuse it as ${near.code}: ${near.reason}`);
    }
  }
}

function printComparison(expect: Example["expect"], outcome: DecodeOutcome): void {
  const found = differences({ expect }, outcome);
  console.log(
    found.length === 0
      ? "\nThis is what the file expects."
      : `\nThe file expects something else:\n${found.join("\n")}`,
  );
  process.exitCode = found.length === 0 ? 0 : 1;
}
