import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ADAPTERS, type Adapter, createDecoder, parseMapping } from "@kota/adapters";
import type { Message } from "@kota/model";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { readPayloadFile } from "./payload-file.ts";

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

/** Topics where the file names none, or one with blanks to fill in. */
const TOPICS: Readonly<Record<string, string>> = {
  "modbus-gateway/neuron-values-format.json": "neuron/values",
  "modbus-gateway/neuron-tags-format.json": "neuron/tags",
  "modbus-gateway/dtu-http-json.json": "dtu",
  "modbus-gateway/telequip-gwiotg1m-p1-p10.json": "telequip",
  "openaq-v3/sensor-measurements.json": "openaq/v3/sensors/3916/measurements",
  "openaq-v3/location-latest.json": "openaq/v3/locations/2178/latest",
};

/** Payloads with measurements that kota refuses, and why that is right. */
const REFUSED: Readonly<Record<string, readonly [code: string, why: string]>> = {
  "tts-v3/storage-stream-lines.json": ["not_json", "two documents, which no message has"],
  "tts-v3/uplink-cayenne-decoded.json": ["schema_mismatch", "a part of a message, without the device"],
  "chirpstack-v4/integration.json": ["no_values", "the answer of another service, not of a device"],
  "tasmota/pms5003-htu21-fragment.json": ["not_json", "a part of a document"],
  "tasmota/lorawan-bridge-lwreceived.json": ["not_json", "two documents, which no message has"],
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

/** Messages of LoRaWAN devices: what the vendor's codec makes of the bytes, as the network server passes it on. */
const VENDORS = new Set(["milesight", "dragino", "decentlab", "bin-level-sensors"]);

/** The message of an entry, as it would come, and what came before. */
function messagesOf(root: string, { file, format, expected }: Entry): readonly Message[] {
  const bytes = readFileSync(join(root, file));
  const found = readPayloadFile(bytes);
  if (!found) throw new Error(`${file} is no payload file.`);
  const json = JSON.parse(bytes.toString("utf8")) as {
    readonly payload?: { readonly vendorDecoded?: object };
  };
  const sensor = expected[0]?.deviceId ?? "esp8266-1";
  const message: Message = {
    topic: TOPICS[file] ?? found.topic ?? (format === "cayenne-lpp" ? "cayenne-lpp/device" : "try"),
    payload: found.payload,
    receivedAt: Date.UTC(2026, 10, 24, 12),
    source: "try",
    // Stations say who they are in a header.
    ...(format === "sensor-community" ? { attributes: { "x-sensor": sensor } } : {}),
  };
  if (VENDORS.has(format)) {
    const uplink = {
      end_device_ids: { device_id: "device" },
      uplink_message: { f_port: 1, decoded_payload: json.payload?.vendorDecoded },
    };
    return [{ ...message, topic: "v3/app/devices/device/up", payload: Buffer.from(JSON.stringify(uplink)) }];
  }
  if (file !== "openaq-v3/location-latest.json") return [message];
  const location = readPayloadFile(readFileSync(join(root, "openaq-v3/location.json")));
  return [
    { ...message, topic: "openaq/v3/locations/2178", payload: location?.payload ?? Buffer.alloc(0) },
    message,
  ];
}

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

const entries = INDEX === undefined ? [] : Index.parse(JSON.parse(readFileSync(INDEX, "utf8"))).entries;

describe.skipIf(INDEX === undefined)("a payload of the collection in KOTA_PAYLOAD_INDEX", () => {
  it.each(entries.map((entry) => [entry.file, entry] as const))("%s", (file, entry) => {
    const decoder = createDecoder([...MAPPINGS, ...ADAPTERS], { timeZone: "UTC" });
    const outcomes = messagesOf(dirname(INDEX ?? ""), entry).map((message) => decoder.decode(message));
    const outcome = outcomes.at(-1);
    const refusal = outcome?.ok === false ? outcome : undefined;
    const [code] = REFUSED[file] ?? [];
    if (code !== undefined) {
      expect(refusal?.code).toBe(code);
      return;
    }
    if (entry.expected.some(({ reject }) => reject !== undefined)) {
      expect(refusal?.code).toBe("not_json");
      return;
    }
    const [left = []] = LEFT[file] ?? [];
    const values = valuesIn(entry.expected, left);
    if (values.length === 0 && refusal) {
      expect(["no_values", "no_adapter", "no_codec"]).toContain(refusal.code);
      return;
    }
    const readings = outcome?.ok ? outcome.readings : [];
    expect(refusal?.reason).toBeUndefined();
    const has = (metric: string, value: number) => {
      // The index does not tell the temperature of a device from that of its surroundings.
      const names = metric === "temperature" ? [metric, "device_temperature"] : [metric];
      return readings.some(({ values: all }) =>
        names.some(
          (name) => Math.abs((all[name] ?? Number.NaN) - value) <= 1e-6 * Math.max(1, Math.abs(value)),
        ),
      );
    };
    expect(values.filter(([metric, value]) => !has(metric, value))).toEqual([]);
    const taken = valuesIn(entry.expected, []).filter(([metric, value]) => has(metric, value));
    // What stands among those that are left, and is taken after all, does not belong there.
    expect(taken).toHaveLength(values.length);
    const { deviceId, timestamp } = entry.expected[0] ?? {};
    if (deviceId && !VENDORS.has(entry.format))
      expect(readings.map(({ device }) => device)).toContainEqual(
        // Kota cuts the time of an observation out of the id of its entity.
        entry.format === "fiware" ? deviceId.replace(/-\d{4}-\d\d-\d\dT.*$/, "") : deviceId,
      );
    if (timestamp && !VENDORS.has(entry.format)) {
      const stated = Date.parse(/(?:Z|[+-]\d\d:?\d\d)$/.test(timestamp) ? timestamp : `${timestamp}Z`);
      expect(readings.map(({ time }) => time)).toContainEqual(stated);
    }
  });
});
