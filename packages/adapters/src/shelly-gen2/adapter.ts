import type { MetricName } from "@kota/model";
import { z } from "zod";
import { type DecodedReading, defineAdapter } from "../adapter.ts";
import { Collector } from "../collector.ts";
import { show } from "../explain.ts";
import { isObject, type JsonObject, member } from "../json.ts";
import { numberIn } from "../number.ts";
import { refuse } from "../refusal.ts";

/** `<prefix>/status/<component>`, one component a message. */
const STATUS_TOPIC = /^(.+)\/status\/([a-z0-9]+:\d+)$/;
const COMPONENT = /^([a-z0-9]+):(\d+)$/;

/** A notification, the whole status as `Shelly.GetStatus` gives it, or one component. */
const Payload = z.custom<JsonObject>(
  (json) =>
    isObject(json) &&
    ((typeof member(json, "src") === "string" && isObject(member(json, "params"))) ||
      isObject(member(json, "sys")) ||
      typeof member(json, "id") === "number"),
  "expected a notification with 'src' and 'params', a status with 'sys', or a component with 'id'",
);

export const shellyGen2 = defineAdapter({
  id: "shelly-gen2",
  title: "Shelly, second generation and later",
  version: 1,
  source: "https://shelly-api-docs.shelly.cloud/gen2/",
  claims: {
    topics: ["+/events/rpc"],
    shape: (json, topic) =>
      isObject(json) &&
      ((STATUS_TOPIC.test(topic) && typeof member(json, "id") === "number") ||
        isNotification(json) ||
        typeof macOf(json) === "string"),
  },
  schema: Payload,
  decode(json, { message }) {
    const params = member(json, "params");
    const source = member(json, "src");
    if (typeof source === "string" && isObject(params)) {
      return decodeStatus(params, source, seconds(member(params, "ts"), "params.ts", source));
    }
    const mac = macOf(json);
    if (typeof mac === "string") {
      const sys = member(json, "sys") as JsonObject;
      return decodeStatus(json, mac, seconds(member(sys, "unixtime"), "sys.unixtime", mac));
    }
    const match = STATUS_TOPIC.exec(message.topic);
    const prefix = match?.[1];
    const component = match?.[2];
    if (prefix === undefined || component === undefined) {
      refuse("schema_mismatch", "Neither the payload (src, sys.mac) nor the topic says which device it is.");
    }
    return decodeStatus({ [component]: json }, prefix, null);
  },
});

function isNotification(json: JsonObject): boolean {
  const method = member(json, "method");
  return typeof method === "string" && method.startsWith("Notify") && typeof member(json, "src") === "string";
}

function macOf(json: JsonObject): unknown {
  const sys = member(json, "sys");
  return isObject(sys) ? member(sys, "mac") : undefined;
}

function seconds(value: unknown, field: string, device: string): number | null {
  if (value === undefined || value === null) return null;
  if (typeof value === "number" && Number.isFinite(value)) return Math.round(value * 1000);
  return refuse("time_invalid", `${field}: expected Unix seconds, came ${show(value)}.`, device);
}

interface Field {
  readonly path: string;
  /** The path in members, taken apart once. */
  readonly steps: readonly string[];
  readonly metric: MetricName;
  readonly factor: number;
}

type Written = readonly [path: string, metric: MetricName, factor?: number | undefined];

function fields(...written: readonly Written[]): readonly Field[] {
  return written.map(([path, metric, factor = 1]) => ({ path, steps: path.split("."), metric, factor }));
}

// Energies come in Wh.
const POWER_FIELDS = fields(
  ["apower", "power"],
  ["voltage", "voltage"],
  ["current", "current"],
  ["pf", "power_factor"],
  ["freq", "frequency"],
  ["aenergy.total", "energy_total", 0.001],
  ["ret_aenergy.total", "energy_returned_total", 0.001],
  ["temperature.tC", "device_temperature"],
);

const COMPONENTS: Readonly<Record<string, readonly Field[]>> = {
  switch: POWER_FIELDS,
  cover: POWER_FIELDS,
  light: POWER_FIELDS,
  pm1: POWER_FIELDS,
  em: fields(
    ["total_act_power", "power"],
    ["total_aprt_power", "apparent_power"],
    ["total_current", "current"],
    ["a_freq", "frequency"],
  ),
  emdata: fields(["total_act", "energy_total", 0.001], ["total_act_ret", "energy_returned_total", 0.001]),
  em1: fields(
    ["act_power", "power"],
    ["aprt_power", "apparent_power"],
    ["voltage", "voltage"],
    ["current", "current"],
    ["pf", "power_factor"],
    ["freq", "frequency"],
  ),
  em1data: fields(
    ["total_act_energy", "energy_total", 0.001],
    ["total_act_ret_energy", "energy_returned_total", 0.001],
  ),
  humidity: fields(["rh", "humidity"]),
  illuminance: fields(["lux", "illuminance"]),
  devicepower: fields(["battery.percent", "battery"], ["battery.V", "battery_voltage"]),
};

const LETTERS = [
  ["a", "L1"],
  ["b", "L2"],
  ["c", "L3"],
] as const;

/** Fields of a phase, under its letter. */
const PHASE_FIELDS: Readonly<Record<string, readonly Written[]>> = {
  em: [
    ["act_power", "power"],
    ["aprt_power", "apparent_power"],
    ["voltage", "voltage"],
    ["current", "current"],
    ["pf", "power_factor"],
    ["freq", "frequency"],
  ],
  emdata: [
    ["total_act_energy", "energy_total", 0.001],
    ["total_act_ret_energy", "energy_returned_total", 0.001],
  ],
};

/** The fields of each phase of a kind of component. */
const PHASES = new Map(
  Object.entries(PHASE_FIELDS).map(([kind, written]) => [
    kind,
    LETTERS.map(([letter, phase]) => ({
      phase,
      fields: fields(
        ...written.map(([path, metric, factor]): Written => [`${letter}_${path}`, metric, factor]),
      ),
    })),
  ]),
);

/** Data counters stand beside their meter: `emdata:0` is of `em:0`. */
const METER_OF: Readonly<Record<string, string>> = { emdata: "em", em1data: "em1" };
/** Thermometers on a wire have ids from here on. */
const ADD_ON = 100;
/** The models whose own thermometer measures the air. */
const CLIMATE_MODEL = /^shelly(?:plusht|htg\d)/i;

/** A notification holds what changed: what is missing did not, and is not 0. */
function decodeStatus(status: JsonObject, device: string, time: number | null): readonly DecodedReading[] {
  const collector = new Collector(device, time);
  const names: string[] = [];
  for (const key of Object.keys(status)) {
    const component = status[key];
    if (!isObject(component)) continue;
    names.push(key);
    if (key === "wifi") {
      // Without Wi-Fi the strength is 0.
      const rssi = numberIn(member(component, "rssi"), "wifi.rssi", device);
      if (rssi !== null && rssi < 0) collector.set("rssi", rssi);
      continue;
    }
    const match = COMPONENT.exec(key);
    const kind = match?.[1];
    if (kind === undefined) continue;
    const id = Number(match?.[2]);
    const channel = id === 0 ? null : `${METER_OF[kind] ?? kind}:${id}`;
    if (kind === "temperature") {
      takeTemperature(collector, component, key, id, isClimate(status, device), device);
    } else if (Object.hasOwn(COMPONENTS, kind)) {
      for (const field of COMPONENTS[kind] ?? [])
        takeField(collector, component, key, field, channel, device);
      for (const { phase, fields } of PHASES.get(kind) ?? []) {
        const phaseChannel = channel === null ? phase : `${channel}-${phase}`;
        for (const field of fields) takeField(collector, component, key, field, phaseChannel, device);
      }
    }
  }
  if (collector.isEmpty) {
    refuse(
      "no_values",
      names.length === 0
        ? "The message holds no component."
        : `None of the components ${names.slice(0, 10).join(", ")} holds a value that kota can use.`,
      device,
    );
  }
  return collector.readings();
}

function takeField(
  collector: Collector,
  component: JsonObject,
  key: string,
  { path, steps, metric, factor }: Field,
  channel: string | null,
  device: string,
): void {
  let value: unknown = component;
  for (const step of steps) value = isObject(value) ? member(value, step) : undefined;
  if (value === undefined) return;
  const number = numberIn(value, `${key}.${path}`, device);
  if (number === null) return;
  if (channel === null) collector.set(metric, number * factor);
  else collector.addTo(channel, metric, number * factor);
}

function isClimate(status: JsonObject, device: string): boolean {
  return Object.hasOwn(status, "humidity:0") || CLIMATE_MODEL.test(device);
}

function takeTemperature(
  collector: Collector,
  component: JsonObject,
  key: string,
  id: number,
  climate: boolean,
  device: string,
): void {
  const celsius = numberIn(member(component, "tC"), `${key}.tC`, device);
  if (celsius === null) return;
  if (id >= ADD_ON) collector.addTo(key, "temperature", celsius);
  else collector.set(climate ? "temperature" : "device_temperature", celsius);
}
