import type { MetricName } from "@kota/model";
import { z } from "zod";
import type { DecodeContext, DecodedReading } from "./adapter.ts";
import { Collector } from "./collector.ts";
import { commonName } from "./common-names.ts";
import { excerpt } from "./explain.ts";
import type { JsonObject } from "./json.ts";
import { namedValue } from "./named-value.ts";
import { refuse } from "./refusal.ts";
import { inUnitOf } from "./units.ts";

/** The version of SenML that RFC 8428 defines; packs of a later one must not be read. */
const VERSION = 10;
const MAX_RECORDS = 2000;
const SEPARATORS = ":/._-";
/** A time below 2^28 seconds counts from now. */
const RELATIVE_BELOW = 268_435_456;

const Record = z
  .object({
    bn: z.string().optional(),
    bt: z.number().optional(),
    bu: z.string().optional(),
    bv: z.number().optional(),
    bs: z.number().optional(),
    bver: z.number().optional(),
    n: z.string().optional(),
    u: z.string().optional(),
    v: z.number().optional(),
    vs: z.string().optional(),
    vb: z.boolean().optional(),
    vd: z.unknown().optional(),
    s: z.number().optional(),
    t: z.number().optional(),
  })
  .catchall(z.unknown())
  .refine((record) => !Object.keys(record).some((key) => key.endsWith("_")), {
    message: "fields whose name ends in '_' must be understood, and are not",
  });

/** A SenML pack, RFC 8428, with the names of its JSON form. */
export const SenmlPack = z.array(Record).min(1).max(MAX_RECORDS);
export type SenmlPack = z.infer<typeof SenmlPack>;

/** Whether a value is what a field of a record has to hold; undefined: the field is unknown, and may hold anything. */
function fitsField(name: string, value: unknown): boolean | undefined {
  switch (name) {
    case "n":
    case "u":
    case "bn":
    case "bu":
    case "vs":
      return typeof value === "string";
    case "v":
    case "t":
    case "s":
    case "bt":
    case "bv":
    case "bs":
    case "bver":
      return typeof value === "number" && Number.isFinite(value);
    case "vb":
      return typeof value === "boolean";
    default:
      return undefined;
  }
}

/** Whether it certainly is a pack: zod takes ten times as long to say so. */
export function isSenmlPack(json: unknown): json is SenmlPack {
  if (!Array.isArray(json) || json.length === 0 || json.length > MAX_RECORDS) return false;
  for (const record of json as readonly unknown[]) {
    if (typeof record !== "object" || record === null || Array.isArray(record)) return false;
    for (const name in record) {
      // Names that nobody knows are the schema's to judge.
      if (fitsField(name, (record as JsonObject)[name]) !== true) return false;
    }
  }
  return true;
}

/** A record that needs no other: RFC 8428, 4.6. */
interface ResolvedRecord {
  /** Base name and name. */
  readonly name: string;
  /** The part that the base name ends before, when it ends in a separator: the name within its device. */
  readonly local: string | null;
  readonly unit: string | null;
  /** Unix seconds, or seconds from now when below 2^28; null: none is stated. */
  readonly time: number | null;
  /** The number measured; null: the record holds a text, a boolean, data or a sum. */
  readonly value: number | null;
  /** The integral of the value over time, in its unit times seconds. */
  readonly sum: number | null;
}

/** Whether a pack could be one, at a glance. */
export function looksLikeSenml(json: unknown): boolean {
  if (!Array.isArray(json)) return false;
  const first: unknown = json[0];
  if (typeof first !== "object" || first === null) return false;
  const has = (key: string): boolean => Object.hasOwn(first, key);
  return (
    (has("n") || has("bn") || has("bt") || has("bver")) &&
    ["v", "vs", "vb", "vd", "s", "bv", "bs", "bn"].some(has)
  );
}

export function resolveSenml(pack: SenmlPack): ResolvedRecord[] {
  let baseName = "";
  let baseTime: number | undefined;
  let baseUnit: string | undefined;
  let baseValue: number | undefined;
  let baseSum: number | undefined;
  return pack.map((record, index) => {
    if (record.bver !== undefined && record.bver > VERSION) {
      refuse(
        "schema_mismatch",
        `bver: expected a version of SenML up to ${VERSION}, came ${record.bver}; a later version must not be read as this one.`,
      );
    }
    baseName = record.bn ?? baseName;
    baseTime = record.bt ?? baseTime;
    baseUnit = record.bu ?? baseUnit;
    baseValue = record.bv ?? baseValue;
    baseSum = record.bs ?? baseSum;
    const own = record.n ?? "";
    const name = baseName + own;
    if (name === "")
      refuse("schema_mismatch", `${index}: expected a name, n or bn, came a record without one.`);
    const other = record.vs !== undefined || record.vb !== undefined || record.vd !== undefined;
    const stated = baseTime !== undefined || record.t !== undefined;
    return {
      name,
      local: own !== "" && SEPARATORS.includes(baseName.at(-1) ?? "none") ? own : null,
      unit: record.u ?? baseUnit ?? null,
      time: stated ? (baseTime ?? 0) + (record.t ?? 0) : null,
      value:
        other || (record.v === undefined && baseValue === undefined)
          ? null
          : (baseValue ?? 0) + (record.v ?? 0),
      sum: record.s === undefined && baseSum === undefined ? null : (baseSum ?? 0) + (record.s ?? 0),
    };
  });
}

/** What a unit measures when the name does not say. */
const BY_UNIT: Readonly<Record<string, MetricName>> = {
  Cel: "temperature",
  "%RH": "humidity",
  "%EL": "battery",
  lx: "illuminance",
  Pa: "pressure",
  hPa: "pressure",
  W: "power",
  kW: "power",
  V: "voltage",
  mV: "voltage",
  A: "current",
  mA: "current",
  Hz: "frequency",
  VA: "apparent_power",
  var: "reactive_power",
  kWh: "energy_total",
  "W/m2": "solar_radiation",
};

/** What is measured on one device at one time. */
interface Group {
  readonly collector: Collector;
  lat?: number;
  lon?: number;
}

/**
 * The readings of a pack. Records of one device and one time make one reading. The device is the base name when that ends
 * in a separator, else the name up to a last part that is the name of a quantity, else the whole name.
 */
export function senmlReadings(pack: SenmlPack, { message }: DecodeContext): readonly DecodedReading[] {
  const collectors = new Map<string, Group>();
  const unused: string[] = [];
  // Records of one name and one time mostly stand together, so that little is looked up twice.
  let before: ResolvedRecord | undefined;
  let parts = { device: "", local: "" };
  let group: Group | undefined;
  for (const record of resolveSenml(pack)) {
    const { name, unit } = record;
    const isSameName = before?.name === name && before.local === record.local;
    const known = parts.device;
    if (!isSameName) parts = partsOf(record);
    const { device, local } = parts;
    if (group === undefined || device !== known || before?.time !== record.time) {
      const time = timeOf(record.time, message.receivedAt);
      const key = `${time}\n${device}`;
      group = collectors.get(key) ?? { collector: new Collector(device, time) };
      collectors.set(key, group);
    }
    before = record;
    if (unit === "lat" && record.value !== null) group.lat = record.value;
    else if (unit === "lon" && record.value !== null) group.lon = record.value;
    else if (!take(group.collector, record, local, device) && unused.length < 10) {
      unused.push(unit === null ? name : `${name} in ${unit}`);
    }
  }
  const readings: DecodedReading[] = [];
  for (const { collector, lat, lon } of collectors.values()) {
    if (lat !== undefined && lon !== undefined) collector.place({ lat, lon });
    readings.push(...collector.readings());
  }
  if (readings.length === 0) {
    refuse(
      "no_values",
      `The pack has no number whose name or unit kota knows; it has ${unused.map((name) => excerpt(name, 60)).join(", ") || "positions only"}.`,
    );
  }
  return readings;
}

function take(collector: Collector, record: ResolvedRecord, local: string, device: string): boolean {
  const { value, unit, sum } = record;
  if (value !== null) {
    const named = local === "" ? null : namedValue(lastPart(local), value, unit, device);
    if (named) {
      const channel = named.channel ?? local;
      if (named.apart) collector.addTo(channel, named.metric, named.value);
      else collector.add(named.metric, named.value, channel);
      return true;
    }
    const metric = unit !== null && Object.hasOwn(BY_UNIT, unit) ? BY_UNIT[unit] : undefined;
    const converted = metric && unit !== null ? inUnitOf(metric, value, unit) : undefined;
    if (metric === undefined || converted === undefined) return false;
    collector.add(metric, converted, local === "" ? "2" : local);
    return true;
  }
  // Power summed over seconds is energy in joules.
  if (sum !== null && unit === "W") {
    collector.add("energy_total", sum / 3.6e6, local === "" ? "2" : local);
    return true;
  }
  return false;
}

function lastPart(local: string): string {
  return local.slice(Math.max(local.lastIndexOf("/"), local.lastIndexOf(":")) + 1);
}

/** The name of a device and, within it, of what is measured; the latter is empty when the name is all the device's. */
function partsOf({ name, local }: ResolvedRecord): { device: string; local: string } {
  if (local !== null) {
    let end = name.length - local.length;
    while (end > 0 && SEPARATORS.includes(name.charAt(end - 1))) end--;
    const device = name.slice(0, end);
    if (device !== "") return { device, local };
  }
  for (const at of [Math.max(name.lastIndexOf(":"), name.lastIndexOf("/")), name.lastIndexOf("_")]) {
    const tail = name.slice(at + 1);
    if (at > 0 && commonName(tail)) return { device: name.slice(0, at), local: tail };
  }
  return { device: name, local: "" };
}

/** Null for 'now': the receive time. */
function timeOf(seconds: number | null, receivedAt: number): number | null {
  if (seconds === null || seconds === 0) return null;
  return Math.round((seconds < RELATIVE_BELOW ? receivedAt / 1000 + seconds : seconds) * 1000);
}
