import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ADAPTERS, type Adapter, parseMapping } from "@kota/adapters";
import { afterAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { type Tried, type TryRequest, tryPayloads } from "./try-payload.ts";

// The collection has payloads whose licences do not let them into the project: name its index.json to test with it.
const INDEX = process.env.KOTA_PAYLOAD_INDEX;

const Expected = z.object({
  deviceId: z.string().nullish(),
  timestamp: z.string().nullish(),
  measurements: z
    .array(
      z.object({ metric: z.string().nullable(), value: z.unknown().optional(), unit: z.string().nullish() }),
    )
    .default([]),
  resolvedRecords: z
    .array(z.object({ u: z.string().optional(), v: z.number().optional(), t: z.number().nullish() }))
    .default([]),
  reject: z.string().optional(),
  needsCodec: z.boolean().optional(),
});
type Expected = z.infer<typeof Expected>;

const Index = z.object({
  entries: z.array(
    z.object({
      file: z.string(),
      format: z.string(),
      expected: z.union([Expected, z.array(Expected)]).transform((one) => (Array.isArray(one) ? one : [one])),
    }),
  ),
});
type Entry = z.infer<typeof Index>["entries"][number];

/** The metric that a name of the index is here; all that is not listed kota does not take. */
const METRIC: Readonly<Record<string, string>> = {
  active_energy_export: "energy_returned_total",
  active_energy_import: "energy_total",
  active_energy_total: "energy_total",
  active_energy_today: "energy_today",
  active_energy_yesterday: "energy_yesterday",
  active_power: "power",
  active_power_import: "power",
  air_humidity: "humidity",
  air_temperature: "temperature",
  apparent_power: "apparent_power",
  atmospheric_pressure: "pressure",
  barometric_pressure: "pressure",
  battery_level: "battery",
  battery_voltage: "battery_voltage",
  co: "co",
  co2: "co2",
  co2_concentration: "co2",
  current: "current",
  distance: "distance",
  fill_level: "fill_level",
  frequency: "frequency",
  gas_volume: "gas_total",
  heat_energy: "heat_total",
  luminosity: "illuminance",
  noise_la_max: "noise_la_max",
  noise_la_min: "noise_la_min",
  noise_laeq: "noise_laeq",
  no: "no",
  no2: "no2",
  nox: "nox",
  o3: "o3",
  pm1: "pm1",
  pm2_5: "pm2_5",
  pm4: "pm4",
  pm10: "pm10",
  power_factor: "power_factor",
  precipitation: "precipitation",
  reactive_power: "reactive_power",
  relative_humidity: "humidity",
  rssi: "rssi",
  so2: "so2",
  soil_temperature: "temperature",
  tag0: "power",
  k1: "power",
  k3: "voltage",
  P1: "power",
  P2: "power",
  P3: "power",
  P4: "power",
  temperature: "temperature",
  voltage: "voltage",
  water_volume: "water_total",
  wind_direction: "wind_direction",
  wind_speed: "wind_speed",
};

/** Into the units of the catalogue. */
const CONVERT: Readonly<Record<string, (value: number) => number>> = {
  "[degF]": (value) => ((value - 32) * 5) / 9,
  "1": (value) => value * 100,
  kW: (value) => value * 1000,
  Wh: (value) => value / 1000,
  mV: (value) => value / 1000,
  "mg/m3": (value) => value * 1000,
  Pa: (value) => value / 100,
  cm: (value) => value * 10,
  GJ: (value) => value / 0.0036,
};

/** Ozone in a cubic metre of air at 20 °C, where a mole takes 24.055 litres. */
const OZONE_UG_PER_PPM = (47.9982 * 1000) / 24.055;

const OF_SENML: Readonly<Record<string, string>> = {
  Cel: "temperature",
  "%RH": "humidity",
  "%EL": "battery",
  V: "voltage",
  A: "current",
};

/** Gateways name values in their own settings, so that a city maps them. */
const MAPPINGS: readonly Adapter[] = [
  mapping(
    "neuron-values",
    "neuron/values",
    "{ field: [node, group] }",
    "timestamp, format: unix-milliseconds",
    {
      "values.tag0": "power",
    },
  ),
  mapping(
    "neuron-tags",
    "neuron/tags",
    "{ field: [node, group] }",
    "timestamp, format: unix-milliseconds",
    { tag0: "power" },
    "pairs: { list: tags, name: name, value: value }",
  ),
  mapping("dtu", "dtu", "{ field: imei }", "time, format: unix-seconds", {
    "data.k1": "power",
    "data.k3": "voltage",
  }),
  mapping("telequip", "telequip", "{ field: DeviceID }", "[Date, Time], format: ddMMyyyy HHmmss", {
    P1: "power",
    P2: "{ metric: power, channel: p2 }",
    P3: "{ metric: power, channel: p3 }",
    P4: "{ metric: power, channel: p4 }",
  }),
];

function mapping(
  id: string,
  topic: string,
  device: string,
  time: string,
  fields: Readonly<Record<string, string>>,
  more = "",
): Adapter {
  const lines = Object.entries(fields).map(([path, metric]) => `  ${path}: ${metric}`);
  const yaml = `title: ${id}\nversion: 1\ntopics: ["${topic}"]\nformat: json\ndevice: ${device}\ntime: { field: ${time} }\n${more}\nfields:\n${lines.join("\n")}\n`;
  return parseMapping(id, yaml, `adapters/${id}.yaml`);
}

/** What a user of `kota adapter try` says beside a file that does not say it. */
const REQUESTS: Readonly<Record<string, TryRequest>> = {
  "modbus-gateway/neuron-values-format.json": { topic: "neuron/values" },
  "modbus-gateway/neuron-tags-format.json": { topic: "neuron/tags" },
  "modbus-gateway/dtu-http-json.json": { topic: "dtu" },
  "modbus-gateway/telequip-gwiotg1m-p1-p10.json": { topic: "telequip" },
  "openaq-v3/sensor-measurements.json": { topic: "openaq/v3/sensors/3916/measurements" },
  "openaq-v3/location-latest.json": {
    topic: "openaq/v3/locations/2178/latest",
    before: ["openaq-v3/location.json"].map((file) => fileOf(file)),
  },
  "tts-v3/uplink-cayenne-decoded.json": { topic: "v3/app/devices/dev1/up" },
};

/** Stations say who they are in a header; bytes without a mark of their own are known by their topic. */
function requestFor({ file, format, expected }: Entry): TryRequest {
  const sensor = expected[0]?.deviceId ?? "esp8266-1";
  if (format === "cayenne-lpp") return { topic: "cayenne-lpp/device" };
  return format === "sensor-community"
    ? { attributes: { "x-sensor": sensor }, ...REQUESTS[file] }
    : (REQUESTS[file] ?? {});
}

function fileOf(file: string): Buffer {
  return INDEX === undefined ? Buffer.alloc(0) : readFileSync(join(dirname(INDEX), file));
}

/** Payloads with measurements that kota refuses, and why that is right. */
const REFUSED: Readonly<Record<string, readonly [code: string, why: string]>> = {
  "chirpstack-v4/integration.json": ["no_values", "the answer of another service, not of a device"],
  "tasmota/pms5003-htu21-fragment.json": ["not_json", "a part of a document, as printed in a manual"],
};

const LEVEL =
  "this maker's 'level' is a distance in one model and the height of the content in the next; a mapping says which";

/** Measurements that kota leaves, and why. */
const LEFT: Readonly<Record<string, readonly [metrics: readonly string[], why: string]>> = {
  "fiware/airqualityobserved-v2-kv.json": [["co"], "no unit: stations report mg/m3 and ug/m3 alike"],
  "fiware/streetlight-kv.json": [["voltage", "current"], "the model names no unit"],
  "fiware/streetlightcontrolcabinet-kv.json": [["reactive_power"], "the model names no unit"],
  "milesight/ws201.json": [["fill_level"], "'remaining' of a roll of paper, which no bin has"],
  "bin-level-sensors/df701.json": [["distance"], "9999 mm may mean that nothing was seen"],
  "bin-level-sensors/df702.json": [["distance"], LEVEL],
  "bin-level-sensors/df703.json": [["distance"], LEVEL],
  "bin-level-sensors/dc410.json": [["distance"], LEVEL],
  "bin-level-sensors/dc413.json": [["distance"], LEVEL],
};

/** Makers' files: bytes without the message around them, so that device and time are the network server's to say. */
const VENDORS = new Set(["milesight", "dragino", "decentlab", "bin-level-sensors"]);

/** The values that kota must have, by metric. */
function valuesIn(expected: readonly Expected[], left: readonly string[]): [metric: string, value: number][] {
  return expected.flatMap(({ measurements, resolvedRecords }) => [
    ...measurements.flatMap(({ metric, value, unit }): [string, number][] => {
      const known = metric === null || left.includes(metric) ? undefined : METRIC[metric];
      if (known === undefined || typeof value !== "number") return [];
      const same = (number: number) => number;
      const ozone = (ppm: number) => ppm * OZONE_UG_PER_PPM;
      const convert =
        known === "power_factor"
          ? same
          : known === "o3" && unit === "[ppm]"
            ? ozone
            : (CONVERT[unit ?? ""] ?? same);
      return [[known, convert(value)]];
    }),
    ...resolvedRecords.flatMap(({ u = "", v }): [string, number][] => {
      const known = OF_SENML[u];
      return known === undefined || v === undefined ? [] : [[known, v]];
    }),
  ]);
}

/** How what became of a payload differs from what the index says; nothing: it is so. */
function faultsOf(entry: Entry, tried: readonly Tried[], left: readonly string[]): readonly string[] {
  const { expected, format } = entry;
  const outcomes = tried.map(({ outcome }) => outcome);
  const refusals = outcomes.filter((outcome) => !outcome.ok);
  const readings = outcomes.flatMap((outcome) => (outcome.ok ? outcome.readings : []));
  const said = refusals.map(({ code, reason }) => `${code}: ${reason}`);
  if (expected.some(({ reject }) => reject !== undefined)) {
    return refusals.some(({ code }) => code === "not_json") ? [] : ["was not refused as no JSON", ...said];
  }
  if (expected.some(({ needsCodec }) => needsCodec)) {
    if (!refusals.some(({ code }) => code === "no_codec")) return ["was not asked for a codec", ...said];
  }
  const values = valuesIn(expected, left);
  if (values.length === 0 && refusals.length > 0) {
    return refusals.every(({ code }) => NOTHING_TO_TAKE.includes(code)) ? [] : said;
  }
  const unexpected = refusals.filter(({ code }) => code !== "no_codec");
  const has = (metric: string, value: number) => {
    // The index does not tell the temperature of a device from that of its surroundings.
    const names = metric === "temperature" ? [metric, "device_temperature"] : [metric];
    return readings.some(({ values: all }) =>
      names.some(
        (name) => Math.abs((all[name] ?? Number.NaN) - value) <= 1e-6 * Math.max(1, Math.abs(value)),
      ),
    );
  };
  const faults = unexpected.map(({ code, reason }) => `${code}: ${reason}`);
  for (const [metric, value] of values) if (!has(metric, value)) faults.push(`${metric} ${value} is missing`);
  // What stands among those that are left, and is taken after all, does not belong there.
  const taken = valuesIn(expected, []).filter(([metric, value]) => has(metric, value));
  if (taken.length > values.length) faults.push("what is said to be left is taken");
  if (VENDORS.has(format)) return faults;
  const { deviceId, timestamp } = expected[0] ?? {};
  // Kota cuts the time of an observation out of the id of its entity.
  const device = format === "fiware" ? deviceId?.replace(/-\d{4}-\d\d-\d\dT.*$/, "") : deviceId;
  if (device && !readings.some((reading) => reading.device === device)) faults.push(`not of ${device}`);
  if (timestamp) {
    const stated = Date.parse(/(?:Z|[+-]\d\d:?\d\d)$/.test(timestamp) ? timestamp : `${timestamp}Z`);
    if (!readings.some(({ time }) => time === stated)) faults.push(`not at ${timestamp}`);
  }
  return faults;
}

const NOTHING_TO_TAKE: readonly string[] = ["no_values", "no_adapter", "no_codec"];

function tryEntry({ file }: Entry, adapters: readonly Adapter[], request: TryRequest): readonly Tried[] {
  const now = Date.UTC(2026, 10, 24, 12);
  return tryPayloads(fileOf(file), { adapters, codecFor: () => null, timeZone: "UTC", now }, request);
}

const entries = INDEX === undefined ? [] : Index.parse(JSON.parse(readFileSync(INDEX, "utf8"))).entries;
const counts = { asItIs: 0, withOptions: 0, inPart: 0, refused: 0 };

describe.skipIf(INDEX === undefined)(
  "kota adapter try: a payload of the collection in KOTA_PAYLOAD_INDEX",
  () => {
    afterAll(() => {
      const { asItIs, withOptions, inPart, refused } = counts;
      console.info(
        [
          `${asItIs + withOptions} of ${entries.length} give all that the index says: ${asItIs} as they are, ${withOptions} with a topic, a header, an earlier message or a mapping`,
          `${inPart} give it but for what kota leaves:`,
          ...Object.entries(LEFT).map(([file, [metrics, why]]) => `  ${file}: ${metrics.join(", ")}: ${why}`),
          `${refused} are refused:`,
          ...Object.entries(REFUSED).map(([file, [code, why]]) => `  ${file}: ${code}: ${why}`),
        ].join("\n"),
      );
    });

    it.each(entries.map((entry) => [entry.file, entry] as const))("%s", (file, entry) => {
      const tried = tryEntry(entry, [...MAPPINGS, ...ADAPTERS], requestFor(entry));
      const [code] = REFUSED[file] ?? [];
      if (code !== undefined) {
        expect(tried.map(({ outcome }) => !outcome.ok && outcome.code)).toEqual([code]);
        counts.refused++;
        return;
      }
      const [left = []] = LEFT[file] ?? [];
      expect(faultsOf(entry, tried, left)).toEqual([]);
      if (left.length > 0) counts.inPart++;
      else if (faultsOf(entry, tryEntry(entry, ADAPTERS, {}), []).length === 0) counts.asItIs++;
      else counts.withOptions++;
    });
  },
);
