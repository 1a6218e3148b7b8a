import type { MetricName } from "@kota/model";
import { z } from "zod";
import { type DecodeContext, type DecodedReading, defineAdapter } from "../adapter.ts";
import { Collector } from "../collector.ts";
import { utcInstant } from "../device-time.ts";
import { excerpt } from "../explain.ts";
import { isObject, member } from "../json.ts";
import { numberIn } from "../number.ts";
import { refuse } from "../refusal.ts";

const Values = z.array(z.object({ value_type: z.string(), value: z.unknown() }));
const Id = z.union([z.string().min(1), z.number()]);

/** What a station's firmware pushes to an API of one's own, and serves at /data.json. */
const Push = z.object({
  esp8266id: Id.optional(),
  esp32id: Id.optional(),
  age: z.unknown().optional(),
  sensordatavalues: Values,
});

/** A record of the public API: one sensor of a station. */
const Published = z.object({
  timestamp: z.string(),
  sensor: z.object({ id: Id }),
  location: z.object({ latitude: z.unknown(), longitude: z.unknown() }).optional(),
  sensordatavalues: Values,
});
type Published = z.infer<typeof Published>;

export const sensorCommunity = defineAdapter({
  id: "sensor-community",
  title: "Sensor.Community station",
  version: 1,
  source: "https://github.com/opendata-stuttgart/meta/wiki/EN-APIs",
  claims: {
    shape: (json) => {
      const record: unknown = Array.isArray(json) ? json[0] : json;
      return isObject(record) && Array.isArray(member(record, "sensordatavalues"));
    },
  },
  schema: z.union([z.array(Published).min(1), Published, Push]),
  decode: (payload, context) => {
    if (Array.isArray(payload)) return payload.flatMap(decodePublished);
    return "sensor" in payload ? decodePublished(payload) : decodePush(payload, context);
  },
});

function decodePublished(record: Published): readonly DecodedReading[] {
  const device = String(record.sensor.id);
  const time = utcInstant(record.timestamp);
  if (time === null) {
    refuse(
      "time_invalid",
      `timestamp: expected UTC such as "2026-11-24 10:41:14", came the text "${excerpt(record.timestamp, 40)}".`,
      device,
    );
  }
  const lat = numberIn(record.location?.latitude, "location.latitude", device);
  const lon = numberIn(record.location?.longitude, "location.longitude", device);
  const position = lat !== null && lon !== null ? { lat, lon } : undefined;
  return take(new Collector(device, time, position), record.sensordatavalues, device);
}

function decodePush(push: z.infer<typeof Push>, { message }: DecodeContext): readonly DecodedReading[] {
  const device = stationOf(push, message.attributes);
  const age = numberIn(push.age, "age", device);
  const time = age === null ? null : Math.trunc(message.receivedAt - age * 1000);
  return take(new Collector(device, time), push.sensordatavalues, device);
}

/** The id in the body, else that of the header `X-Sensor`; both read `esp8266-` and the number of the chip. */
function stationOf(
  push: z.infer<typeof Push>,
  attributes: Readonly<Record<string, string>> | undefined,
): string {
  if (push.esp8266id !== undefined) return `esp8266-${push.esp8266id}`;
  if (push.esp32id !== undefined) return `esp32-${push.esp32id}`;
  const header = attributes?.["x-sensor"];
  if (header !== undefined && header !== "") return header;
  return refuse(
    "schema_mismatch",
    "esp8266id is missing, and the header X-Sensor too: nothing says which station it is.",
  );
}

const METRICS = new Map<string, MetricName>([
  ["P0", "pm1"],
  ["P1", "pm10"],
  ["P2", "pm2_5"],
  ["P4", "pm4"],
  ["temperature", "temperature"],
  ["humidity", "humidity"],
  ["pressure", "pressure"],
  ["noise_LAeq", "noise_laeq"],
  ["noise_LA_min", "noise_la_min"],
  ["noise_LA_max", "noise_la_max"],
  ["co2_ppm", "co2"],
  ["signal", "rssi"],
]);
/** `SDS_P1`, `BME280_temperature`, `DNMS_noise_LAeq`: the sensor's name goes before; `P1` and the like stand alone too. */
const SENSOR = /^([A-Z][A-Z0-9]*)_(.+)$/;
/** The heated inlet of a dust sensor is warmer and drier than the air. */
const INLET = "HECA";

function take(
  collector: Collector,
  values: z.infer<typeof Values>,
  device: string,
): readonly DecodedReading[] {
  for (const { value_type: type, value } of values) {
    const match = SENSOR.exec(type);
    const sensor = match?.[1] ?? null;
    const metric = METRICS.get(match?.[2] ?? type);
    if (metric === undefined) continue;
    const number = numberIn(value, excerpt(type, 60), device);
    if (number === null) continue;
    // Air pressure comes in pascal.
    const converted = metric === "pressure" ? number / 100 : number;
    if (sensor === INLET) collector.addTo(INLET, metric, converted);
    else collector.add(metric, converted, sensor ?? "other");
  }
  if (collector.isEmpty) {
    const types = values.slice(0, 10).map(({ value_type: type }) => excerpt(type, 40));
    refuse(
      "no_values",
      types.length === 0
        ? "sensordatavalues is empty."
        : `sensordatavalues has no type that kota knows; it has ${types.join(", ")}.`,
      device,
    );
  }
  return collector.readings();
}
