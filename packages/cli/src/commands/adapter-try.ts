import { readFileSync } from "node:fs";
import { type DecodeOutcome, differences, type Example } from "@kota/adapters";
import { KotaError, messageOf, metric } from "@kota/model";
import { systemClock } from "@kota/runtime";
import { adapterSetting, codecForIn } from "../adapter-setting.ts";
import { renderTable } from "../table.ts";
import { type Tried, type TryRequest, tryPayloads } from "../try-payload.ts";
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
  readonly fPort?: string;
  readonly before?: readonly string[];
}

/** `kota adapter try [FILE]`: what becomes of a payload, or why nothing does. Leaves with 1 when one is refused. */
export async function tryAdapter(file: string | undefined, options: TryOptions): Promise<void> {
  const setting = await adapterSetting(options);
  const { adapters, timeZone, codecs } = setting;
  const codecFor = codecForIn(setting, options.codec);
  const tried = tryPayloads(
    read(file),
    { adapters, codecFor, timeZone, now: systemClock() },
    {
      adapter: options.adapter,
      topic: options.topic,
      attributes: attributes(options.attribute ?? []),
      receivedAt: receivedAt(options.receivedAt),
      timeZone: options.timeZone,
      form: formOf(options),
      fPort: portOf(options),
      before: options.before?.map(read),
    },
  );
  for (const [index, one] of tried.entries()) {
    const { outcome, expect, notes } = one;
    if (!outcome.ok) process.exitCode = 1;
    if (options.json) {
      console.log(JSON.stringify(outcomeJson(outcome)));
      continue;
    }
    if (tried.length > 1) console.log(`${index === 0 ? "" : "\n"}payload ${index + 1} of ${tried.length}`);
    for (const note of notes) console.log(`${note}\n`);
    if (outcome.ok) printReadings(outcome);
    else printRejection(outcome, one, codecs, file);
    if (expect) printComparison(expect, outcome);
  }
}

function read(file: string | undefined): Buffer {
  try {
    return readFileSync(file === undefined || file === "-" ? 0 : file);
  } catch (cause) {
    throw new KotaError("bad_request", `The payload cannot be read: ${messageOf(cause)}`, { cause });
  }
}

function formOf({ hex, base64, raw }: TryOptions): TryRequest["form"] {
  if (hex && base64) throw new KotaError("bad_request", "Use either --hex or --base64.");
  return hex ? "hex" : base64 ? "base64" : raw ? "raw" : undefined;
}

/** A codec reads the bytes of an uplink, so that who names one has bytes. */
function portOf({ fPort, codec }: TryOptions): number | undefined {
  if (fPort === undefined) return codec === undefined ? undefined : 1;
  const port = Number(fPort);
  if (Number.isInteger(port) && port >= 0 && port <= 255 && fPort.trim() !== "") return port;
  throw new KotaError("bad_request", `--f-port: expected a whole number from 0 to 255, got '${fPort}'.`);
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
  { answers, isBytes }: Tried,
  codecs: readonly string[],
  file = "FILE",
): void {
  console.log(`rejected as ${code}${adapter ? ` by ${adapter}` : ""}${device ? `, device ${device}` : ""}\n`);
  console.log(reason);
  const there = codecs.length === 0 ? "it has none yet" : `it has ${codecs.join(", ")}`;
  if (code === "no_codec") {
    console.log(`\nTo try a codec of the city's folder (${there}): kota adapter try --codec <name> ${file}`);
  }
  if (adapter !== null) return;
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
  if (isBytes) {
    console.log(
      `\nIf these are the bytes of a LoRaWAN device, a codec of the city's folder reads them (${there}): kota adapter try --codec <name> --f-port <port> ${file}`,
    );
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
