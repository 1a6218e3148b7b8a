import { z } from "zod";
import type { Collector } from "../collector.ts";
import { takeCommonValues } from "../common-values.ts";
import type { JsonObject } from "../json.ts";
import { numberIn } from "../number.ts";
import { lookUp } from "./lookup.ts";
import { parseDescription } from "./parse-mapping.ts";
import { Field, path, sameTwice, shortField } from "./schema.ts";
import { numberFrom } from "./values.ts";

/** Which fields of what a codec decoded are which metrics; the others are taken by their names, or not at all. */
const CodecMapping = z.strictObject({
  /** As in a mapping; null leaves a field, or a group of fields, out. */
  fields: z
    .record(path, z.union([shortField, Field, z.null()]))
    .refine((map) => sameTwice(map) === null, {
      error: (issue) =>
        `${sameTwice(issue.input as Record<string, Field | null>)} are the same metric of the same device; give one a channel`,
    })
    .default({}),
  /** Fields that are not named above: taken when their name is a common one, or left out. */
  others: z.enum(["common", "ignore"]).default("common"),
});
export type CodecMapping = z.infer<typeof CodecMapping>;

/** @throws KotaError `city_invalid` that names file, key, what was expected and what came. */
export function parseCodecMapping(text: string, file: string): CodecMapping {
  return parseDescription(CodecMapping, text, file);
}

/**
 * Takes what a codec decoded. What the mapping names is the device's main sensor of its metric, so that a field with a
 * common name gets a channel beside it. Returns names that nothing is known about.
 */
export function takeCodecFields(
  collector: Collector,
  decoded: JsonObject,
  mapping: CodecMapping | null,
  device: string,
): string[] {
  if (mapping === null) return takeCommonValues(collector, decoded, device);
  const { fields, others } = mapping;
  for (const [name, field] of Object.entries(fields)) {
    if (field === null) continue;
    const number = numberFrom(field, lookUp(decoded, name), name, device, numberIn);
    if (number === null) continue;
    if (field.channel === undefined) collector.set(field.metric, number);
    else collector.addTo(field.channel, field.metric, number);
  }
  return others === "ignore"
    ? []
    : takeCommonValues(collector, decoded, device, (name) => Object.hasOwn(fields, name));
}
