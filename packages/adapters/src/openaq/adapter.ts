import type { MetricName } from "@kota/model";
import { z } from "zod";
import { type DecodeContext, type DecodedReading, defineAdapter } from "../adapter.ts";
import type { Announced } from "../announcements.ts";
import { utcInstant } from "../device-time.ts";
import { excerpt } from "../explain.ts";
import { isObject, member } from "../json.ts";
import { refuse } from "../refusal.ts";
import { inUnitOf } from "../units.ts";

const Parameter = z.object({ name: z.string(), units: z.string() });
const Moment = z.object({ utc: z.string() });

/** GET /v3/sensors/{id}/measurements, and its hours and days. */
const Measurement = z.object({
  value: z.number().nullable(),
  parameter: Parameter,
  period: z.object({ datetimeTo: Moment }),
});

/** GET /v3/locations/{id}/latest: neither parameter nor unit, only the sensor. */
const Latest = z.object({
  value: z.number().nullable(),
  datetime: Moment,
  sensorsId: z.number().int(),
  locationsId: z.number().int(),
  coordinates: z.object({ latitude: z.number(), longitude: z.number() }).nullish(),
});

/** GET /v3/locations and /v3/locations/{id}: which sensors measure what. */
const Location = z.object({
  id: z.number().int(),
  sensors: z.array(z.object({ id: z.number().int(), parameter: Parameter })),
});

const Response = z.object({
  results: z.union([
    z.array(Measurement).min(1),
    z.array(Latest).min(1),
    z.array(Location).min(1),
    z.array(z.never()).max(0),
  ]),
});
type Response = z.infer<typeof Response>;

export const openaq = defineAdapter({
  id: "openaq",
  title: "OpenAQ v3",
  version: 1,
  source: "https://docs.openaq.org/",
  claims: {
    topics: ["openaq/v3/#"],
    shape: (json) => {
      if (!isObject(json)) return false;
      const meta = member(json, "meta");
      return isObject(meta) && member(meta, "name") === "openaq-api";
    },
  },
  schema: Response,
  announcement: Parameter,
  decode,
});

const METRICS = new Map<string, MetricName>([
  ["pm1", "pm1"],
  ["pm25", "pm2_5"],
  ["pm4", "pm4"],
  ["pm10", "pm10"],
  ["no2", "no2"],
  ["no", "no"],
  ["nox", "nox"],
  ["o3", "o3"],
  ["so2", "so2"],
  ["co", "co"],
  ["co2", "co2"],
  ["temperature", "temperature"],
  ["relativehumidity", "humidity"],
  ["pressure", "pressure"],
  ["wind_speed", "wind_speed"],
  ["wind_direction", "wind_direction"],
]);

function decode({ results }: Response, { message, announced }: DecodeContext): readonly DecodedReading[] {
  const readings: DecodedReading[] = [];
  const unused = new Set<string>();
  const add = (
    device: string,
    time: number,
    { name, units }: z.infer<typeof Parameter>,
    value: number,
    position: DecodedReading["position"],
  ): void => {
    const metric = METRICS.get(name.toLowerCase());
    // Relative humidity and temperature come as `%` and `c`.
    const converted =
      metric && inUnitOf(metric, value, units === "c" || units === "f" ? units.toUpperCase() : units);
    if (metric === undefined || converted === undefined) unused.add(`${name} in ${units}`);
    else readings.push({ device, time, values: { [metric]: converted }, ...(position ? { position } : {}) });
  };
  for (const result of results) {
    if ("parameter" in result) {
      if (result.value === null) continue;
      const device = sensorOf(message.topic);
      add(device, instant(result.period.datetimeTo.utc, device), result.parameter, result.value, undefined);
    } else if ("sensorsId" in result) {
      if (result.value === null) continue;
      const device = String(result.sensorsId);
      const parameter = parameterOf(announced, device, result.locationsId);
      const at = result.coordinates;
      const position = at ? { lat: at.latitude, lon: at.longitude } : undefined;
      add(device, instant(result.datetime.utc, device), parameter, result.value, position);
    } else {
      for (const { id, parameter } of result.sensors) announced.set(String(id), "", parameter);
    }
  }
  if (readings.length === 0) {
    const lists = results.some((result) => "sensors" in result);
    refuse(
      "no_values",
      lists
        ? "The response says which sensors the locations have: kota keeps that for their measurements. It holds no measurement."
        : unused.size > 0
          ? `The response holds no parameter that is a metric; it has ${[...unused].map((name) => excerpt(name, 40)).join(", ")}.`
          : "The response holds no measurement.",
    );
  }
  return readings;
}

/** The sensor stands in the path of the request only. */
function sensorOf(topic: string): string {
  return (
    /(?:^|\/)sensors\/(\d{1,15})(?:\/|$)/.exec(topic)?.[1] ??
    refuse(
      "schema_mismatch",
      "The response does not say which sensor measured: publish it on the path of its request, such as 'openaq/v3/sensors/3916/measurements'.",
    )
  );
}

function parameterOf(announced: Announced, sensor: string, location: number): z.infer<typeof Parameter> {
  const known = announced.get(sensor)?.get("") as z.infer<typeof Parameter> | undefined;
  return (
    known ??
    refuse(
      "not_announced",
      `The response does not say what the sensor ${sensor} measures: kota needs the response of /v3/locations/${location} first. Publish that on 'openaq/v3/locations/${location}', then replay this message.`,
      sensor,
    )
  );
}

function instant(text: string, device: string): number {
  return (
    utcInstant(text) ??
    refuse("time_invalid", `Expected an ISO 8601 time, came the text "${excerpt(text, 40)}".`, device)
  );
}
