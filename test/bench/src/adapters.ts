import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { ADAPTERS, type Adapter, createDecoder, Example, exampleMessage, parseMapping } from "@kota/adapters";
import { CitySettings, type Device, IMPORT_SOURCE, type Message } from "@kota/model";
import { createNormalizer } from "@kota/service-normalize";
import { type Machine, machine } from "./machine.ts";
import { median } from "./numbers.ts";

export interface AdaptersOptions {
  /** Messages of one measurement. */
  readonly messages: number;
  readonly rounds: number;
  readonly devices: number;
  /** One adapter alone. */
  readonly only: string | null;
}

/** Microseconds of processor time a message, of all threads: the collector of garbage works on others. */
interface AdapterFigures {
  readonly adapter: string;
  /** The example that the messages are made of. */
  readonly example: string;
  readonly bytes: number;
  readonly values: number;
  /** From the bytes to checked readings of registered devices. */
  readonly normalized: number;
  /** From the bytes to what the adapter makes of them. */
  readonly decoded: number;
  /** `JSON.parse` of the same bytes. */
  readonly parsed: number;
  /** What one core does in a second, from `normalized`. */
  readonly perSecond: number;
  /** `normalized` to `parsed`, median of the rounds' ratios. */
  readonly ratio: number;
}

export interface AdaptersResult {
  readonly options: AdaptersOptions;
  readonly machine: Machine;
  readonly adapters: readonly AdapterFigures[];
}

/** Messages of one adapter that are all accepted. */
interface Sample {
  readonly adapter: Adapter;
  readonly example: string;
  readonly messages: readonly Message[];
}

const SOURCES = fileURLToPath(new URL("../../../packages/adapters/src/", import.meta.url));
const AT = Date.UTC(2026, 10, 24, 12);
const settings = CitySettings.parse({ name: "Benchmark", timeZone: "Europe/London" });

/** Each adapter of JSON alone, in turn, with all adapters there to choose from. */
export function benchAdapters(options: AdaptersOptions, progress: (text: string) => void): AdaptersResult {
  const samples = [kotaJson(options.devices), mapping(options.devices), ...examples()].filter(
    ({ adapter }) => options.only === null || adapter.id === options.only,
  );
  return {
    options,
    machine: machine(),
    adapters: samples.map((sample) => {
      progress(`${sample.adapter.id} …`);
      return measure(sample, options);
    }),
  };
}

/** The message of the goal: some 200 bytes with five values. */
function body(device: string, n: number): object {
  const level = (n * 7919) % 1000;
  return {
    device,
    time: new Date(AT + n).toISOString(),
    values: {
      pm2_5: 5.125 + level / 40,
      wind_direction: 8.25 + level / 4,
      temperature: 10.01 + level / 100,
      humidity: 40.5 + level / 25,
      solar_radiation: 100.25 + level / 4,
    },
  };
}

function made(count: number, prefix: string, of: (device: string, n: number) => object): Message[] {
  return Array.from({ length: Math.max(count, 1000) }, (_, n) => {
    const device = `measuring-station-north-embankment-${String(n % count).padStart(5, "0")}`;
    return {
      topic: prefix + device,
      payload: Buffer.from(JSON.stringify(of(device, n))),
      receivedAt: AT + n,
      source: "mqtt",
    };
  });
}

function kotaJson(devices: number): Sample {
  const adapter = ADAPTERS.find(({ id }) => id === "kota-json");
  if (!adapter) throw new Error("kota has no adapter of kota JSON.");
  return { adapter, example: "made", messages: made(devices, "kota/v1/", body) };
}

const MAPPING = `
title: As kota JSON, described by a mapping
version: 1
topics: ["mapped/+"]
format: json
device: { topicLevel: 2 }
time: { field: time }
fields:
  values.pm2_5: pm2_5
  values.wind_direction: wind_direction
  values.temperature: temperature
  values.humidity: humidity
  values.solar_radiation: solar_radiation
`;

function mapping(devices: number): Sample {
  const adapter = parseMapping("mapping", MAPPING, "adapters/mapping.yaml");
  return { adapter, example: "made", messages: made(devices, "mapped/", body) };
}

/** Of each other adapter of JSON, the accepted example whose size is nearest to 200 bytes. */
function examples(): Sample[] {
  const decoder = createDecoder(ADAPTERS, { timeZone: "UTC" });
  return ADAPTERS.filter(({ id, input }) => input === "json" && id !== "kota-json").flatMap((adapter) => {
    const folder = `${SOURCES}${adapter.id}/examples/`;
    const accepted = readdirSync(folder).flatMap((file) => {
      const example = Example.parse(JSON.parse(readFileSync(folder + file, "utf8")));
      if (!("readings" in example.expect) || example.before) return [];
      const message = { ...exampleMessage(example), source: IMPORT_SOURCE };
      return decoder.decode(message).ok ? [{ file, message }] : [];
    });
    const distance = ({ message }: { readonly message: Message }) => Math.abs(message.payload.length - 200);
    const [best] = accepted.sort((a, b) => distance(a) - distance(b));
    return best ? [{ adapter, example: best.file.replace(".json", ""), messages: [best.message] }] : [];
  });
}

function measure({ adapter, example, messages }: Sample, options: AdaptersOptions): AdapterFigures {
  const adapters = adapter.id === "mapping" ? [adapter, ...ADAPTERS] : ADAPTERS;
  const decoder = createDecoder(adapters, { timeZone: settings.timeZone });
  const normalize = createNormalizer({ settings, devices: registered(decoder, adapter, messages) }, adapters);
  const utf8 = new TextDecoder("utf-8", { fatal: true });
  const first = messages[0] && normalize(messages[0]);
  if (!first?.readings) throw new Error(`${adapter.id}, ${example}: ${first?.rejection?.reason}`);
  const parts = {
    normalized: (message: Message) => normalize(message).readings?.length ?? 0,
    decoded: (message: Message) => (decoder.decode(message).ok ? 1 : 0),
    parsed: (message: Message) => (JSON.parse(utf8.decode(message.payload)) === null ? 0 : 1),
  };
  const rounds: Record<keyof typeof parts, number[]> = { normalized: [], decoded: [], parsed: [] };
  // A round that does not count: V8 compiles meanwhile.
  for (let round = -1; round < options.rounds; round++) {
    for (const name of ["normalized", "decoded", "parsed"] as const) {
      const cost = timed(parts[name], messages, options.messages);
      if (round >= 0) rounds[name].push(cost);
    }
  }
  const normalized = median(rounds.normalized);
  return {
    adapter: adapter.label,
    example,
    bytes: median(messages.map(({ payload }) => payload.length)),
    values: first.readings.reduce((count, { values }) => count + Object.keys(values).length, 0),
    normalized,
    decoded: median(rounds.decoded),
    parsed: median(rounds.parsed),
    perSecond: 1e6 / normalized,
    ratio: median(rounds.normalized.map((cost, round) => cost / (rounds.parsed[round] ?? Number.NaN))),
  };
}

/** Microseconds of processor time each. */
function timed(part: (message: Message) => number, messages: readonly Message[], count: number): number {
  const before = process.cpuUsage();
  let done = 0;
  for (let n = 0; n < count; n++) {
    const message = messages[n % messages.length];
    if (message && part(message) > 0) done++;
  }
  const { user, system } = process.cpuUsage(before);
  if (done !== count) throw new Error(`${count - done} of ${count} messages were refused.`);
  return (user + system) / count;
}

function registered(
  decoder: ReturnType<typeof createDecoder>,
  { id }: Adapter,
  messages: readonly Message[],
): Device[] {
  const natives = new Set(
    messages.flatMap((message) => {
      const outcome = decoder.decode(message);
      return outcome.ok ? outcome.readings.map(({ device }) => device) : [];
    }),
  );
  return Array.from(natives, (nativeId, n) => ({
    id: `device-${n}`,
    name: nativeId,
    kind: "air",
    adapter: id,
    nativeId,
    area: null,
    lat: null,
    lon: null,
    origin: "live",
    attribution: null,
  }));
}
