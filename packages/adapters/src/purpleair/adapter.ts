import { z } from "zod";
import { defineAdapter } from "../adapter.ts";
import { Collector } from "../collector.ts";
import { utcInstant } from "../device-time.ts";
import { excerpt } from "../explain.ts";
import { isObject } from "../json.ts";
import { refuse } from "../refusal.ts";

const number = z.number().optional();

/** What a sensor serves at /json, and posts to a server of one's own. */
const Sensor = z.object({
  SensorId: z.string().min(1).optional(),
  Geo: z.string().min(1).optional(),
  DateTime: z.string(),
  lat: number,
  lon: number,
  rssi: number,
  current_temp_f: number,
  current_humidity: number,
  pressure: number,
  pm1_0_atm: number,
  pm2_5_atm: number,
  pm10_0_atm: number,
  pm1_0_atm_b: number,
  pm2_5_atm_b: number,
  pm10_0_atm_b: number,
});

export const purpleair = defineAdapter({
  id: "purpleair",
  title: "PurpleAir sensor",
  version: 1,
  source: "https://community.purpleair.com/t/sensor-local-json-documentation/6917",
  claims: {
    shape: (json) => isObject(json) && Object.hasOwn(json, "pm2_5_atm") && Object.hasOwn(json, "DateTime"),
  },
  schema: Sensor,
  decode(sensor) {
    const device =
      sensor.SensorId ??
      sensor.Geo ??
      refuse("schema_mismatch", "SensorId is missing, and Geo too: nothing says which sensor it is.");
    // 2026/11/24T12:00:00z
    const time = utcInstant(sensor.DateTime.replaceAll("/", "-"));
    if (time === null) {
      refuse(
        "time_invalid",
        `DateTime: expected a time such as "2026/11/24T12:00:00z", came the text "${excerpt(sensor.DateTime, 40)}".`,
        device,
      );
    }
    const { lat, lon } = sensor;
    const position = lat !== undefined && lon !== undefined ? { lat, lon } : undefined;
    const collector = new Collector(device, time, position);
    if (sensor.pm1_0_atm !== undefined) collector.set("pm1", sensor.pm1_0_atm);
    if (sensor.pm2_5_atm !== undefined) collector.set("pm2_5", sensor.pm2_5_atm);
    if (sensor.pm10_0_atm !== undefined) collector.set("pm10", sensor.pm10_0_atm);
    if (sensor.pm1_0_atm_b !== undefined) collector.addTo("B", "pm1", sensor.pm1_0_atm_b);
    if (sensor.pm2_5_atm_b !== undefined) collector.addTo("B", "pm2_5", sensor.pm2_5_atm_b);
    if (sensor.pm10_0_atm_b !== undefined) collector.addTo("B", "pm10", sensor.pm10_0_atm_b);
    if (sensor.current_humidity !== undefined) collector.set("humidity", sensor.current_humidity);
    if (sensor.pressure !== undefined) collector.set("pressure", sensor.pressure);
    if (sensor.rssi !== undefined) collector.set("rssi", sensor.rssi);
    if (sensor.current_temp_f !== undefined) {
      // Measured inside of the warm housing, about 4 K above the air.
      collector.set("device_temperature", ((sensor.current_temp_f - 32) * 5) / 9);
    }
    return collector.readings();
  },
});
