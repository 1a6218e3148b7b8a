import { type MetricName, metric } from "@kota/model";
import { z } from "zod";
import { commonName } from "../common-names.ts";
import { isObject, type JsonObject, member } from "../json.ts";
import { refuse } from "../refusal.ts";
import { inUnitOf } from "../units.ts";
import { type Extraction, parseTemplate } from "./template.ts";

/** A sensor that a discovery message announced: what a state on its topic means. */
export const Sensor = z.object({
  /** The discovery topic and the component in it; a new announcement replaces the one before. */
  announcement: z.string(),
  topic: z.string(),
  device: z.string(),
  channel: z.string().nullable(),
  metric: z.custom<MetricName>((name) => typeof name === "string" && metric(name) !== undefined),
  /** As announced; null: it is the unit of the catalogue. */
  unit: z.string().nullable(),
  /** As in {@link Extraction}. */
  path: z.array(z.string()).readonly().nullable(),
  factor: z.number(),
  offset: z.number(),
});
export type Sensor = Readonly<z.infer<typeof Sensor>>;

/** Short names that discovery messages may use, as far as sensors have them. */
const LONG: Readonly<Record<string, string>> = {
  stat_t: "state_topic",
  unit_of_meas: "unit_of_measurement",
  dev_cla: "device_class",
  val_tpl: "value_template",
  stat_cla: "state_class",
  ent_cat: "entity_category",
  uniq_id: "unique_id",
  dev: "device",
  cmps: "components",
  p: "platform",
  ids: "identifiers",
  cns: "connections",
};

const CLASSES: Readonly<Record<string, MetricName>> = {
  apparent_power: "apparent_power",
  atmospheric_pressure: "pressure",
  battery: "battery",
  carbon_dioxide: "co2",
  carbon_monoxide: "co",
  current: "current",
  distance: "distance",
  energy: "energy_total",
  frequency: "frequency",
  gas: "gas_total",
  humidity: "humidity",
  illuminance: "illuminance",
  irradiance: "solar_radiation",
  moisture: "soil_moisture",
  nitrogen_dioxide: "no2",
  nitrogen_monoxide: "no",
  ozone: "o3",
  pm1: "pm1",
  pm25: "pm2_5",
  pm4: "pm4",
  pm10: "pm10",
  power: "power",
  power_factor: "power_factor",
  precipitation: "precipitation",
  precipitation_intensity: "precipitation_rate",
  pressure: "pressure",
  reactive_power: "reactive_power",
  signal_strength: "rssi",
  sulphur_dioxide: "so2",
  temperature: "temperature",
  voltage: "voltage",
  water: "water_total",
  wind_direction: "wind_direction",
  wind_speed: "wind_speed",
};

/** What a discovery message announces, and what else it held, by name, for the reason of its rejection. */
export interface Discovery {
  readonly sensors: readonly Sensor[];
  readonly others: readonly string[];
}

/** Reads a discovery message: one component on `…/<component>/…/config`, several on `…/device/…/config`. */
export function readDiscovery(topic: string, json: unknown): Discovery {
  if (!isObject(json)) refuse("schema_mismatch", "Discovery: expected an object.");
  const [, component = "", ...rest] = topic.split("/");
  const object = rest.at(-2) ?? "";
  const node = rest.length > 2 ? (rest[0] ?? "") : "";
  const root = spelledOut(json);
  const components = member(root, "components");
  const sensors: Sensor[] = [];
  const others: string[] = [];
  const take = (config: JsonObject, platform: unknown, name: string, announcement: string): void => {
    const sensor =
      platform === "sensor" ? sensorOf(config, deviceOf(root, node || object), name, announcement) : null;
    if (sensor) sensors.push(sensor);
    else if (others.length < 10) others.push(`${String(platform)} '${name}'`);
  };
  if (component === "device" && isObject(components)) {
    for (const name of Object.keys(components).slice(0, 500)) {
      const own = components[name];
      if (!isObject(own)) continue;
      const config = spelledOut(own);
      const shared = Object.hasOwn(config, "state_topic") ? {} : { state_topic: member(root, "state_topic") };
      take({ ...config, ...shared }, member(config, "platform"), name, `${topic} ${name}`);
    }
  } else {
    take(root, component, object, topic);
  }
  return { sensors, others };
}

/** Short names in full, and `~` at either end of a topic replaced by the base topic. */
function spelledOut(json: JsonObject): JsonObject {
  const base = member(json, "~");
  const config: Record<string, unknown> = Object.create(null);
  for (const key of Object.keys(json)) {
    const name = Object.hasOwn(LONG, key) ? (LONG[key] ?? key) : key;
    const value = json[key];
    config[name] =
      typeof value === "string" && typeof base === "string" && name.endsWith("_topic")
        ? value.replace(/^~/, () => base).replace(/~$/, () => base)
        : value;
  }
  return config;
}

function sensorOf(config: JsonObject, device: string, name: string, announcement: string): Sensor | null {
  const topic = text(config, "state_topic");
  const extraction = parseTemplate(text(config, "value_template"));
  if (topic === undefined || topic === "" || topic.length > 300 || device === "" || !extraction) return null;
  const unit = text(config, "unit_of_measurement") ?? null;
  const measured = metricOf(config, name, unit, extraction);
  if (measured === null || (unit !== null && inUnitOf(measured, 1, unit) === undefined)) return null;
  // A name of its own for what the device has one of, such as `temperature`, is the device's main sensor.
  const { path } = extraction;
  const words = path === null ? [name] : [name, path.at(-1) ?? "", path.slice(-2).join("")];
  const plain = words.some((word) => isPlain(word, measured));
  return { ...extraction, announcement, topic, device, channel: plain ? null : name, metric: measured, unit };
}

function isPlain(word: string, measured: MetricName): boolean {
  const found = commonName(word);
  return word === measured || (found?.entry.metric === measured && found.number === null);
}

function metricOf(
  config: JsonObject,
  name: string,
  unit: string | null,
  { path }: Extraction,
): MetricName | null {
  const deviceClass = text(config, "device_class");
  const totals = text(config, "state_class")?.startsWith("total") ?? true;
  const diagnostic = text(config, "entity_category") === "diagnostic";
  const named =
    deviceClass === undefined
      ? (commonName(path?.at(-1) ?? name)?.entry.metric ?? null)
      : Object.hasOwn(CLASSES, deviceClass)
        ? (CLASSES[deviceClass] ?? null)
        : null;
  switch (named) {
    case "energy_total":
    case "gas_total":
    case "water_total":
      return totals ? named : null;
    case "precipitation":
      return text(config, "state_class")?.startsWith("total") ? "precipitation_total" : named;
    case "temperature":
      return diagnostic ? "device_temperature" : named;
    case "voltage":
      return diagnostic || /bat/i.test(name) ? "battery_voltage" : named;
    case "battery":
      return unit !== null && inUnitOf("battery_voltage", 1, unit) !== undefined ? "battery_voltage" : named;
    case "pressure":
      // Bar and psi are of tyres and pipes.
      return unit === "bar" || unit === "psi" ? null : named;
    default:
      return named;
  }
}

/** The first identifier of the device, else its first address, else the node or object in the topic. */
function deviceOf(root: JsonObject, otherwise: string): string {
  const device = member(root, "device");
  if (!isObject(device)) return otherwise;
  const spelled = spelledOut(device);
  const identifiers = member(spelled, "identifiers");
  const first: unknown = Array.isArray(identifiers) ? identifiers[0] : identifiers;
  if (typeof first === "string" && first !== "") return first.slice(0, 200);
  const connections = member(spelled, "connections");
  const connection: unknown = Array.isArray(connections) ? connections[0] : undefined;
  const address: unknown = Array.isArray(connection) ? connection[1] : undefined;
  return typeof address === "string" && address !== "" ? address.slice(0, 200) : otherwise;
}

function text(config: JsonObject, key: string): string | undefined {
  const value = member(config, key);
  return typeof value === "string" ? value : undefined;
}
