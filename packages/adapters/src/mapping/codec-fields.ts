import type { Collector } from "../collector.ts";
import { takeCommonValues } from "../common-values.ts";
import type { JsonObject } from "../json.ts";
import { numberIn } from "../number.ts";
import type { CodecMapping } from "./codec-mapping.ts";
import { lookUp } from "./lookup.ts";
import { numberFrom } from "./values.ts";

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
