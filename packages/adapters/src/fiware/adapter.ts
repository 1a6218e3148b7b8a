import type { MetricName } from "@kota/model";
import { z } from "zod";
import { type DecodeContext, type DecodedReading, defineAdapter } from "../adapter.ts";
import { Collector } from "../collector.ts";
import { zonedInstant } from "../device-time.ts";
import { excerpt, show } from "../explain.ts";
import { isObject, type JsonObject, member } from "../json.ts";
import { numberIn } from "../number.ts";
import { refuse } from "../refusal.ts";
import { inUnitOf } from "../units.ts";
import { type Attribute, attributeOf } from "./attributes.ts";
import { type AttributeValue, attributeValue, entitiesOf, localName, typeOf } from "./entity.ts";

export const fiware = defineAdapter({
  id: "fiware",
  title: "FIWARE Smart Data Models (NGSI-v2, NGSI-LD)",
  version: 1,
  source: "https://smartdatamodels.org/",
  claims: { shape: (json) => entitiesOf(json) !== null },
  schema: z.custom<object>(
    (json) => entitiesOf(json) !== null,
    "expected an NGSI entity with id and type, a list of them, or a notification",
  ),
  decode: (json, context) => {
    const entities = entitiesOf(json) ?? [];
    const unused: string[] = [];
    const readings = entities.flatMap((entity) => readEntity(entity, context, unused));
    if (readings.length === 0) {
      refuse(
        "no_values",
        `The entities hold no attribute that is a metric in a known unit; they have ${unused.map((name) => excerpt(name, 40)).join(", ") || "none at all"}.`,
        entities[0] ? deviceOf(entities[0]) : null,
      );
    }
    return readings;
  },
});

/** Attributes that say when the others were measured; of a period its end. The first that is there counts. */
const TIMES = [
  "dateObservedTo",
  "dateObserved",
  "observationDateTime",
  "TimeInstant",
  "binLoggedTime",
  "timestamp",
];

function readEntity(entity: JsonObject, context: DecodeContext, unused: string[]): DecodedReading[] {
  const device = deviceOf(entity);
  const type = typeOf(entity);
  const common = entityTime(entity, context, device);
  const position = positionOf(entity);
  const collectors = new Map<number | null, Collector>();
  const at = (time: number | null): Collector => {
    let collector = collectors.get(time);
    if (!collector) {
      collector = new Collector(device, time, position);
      collectors.set(time, collector);
    }
    return collector;
  };
  for (const key of Object.keys(entity)) {
    const name = localName(key);
    const attribute = attributeOf(name, type);
    if (!attribute) {
      if (unused.length < 10 && !["id", "type", "@context", "location", ...TIMES].includes(name))
        unused.push(name);
      continue;
    }
    const read = attributeValue(entity[key]);
    const time = read.at === undefined ? common : instantOf(read.at, name, context, device);
    if (!take(at(time), attribute, read, name, device) && unused.length < 10) unused.push(name);
  }
  takeParking(at(common), entity, type, device);
  return [...collectors.values()].flatMap((collector) => collector.readings());
}

function take(
  collector: Collector,
  attribute: Attribute,
  { value, unit }: AttributeValue,
  name: string,
  device: string,
): boolean {
  const { metric, phaseUnit } = attribute;
  if (isObject(value)) {
    if (phaseUnit === undefined) return false;
    for (const phase of Object.keys(value)) {
      const number = numberOf(value[phase], `${name}.${phase}`, device);
      const converted = number === null ? undefined : inUnitOf(metric, number, unit ?? phaseUnit);
      if (converted !== undefined) collector.addTo(phase, metric, converted);
    }
    return true;
  }
  const number = numberOf(value, name, device);
  if (number === null) return false;
  const converted = convert(attribute, number, unit, name, device);
  if (converted === undefined) return false;
  if (attribute.channel) collector.addTo(attribute.channel, metric, converted);
  else if (!collector.has(metric)) collector.set(metric, converted);
  return true;
}

/** Undefined: the attribute has no unit, and its model names none. */
function convert(
  attribute: Attribute,
  number: number,
  unit: string | null,
  name: string,
  device: string,
): number | undefined {
  const { metric, fraction } = attribute;
  if (metric === "battery" && number < 0) return undefined; // -1 is the model's 'not known'
  if (unit === null) {
    if (fraction) return number >= 0 && number <= 1 ? number * 100 : number;
    return attribute.unit === null ? undefined : inUnitOf(metric, number, attribute.unit);
  }
  // The models of sound are of A-weighted levels, and the code for a decibel cannot say so.
  if (unit === "2N" && attribute.unit === "dB(A)") return number;
  return (
    inUnitOf(metric, number, unit) ??
    refuse(
      "schema_mismatch",
      `${name}: expected a unit of ${metric}, came the unit code "${excerpt(unit, 30)}".`,
      device,
    )
  );
}

/** A flag or a list is not a measurement, whatever its name; a text that is no number is refused. */
function numberOf(value: unknown, field: string, device: string): number | null {
  if (typeof value === "boolean" || Array.isArray(value) || value === "urn:ngsi-ld:null") return null;
  return numberIn(value, field, device);
}

const SPOT: Readonly<Record<string, number>> = { free: 0, occupied: 100 };

/** One parking space is free or occupied; of a site, free spaces and their total give the share that is occupied. */
function takeParking(collector: Collector, entity: JsonObject, type: string, device: string): void {
  const put = (metric: MetricName, value: number): void => {
    if (!collector.has(metric)) collector.set(metric, value);
  };
  const field = (name: string): unknown => attributeValue(member(entity, name)).value;
  if (type === "ParkingSpot") {
    const status = field("status");
    const share = typeof status === "string" && Object.hasOwn(SPOT, status) ? SPOT[status] : undefined;
    if (share !== undefined) put("parking_occupancy", share);
    return;
  }
  const free = numberOf(field("availableSpotNumber"), "availableSpotNumber", device);
  const total = numberOf(field("totalSpotNumber"), "totalSpotNumber", device);
  if (free !== null && total !== null && total > 0) put("parking_occupancy", (1 - free / total) * 100);
}

const MOMENT = /[-_:.]*\d{4}-\d\d-\d\dT\d\d:?\d\d(?::?\d\d)?(?:\.\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?/g;

/** The entity's id. Some publishers make an entity of every observation and put its time into the id: it is cut out. */
function deviceOf(entity: JsonObject): string {
  const id = String(member(entity, "id"));
  return id.slice(0, 300).replaceAll(MOMENT, "") || id;
}

function entityTime(entity: JsonObject, context: DecodeContext, device: string): number | null {
  for (const name of TIMES) {
    const { value } = attributeValue(member(entity, name));
    if (value !== undefined && value !== null && value !== "") return instantOf(value, name, context, device);
  }
  return null;
}

function instantOf(value: unknown, name: string, { message, zone }: DecodeContext, device: string): number {
  if (typeof value === "string") {
    // ISO 8601 writes a period as start and end.
    const end = value.slice(value.lastIndexOf("/") + 1);
    const instant = zonedInstant(end, zone, message.receivedAt);
    if (instant !== null) return instant;
  }
  return refuse("time_invalid", `${name}: expected an ISO 8601 time, came ${show(value)}.`, device);
}

function positionOf(entity: JsonObject): DecodedReading["position"] {
  const { value } = attributeValue(member(entity, "location"));
  const coordinates =
    isObject(value) && member(value, "type") === "Point" ? member(value, "coordinates") : null;
  if (!Array.isArray(coordinates)) return undefined;
  const [lon, lat] = coordinates as readonly unknown[];
  const valid =
    typeof lon === "number" && typeof lat === "number" && Math.abs(lat) <= 90 && Math.abs(lon) <= 180;
  return valid ? { lat, lon } : undefined;
}
