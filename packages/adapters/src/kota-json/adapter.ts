import { metric } from "@kota/model";
import { z } from "zod";
import { type DecodeContext, type DecodedReading, defineAdapter } from "../adapter.ts";
import { millisecondInstant, zonedInstant } from "../device-time.ts";
import { didYouMean } from "../did-you-mean.ts";
import { excerpt, show } from "../explain.ts";
import { anyObject, isObject, type JsonObject } from "../json.ts";
import { refuse } from "../refusal.ts";

export const Body = z.strictObject({
  device: z.string().min(1).optional(),
  time: z.union([z.string(), z.number()]).optional(),
  values: anyObject,
});
type Body = z.infer<typeof Body>;

const PREFIX = "kota/v1/";
const SLASH = 47;

export const kotaJson = defineAdapter({
  id: "kota-json",
  title: "kota JSON",
  version: 1,
  source: "packages/adapters/src/kota-json/README.md",
  claims: { topics: ["kota/v1/#"] },
  schema: z.union([Body, z.array(Body).min(1)]),
  fits: isBody,
  decode: (payload, context) =>
    Array.isArray(payload) ? payload.map((body) => reading(body, context)) : [reading(payload, context)],
});

/** One body, as devices send it; lists are left to the schema. */
export function isBody(json: unknown): json is Body {
  if (!isObject(json)) return false;
  let values = false;
  for (const key in json) {
    const member = json[key];
    switch (key) {
      case "device":
        if (typeof member !== "string" || member === "") return false;
        break;
      case "time":
        if (typeof member !== "string" && !(typeof member === "number" && Number.isFinite(member)))
          return false;
        break;
      case "values":
        if (!isObject(member)) return false;
        values = true;
        break;
      default:
        return false;
    }
  }
  return values;
}

function reading(body: Body, context: DecodeContext): DecodedReading {
  const device = deviceOf(body, context.message.topic);
  return {
    device,
    time: timeOf(body.time, context, device),
    values: checked(body.values, device),
  };
}

/**
 * The last level of the topic, so that who may publish as a device is the broker's to say; a `device` in the body has to
 * agree with it. On `kota/v1` itself the body names the device.
 */
function deviceOf(body: Body, topic: string): string {
  const level = topic.startsWith(PREFIX) ? lastLevel(topic) : "";
  if (level === "") {
    return (
      body.device ?? refuse("schema_mismatch", "device is missing: the topic 'kota/v1' names none either.")
    );
  }
  if (body.device !== undefined && body.device !== level) {
    refuse(
      "schema_mismatch",
      `device: expected '${excerpt(level, 60)}' as in the topic, came '${excerpt(body.device, 60)}'. Publish for several devices on 'kota/v1'.`,
      level,
    );
  }
  return level;
}

/** As `lastIndexOf` would have it, which is a call out of the optimised code for each message. */
function lastLevel(topic: string): string {
  let start = topic.length;
  while (start > 0 && topic.charCodeAt(start - 1) !== SLASH) start--;
  return topic.slice(start);
}

function timeOf(
  time: string | number | undefined,
  { message, zone }: DecodeContext,
  device: string,
): number | null {
  if (time === undefined) return null;
  if (typeof time === "number") return millisecondInstant(time, "time", device);
  return (
    zonedInstant(time, zone, message.receivedAt) ??
    refuse(
      "time_invalid",
      `time: expected ISO 8601 such as "2026-11-24T19:06:33Z" or Unix milliseconds, came the text "${excerpt(time, 40)}".`,
      device,
    )
  );
}

/** The values as they came, once every name is a metric and every value a finite number. */
function checked(values: JsonObject, device: string): Readonly<Record<string, number>> {
  let empty = true;
  for (const name in values) {
    empty = false;
    if (metric(name) === undefined) {
      const meant = didYouMean(name);
      refuse(
        "unknown_metric",
        `values.${excerpt(name, 60)}: there is no such metric${meant ? `; did you mean '${meant}'?` : ". The metric catalogue lists those there are."}`,
        device,
      );
    }
    const value = values[name];
    if (typeof value !== "number" || !Number.isFinite(value)) {
      const hint =
        typeof value === "string"
          ? " Send it without quotes."
          : value === null
            ? " Leave it out instead."
            : "";
      refuse("not_a_number", `values.${name}: expected a finite number, came ${show(value)}.${hint}`, device);
    }
  }
  if (empty) refuse("no_values", "values is empty: expected at least one metric.", device);
  return values as Readonly<Record<string, number>>;
}
