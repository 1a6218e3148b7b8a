import type { MetricName } from "@kota/model";
import { type DecodeContext, type DecodedReading, defineAdapter } from "../adapter.ts";
import { Collector } from "../collector.ts";
import { batteryVolt } from "../common-names.ts";
import { millisecondInstant, zonedInstant } from "../device-time.ts";
import { excerpt, show } from "../explain.ts";
import { anyObject, isObject, type JsonObject, member } from "../json.ts";
import { numberIn } from "../number.ts";
import { refuse } from "../refusal.ts";

export const zigbee2mqtt = defineAdapter({
  id: "zigbee2mqtt",
  title: "Zigbee2MQTT device state",
  version: 1,
  source: "https://www.zigbee2mqtt.io/guide/usage/mqtt_topics_and_messages.html",
  claims: {
    topics: ["zigbee2mqtt/+"],
    // The base topic can be set, and a friendly name may have levels.
    shape: (json, topic) =>
      isObject(json) && typeof member(json, "linkquality") === "number" && topic.includes("/"),
    silent: {
      "zigbee2mqtt/bridge/#": "The message is of the bridge itself; it holds no measurement.",
      "zigbee2mqtt/+/availability": "The message says whether the device is online; it holds no measurement.",
      "zigbee2mqtt/+/set": "The message is a command to the device; it holds no measurement.",
      "zigbee2mqtt/+/get": "The message asks the device for its state; it holds no measurement.",
    },
  },
  schema: anyObject,
  decode,
});

const FIELDS: readonly (readonly [field: string, metric: MetricName])[] = [
  ["temperature", "temperature"],
  ["humidity", "humidity"],
  ["pressure", "pressure"],
  ["co2", "co2"],
  ["pm1", "pm1"],
  ["pm25", "pm2_5"],
  ["pm10", "pm10"],
  ["power", "power"],
  ["energy", "energy_total"],
  ["produced_energy", "energy_returned_total"],
  ["current", "current"],
  ["ac_frequency", "frequency"],
  ["power_factor", "power_factor"],
  ["battery", "battery"],
  ["device_temperature", "device_temperature"],
];

function decode(state: JsonObject, { message, zone }: DecodeContext): readonly DecodedReading[] {
  const device = message.topic.slice(message.topic.indexOf("/") + 1);
  const collector = new Collector(device, timeOf(state, device, message.receivedAt, zone));
  for (const [field, metric] of FIELDS) {
    const number = numberIn(member(state, field), field, device);
    if (number !== null) collector.set(metric, number);
  }
  // `illuminance` has been a raw value beside `illuminance_lux` in older releases, and is lux since.
  const lux = Object.hasOwn(state, "illuminance_lux") ? "illuminance_lux" : "illuminance";
  const light = numberIn(member(state, lux), lux, device);
  if (light !== null) collector.set("illuminance", light);
  takeVoltage(collector, state, device);
  if (collector.isEmpty) {
    const names = Object.keys(state).slice(0, 10);
    refuse(
      "no_values",
      names.length === 0
        ? "The state is empty."
        : `The state has no field that is a metric; it has ${names.map((name) => excerpt(name, 40)).join(", ")}.`,
      device,
    );
  }
  return collector.readings();
}

/** `voltage` is the mains in volts for a plug or meter, and the battery in millivolts for anything else. */
function takeVoltage(collector: Collector, state: JsonObject, device: string): void {
  const voltage = numberIn(member(state, "voltage"), "voltage", device);
  if (voltage === null) return;
  const mains = collector.has("power") || collector.has("current") || collector.has("energy_total");
  if (mains) collector.set("voltage", voltage);
  else collector.set("battery_voltage", batteryVolt(voltage));
}

/** `last_seen` is ISO 8601 or Unix milliseconds, as the bridge is set; without it the receive time stands. */
function timeOf(
  state: JsonObject,
  device: string,
  receivedAt: number,
  zone: DecodeContext["zone"],
): number | null {
  const seen = member(state, "last_seen");
  if (seen === undefined || seen === null) return null;
  if (typeof seen === "number") return millisecondInstant(seen, "last_seen", device);
  const instant = typeof seen === "string" ? zonedInstant(seen, zone, receivedAt) : null;
  return (
    instant ??
    refuse("time_invalid", `last_seen: expected ISO 8601 or Unix milliseconds, came ${show(seen)}.`, device)
  );
}
