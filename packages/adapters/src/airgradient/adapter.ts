import type { MetricName } from "@kota/model";
import { z } from "zod";
import { defineAdapter } from "../adapter.ts";
import { Collector } from "../collector.ts";
import { isObject, member } from "../json.ts";
import { refuse } from "../refusal.ts";

const number = z.number().nullish();

const Measures = z.object({
  serialno: z.string().min(1),
  wifi: number,
  rco2: number,
  pm01: number,
  pm02: number,
  pm10: number,
  atmp: number,
  rhum: number,
});

const METRICS = [
  ["pm01", "pm1"],
  ["pm02", "pm2_5"],
  ["pm10", "pm10"],
  ["rco2", "co2"],
  ["atmp", "temperature"],
  ["rhum", "humidity"],
  ["wifi", "rssi"],
] as const satisfies readonly (readonly [keyof z.infer<typeof Measures>, MetricName])[];

export const airgradient = defineAdapter({
  id: "airgradient",
  title: "AirGradient monitor",
  version: 1,
  source: "https://github.com/airgradienthq/arduino/blob/master/docs/local-server.md",
  claims: {
    topics: ["airgradient/readings/+"],
    shape: (json) =>
      isObject(json) &&
      typeof member(json, "serialno") === "string" &&
      (Object.hasOwn(json, "rco2") || Object.hasOwn(json, "pm02") || Object.hasOwn(json, "ledMode")),
  },
  schema: Measures,
  decode(measures) {
    const device = measures.serialno;
    const collector = new Collector(device, null);
    for (const [field, metric] of METRICS) {
      const value = measures[field];
      if (value !== undefined && value !== null) collector.set(metric, value);
    }
    if (collector.isEmpty) {
      refuse("no_values", "The monitor has no values yet, as it has not after a start.", device);
    }
    return collector.readings();
  },
});
