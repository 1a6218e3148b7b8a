import type { MetricName } from "@kota/model";
import { z } from "zod";
import { type DecodeContext, type DecodedReading, defineAdapter } from "../adapter.ts";
import { Collector } from "../collector.ts";
import { zonedInstant } from "../device-time.ts";
import { excerpt, show } from "../explain.ts";
import { isObject, type JsonObject, member } from "../json.ts";
import { type LorawanNames, takeLorawanPayload } from "../lorawan-payload.ts";
import { numberIn } from "../number.ts";
import { refuse } from "../refusal.ts";

/** A Tasmota that is a bridge to LoRaWAN or Zigbee names the devices behind it under one of these. */
const BRIDGES = ["LwReceived", "ZbReceived"] as const;

/** `tele/…/SENSOR`, and the answers STATUS8 and STATUS10 that hold the same one level down. */
const Telemetry = z.custom<JsonObject>(
  (json) =>
    isObject(json) &&
    (Object.hasOwn(json, "Time") ||
      isObject(member(json, "StatusSNS")) ||
      isObject(member(json, "ENERGY")) ||
      BRIDGES.some((bridge) => isObject(member(json, bridge)))),
  "expected an object with 'Time', 'ENERGY' or 'StatusSNS'",
);

export const tasmota = defineAdapter({
  id: "tasmota",
  title: "Tasmota telemetry",
  version: 2,
  source: "https://tasmota.github.io/docs/JSON-Status-Responses/",
  claims: {
    topics: [
      "tele/+/SENSOR",
      "tele/+/STATE",
      "+/tele/SENSOR",
      "+/tele/STATE",
      "stat/+/STATUS8",
      "stat/+/STATUS10",
    ],
    // A FullTopic of one's own may have any number of levels around the prefix.
    shape: (json, topic) =>
      isObject(json) && Object.hasOwn(json, "Time") && /(?:^|\/)tele\/(?:.+\/)?(?:SENSOR|STATE)$/.test(topic),
    silent: {
      "tele/+/LWT": "The message says whether the device is online; it holds no measurement.",
      "+/tele/LWT": "The message says whether the device is online; it holds no measurement.",
      "tele/+/INFO1": "The message describes the device at its start; it holds no measurement.",
      "tele/+/INFO2": "The message describes the device at its start; it holds no measurement.",
      "tele/+/INFO3": "The message describes the device at its start; it holds no measurement.",
      "stat/+/RESULT": "The message answers a command; it holds no measurement.",
      "stat/+/POWER": "The message says whether a relay is on; it holds no measurement.",
      "tasmota/discovery/#": "The message announces the device to other software; it holds no measurement.",
    },
  },
  schema: Telemetry,
  decode,
});

function decode(json: JsonObject, context: DecodeContext): readonly DecodedReading[] {
  const device = deviceOf(context.message.topic);
  for (const bridge of BRIDGES) {
    const received = member(json, bridge);
    if (isObject(received)) return bridged(received, context);
  }
  const status = member(json, "StatusSNS");
  const telemetry = isObject(status) ? status : json;
  const collector = new Collector(device, timeOf(telemetry, context, device));
  for (const name of Object.keys(telemetry)) {
    const block = telemetry[name];
    if (!isObject(block)) continue;
    if (name === "ENERGY") takeEnergy(collector, block, device);
    else if (name === "ESP32") takeField(collector, block, "Temperature", "device_temperature", name, device);
    else if (name === "Wifi") takeField(collector, block, "Signal", "rssi", name, device);
    else if (name === "TIC") takeField(collector, block, "PAPP", "apparent_power", name, device);
    else takeSensor(collector, block, name, telemetry, device);
  }
  if (collector.isEmpty) {
    const blocks = Object.keys(telemetry).filter((name) => name !== "Time" && name !== "Epoch");
    refuse(
      "no_values",
      blocks.length === 0
        ? "The telemetry holds a time and nothing else."
        : `None of ${blocks
            .slice(0, 10)
            .map((name) => excerpt(name, 40))
            .join(", ")} holds a value that kota can use.`,
      device,
    );
  }
  return collector.readings();
}

const BRIDGED_FIELDS: readonly (readonly [field: string, metric: MetricName])[] = [
  ["Temperature", "temperature"],
  ["Humidity", "humidity"],
  ["Pressure", "pressure"],
  ["Illuminance", "illuminance"],
  ["Power", "power"],
  ["Voltage", "voltage"],
  ["BatteryPercentage", "battery"],
  ["BatteryVoltage", "battery_voltage"],
  // Only the LoRaWAN decoders write `Battery`, in volts.
  ["Battery", "battery_voltage"],
];

/** The devices behind a bridge, each under its own address. They send no time. */
function bridged(received: JsonObject, context: DecodeContext): readonly DecodedReading[] {
  return Object.keys(received).flatMap((name) => {
    const block = received[name];
    if (!isObject(block)) return [];
    const bytes = Bytes.safeParse(member(block, "Payload"));
    if (bytes.success) return undecoded(block, name, bytes.data, context);
    const address = member(block, "Device");
    const device = typeof address === "string" ? address : name;
    const collector = new Collector(device, null);
    for (const [field, metric] of BRIDGED_FIELDS) takeField(collector, block, field, metric, name, device);
    return collector.readings();
  });
}

const Bytes = z.array(z.int().min(0).max(255)).min(1).max(4096);

const UNDECODED: LorawanNames = {
  decoded: "A decoded value",
  raw: "Payload",
  fPort: "FPort",
  remedy: "load a decoder of the device into the bridge (LwDecode)",
};

/** An uplink that the bridge has no decoder for: its bytes, and the two halves of the device's EUI. */
function undecoded(
  block: JsonObject,
  name: string,
  bytes: readonly number[],
  context: DecodeContext,
): readonly DecodedReading[] {
  const eui = `${member(block, "DevEUIh")}${member(block, "DevEUIl")}`;
  const device = /^[0-9A-F]{16}$/i.test(eui) ? eui : name;
  const collector = new Collector(device, null);
  const payload = {
    decoded: undefined,
    raw: Buffer.from(bytes).toString("base64"),
    fPort: numberOf(block, "FPort", name, device) ?? undefined,
    recvTime: context.message.receivedAt,
  };
  takeLorawanPayload(collector, payload, UNDECODED, device, context);
  return collector.readings();
}

/** The levels beside the prefix: `tele/pow1/SENSOR`; with the prefix last, the level before it: `…/pow1/tele/SENSOR`. */
function deviceOf(topic: string): string {
  const levels = topic.split("/");
  const prefix = levels.findLastIndex((level) => level === "tele" || level === "stat");
  const after = levels.slice(prefix + 1, -1);
  return after.length > 0 ? after.join("/") : (levels[prefix - 1] ?? "");
}

/** `Epoch` is UTC seconds. `Time` is the device's wall clock, or UTC seconds, as the command `Time` set it. */
function timeOf(telemetry: JsonObject, { message, zone }: DecodeContext, device: string): number | null {
  const epoch = member(telemetry, "Epoch");
  if (typeof epoch === "number" && Number.isFinite(epoch)) return Math.trunc(epoch * 1000);
  const time = member(telemetry, "Time");
  if (time === undefined) return null;
  if (typeof time === "number" && Number.isFinite(time)) return Math.trunc(time * 1000);
  if (typeof time === "string") {
    const instant = zonedInstant(time, zone, message.receivedAt);
    if (instant !== null) return instant;
  }
  return refuse(
    "time_invalid",
    `Time: expected a time such as "2026-11-24T19:06:33" or Unix seconds, came ${show(time)}.`,
    device,
  );
}

const ENERGY_FIELDS: readonly (readonly [field: string, metric: MetricName, summed: boolean])[] = [
  ["Total", "energy_total", true],
  ["Today", "energy_today", true],
  ["Yesterday", "energy_yesterday", true],
  ["ExportTotal", "energy_returned_total", true],
  ["ExportActive", "energy_returned_total", true],
  ["Power", "power", true],
  ["ApparentPower", "apparent_power", true],
  ["ReactivePower", "reactive_power", true],
  ["Current", "current", true],
  ["Voltage", "voltage", false],
  ["Factor", "power_factor", false],
  ["Frequency", "frequency", false],
];

/**
 * A meter. One with several phases or channels writes lists: each place has a channel of its own, and the device itself
 * has the sum where a sum has a meaning.
 */
function takeEnergy(collector: Collector, energy: JsonObject, device: string): void {
  for (const [field, metric, summed] of ENERGY_FIELDS) {
    const value = member(energy, field);
    if (value === undefined) continue;
    const path = `ENERGY.${field}`;
    if (!Array.isArray(value)) {
      const number = numberIn(value, path, device);
      if (number !== null) collector.set(metric, number);
      continue;
    }
    let sum: number | null = null;
    for (const [index, item] of value.entries()) {
      const number = numberIn(item, `${path}[${index}]`, device);
      if (number === null) continue;
      sum = (sum ?? 0) + number;
      collector.addTo(value.length === 3 ? `L${index + 1}` : String(index + 1), metric, number);
    }
    if (summed && sum !== null) collector.set(metric, sum);
  }
}

const FIELDS: readonly (readonly [field: string, metric: MetricName])[] = [
  ["Humidity", "humidity"],
  ["CarbonDioxide", "co2"],
  ["Illuminance", "illuminance"],
  ["PM1", "pm1"],
  ["PM2.5", "pm2_5"],
  ["PM4", "pm4"],
  ["PM10", "pm10"],
];

/** SR04 reports centimetres, VL53L0X and VL53L1X millimetres. */
const DISTANCE_SENSORS = /^(?:(SR04)|VL53L[01]X)(?:[-_]\w+)?$/;

function takeSensor(
  collector: Collector,
  block: JsonObject,
  name: string,
  telemetry: JsonObject,
  device: string,
): void {
  const temperature = numberOf(block, "Temperature", name, device);
  if (temperature !== null) {
    const celsius = member(telemetry, "TempUnit") === "F" ? ((temperature - 32) * 5) / 9 : temperature;
    collector.add("temperature", celsius, name);
  }
  const pressure = numberOf(block, "Pressure", name, device);
  if (pressure !== null) collector.add("pressure", pressure * hectopascalPerUnit(telemetry), name);
  for (const [field, metric] of FIELDS) takeField(collector, block, field, metric, name, device);
  const ranger = DISTANCE_SENSORS.exec(name);
  const distance = ranger ? numberIn(member(block, "Distance"), `${name}.Distance`, device) : null;
  if (distance !== null) collector.add("distance", ranger?.[1] ? distance * 10 : distance, name);
}

function hectopascalPerUnit(telemetry: JsonObject): number {
  const unit = member(telemetry, "PressureUnit");
  if (unit === "mmHg") return 1.333_223_874_15;
  return unit === "inHg" ? 33.863_886_4 : 1;
}

function takeField(
  collector: Collector,
  block: JsonObject,
  field: string,
  metric: MetricName,
  name: string,
  device: string,
): void {
  const number = numberOf(block, field, name, device);
  if (number !== null) collector.add(metric, number, name);
}

/** Most fields are missing in most blocks: their path is only written where there is something to say about it. */
function numberOf(block: JsonObject, field: string, name: string, device: string): number | null {
  const value = member(block, field);
  return value === undefined ? null : numberIn(value, `${name}.${field}`, device);
}
