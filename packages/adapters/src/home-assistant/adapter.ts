import { messageOf } from "@kota/model";
import { type DecodeContext, type DecodedReading, defineTextAdapter } from "../adapter.ts";
import type { Announced } from "../announcements.ts";
import { Collector } from "../collector.ts";
import { excerpt } from "../explain.ts";
import { numberIn } from "../number.ts";
import { refuse } from "../refusal.ts";
import { inUnitOf } from "../units.ts";
import { readDiscovery, Sensor } from "./discovery.ts";
import { valueAt } from "./template.ts";

export const homeAssistant = defineTextAdapter({
  id: "home-assistant",
  title: "Home Assistant MQTT discovery",
  version: 1,
  source: "https://www.home-assistant.io/integrations/mqtt/#mqtt-discovery",
  claims: {
    topics: ["homeassistant/+/+/config", "homeassistant/+/+/+/config"],
    announced: (topic, announced) => announced.get(topic) !== undefined,
    silent: {
      "homeassistant/status": "The message says whether Home Assistant is online; it holds no measurement.",
    },
  },
  announcement: Sensor,
  decode: (text, context) => {
    const sensors = sensorsOn(context.message.topic, context.announced);
    return sensors.length > 0 ? states(text, sensors) : discover(text, context);
  },
});

function sensorsOn(topic: string, announced: Announced): readonly Sensor[] {
  const sensors = announced.get(topic) as ReadonlyMap<string, Sensor> | undefined;
  return sensors ? [...sensors.values()] : [];
}

function discover(text: string, { message, announced }: DecodeContext): never {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    refuse("not_json", `The discovery message is not JSON: ${excerpt(messageOf(error), 160)}.`);
  }
  const { sensors, others } = readDiscovery(message.topic, json);
  for (const sensor of sensors) announced.set(sensor.topic, sensor.announcement, sensor);
  const [first] = sensors;
  refuse(
    "no_values",
    first
      ? `The message announces ${sensors.length === 1 ? `${first.metric} on '${excerpt(first.topic, 80)}'` : `${sensors.length} sensors`}: kota keeps that for the states. It holds no measurement.`
      : `The message announces no sensor that kota can use${others.length > 0 ? `: ${others.map((name) => excerpt(name, 60)).join(", ")}` : ""}. A sensor needs a device class or name that is a metric, a unit of it, and a template that takes one value.`,
    first?.device ?? null,
  );
}

/** States that say that there is none. */
const NONE = new Set(["", "unavailable", "unknown", "none", "nan", "null"]);

function states(text: string, sensors: readonly Sensor[]): readonly DecodedReading[] {
  const trimmed = text.trim();
  const json = sensors.some(({ path }) => path !== null) ? parsed(trimmed, sensors) : undefined;
  const collectors = new Map<string, Collector>();
  for (const { device, channel, metric, unit, path, factor, offset } of sensors) {
    const value = path === null ? trimmed : valueAt(json, path);
    if (typeof value === "string" && NONE.has(value.toLowerCase())) continue;
    const number = numberIn(value, path === null ? "The state" : path.join("."), device);
    if (number === null) continue;
    const own = number * factor + offset;
    const converted = unit === null ? own : inUnitOf(metric, own, unit);
    if (converted === undefined) continue;
    let collector = collectors.get(device);
    if (!collector) {
      collector = new Collector(device, null);
      collectors.set(device, collector);
    }
    if (channel === null) collector.add(metric, converted, "2");
    else collector.addTo(channel, metric, converted);
  }
  if (collectors.size === 0) {
    refuse(
      "no_values",
      `The state "${excerpt(trimmed, 60)}" holds no value of a sensor that was announced.`,
      sensors[0]?.device ?? null,
    );
  }
  return [...collectors.values()].flatMap((collector) => collector.readings());
}

function parsed(text: string, sensors: readonly Sensor[]): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // A state such as `unavailable` takes the place of the object.
    if (NONE.has(text.toLowerCase())) return undefined;
    return refuse(
      "not_json",
      `The state is not JSON: ${excerpt(messageOf(error), 160)}.`,
      sensors[0]?.device,
    );
  }
}
