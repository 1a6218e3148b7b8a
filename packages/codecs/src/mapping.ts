import { KotaError, type MetricName, metric } from "@kota/model";
import { z } from "zod";
import type { JsonObject, JsonValue } from "./codec-result.ts";

const MAX_FIELDS = 500;
const MAX_UNKNOWN = 10;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?$/;

const Metric = z.custom<MetricName>((name) => typeof name === "string" && metric(name) !== undefined, {
  error: ({ input }) => `expected a name of the metric catalogue, came ${JSON.stringify(input)}`,
});

const Target = z.union(
  [
    Metric.transform((name) => ({ metric: name, scale: 1, offset: 0, channel: null })),
    z.strictObject({
      metric: Metric,
      /** `scale × value + offset` is in the unit of the catalogue. */
      scale: z.number().default(1),
      offset: z.number().default(0),
      /** For a sensor that is not the device's main one of its metric. */
      channel: z
        .string()
        .regex(/^[\w.:-]{1,40}$/)
        .nullable()
        .default(null),
    }),
    z.null(),
  ],
  {
    error:
      "expected a name of the metric catalogue, { metric, scale, offset, channel }, or null for a field to leave out",
  },
);

/** Which fields of a codec's data become which metrics, as it stands in a city's folder. */
export const FieldMapping = z.strictObject({
  /** By path: `temperature`, `probe.temp`, `channels.0.value`. Null leaves the field out. */
  fields: z.record(z.string().min(1), Target).default({}),
  /** Fields that are not named here: taken when their name is a common one, or left out. */
  others: z.enum(["common", "ignore"]).default("common"),
});
export type FieldMapping = z.infer<typeof FieldMapping>;

/** Throws KotaError `city_invalid` that names every wrong entry. */
export function parseFieldMapping(value: unknown): FieldMapping {
  const parsed = FieldMapping.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(
    (issue) => `${issue.path.join(".") || "mapping"}: ${issue.message}`,
  );
  throw new KotaError("city_invalid", `The field mapping is not valid: ${problems.join("; ")}.`);
}

/** What a field measures by its name alone, with the number that its name ends in, or null when it tells nothing. */
export type CommonNames = (name: string) => {
  readonly entry: {
    readonly metric: MetricName;
    readonly convert?: (value: number) => number;
    readonly channel?: string;
  };
  readonly number: string | null;
} | null;

export interface MappedValue {
  readonly metric: MetricName;
  /** In the unit of the catalogue. */
  readonly value: number;
  /** Null: the device's main sensor of this metric. */
  readonly channel: string | null;
  /** The path of the field. */
  readonly field: string;
}

export interface MappedFields {
  /** At most one of a metric and channel, the first. */
  readonly values: readonly MappedValue[];
  /** Paths of the first 10 fields that nothing is known about. */
  readonly unknown: readonly string[];
  /** Paths of fields with a meaning whose value is no number. */
  readonly unreadable: readonly string[];
}

/**
 * The metrics in a codec's data. A field that the mapping names is what it says. Any other is taken by its name, or by
 * that of the group it is in and its own together. Numbers as text count as numbers, null as nothing measured. When a
 * metric comes twice, the second gets the number in its name or its path as a channel.
 */
export function mapFields(data: JsonObject, mapping: FieldMapping, common: CommonNames): MappedFields {
  const values: MappedValue[] = [];
  const unknown: string[] = [];
  const unreadable: string[] = [];
  const taken = new Set<string>();

  function take(field: string, came: JsonValue | undefined, meaning: Meaning): void {
    if (came === null || came === undefined) return;
    const number = typeof came === "string" && NUMBER.test(came) ? Number(came) : came;
    const value = typeof number === "number" ? meaning.convert(number) : Number.NaN;
    if (!Number.isFinite(value)) {
      unreadable.push(field);
      return;
    }
    const channel = meaning.channel ?? (taken.has(`${meaning.metric} `) ? meaning.second : null);
    const key = `${meaning.metric} ${channel ?? ""}`;
    if (taken.has(key)) return;
    taken.add(key);
    values.push({ metric: meaning.metric, value, channel, field });
  }

  /** Whether what the name means is all that there is to the field. */
  function takeByName({ key, path, group, value }: Field): boolean {
    const found = (group && common(group + key)) || common(key);
    const nested = isGroup(value);
    if (!found || (nested && !Object.hasOwn(value, "value"))) return false;
    const { metric: name, convert = (number) => number, channel = null } = found.entry;
    const meaning = { metric: name, convert, channel, second: found.number ?? channelOf(path) };
    if (nested) take(`${path}.value`, (value as JsonObject).value, meaning);
    else take(path, value, meaning);
    return true;
  }

  /** What the mapping names comes first, so that it is the device's main sensor beside one with a common name. */
  const rest: Field[] = [];
  for (const field of fieldsOf(data, (path) => Object.hasOwn(mapping.fields, path))) {
    const target = Object.hasOwn(mapping.fields, field.path) ? mapping.fields[field.path] : undefined;
    if (target === undefined) {
      rest.push(field);
    } else if (target !== null) {
      const { scale, offset } = target;
      take(field.path, field.value, {
        ...target,
        convert: (number) => number * scale + offset,
        second: channelOf(field.path),
      });
    }
  }
  if (mapping.others === "common") {
    let within = "";
    for (const field of rest) {
      if (within !== "" && field.path.startsWith(within)) continue;
      if (takeByName(field)) within = `${field.path}.`;
      else if (!isGroup(field.value) && unknown.length < MAX_UNKNOWN) unknown.push(field.path);
    }
  }
  return { values, unknown, unreadable };
}

interface Meaning {
  readonly metric: MetricName;
  readonly convert: (value: number) => number;
  readonly channel: string | null;
  /** The channel when the device has its main sensor of the metric already. */
  readonly second: string;
}

interface Field {
  readonly key: string;
  readonly path: string;
  /** The name of what the field is in, without numbers; empty at the top. */
  readonly group: string;
  readonly value: JsonValue;
}

/** Every field, those with fields of their own before these. What is inside of an `opaque` one is not looked at. */
function fieldsOf(data: JsonObject, opaque: (path: string) => boolean): Field[] {
  const fields: Field[] = [];
  function walk(group: JsonObject | readonly JsonValue[], prefix: string, name: string): void {
    for (const [key, value] of Object.entries(group)) {
      if (fields.length >= MAX_FIELDS) return;
      const path = prefix + key;
      fields.push({ key, path, group: name, value });
      if (isGroup(value) && !opaque(path)) walk(value, `${path}.`, /^\d+$/.test(key) ? name : key);
    }
  }
  walk(data, "", "");
  return fields;
}

function isGroup(value: JsonValue | undefined): value is JsonObject | readonly JsonValue[] {
  return typeof value === "object" && value !== null;
}

function channelOf(path: string): string {
  return path.replaceAll(/[^\w.:-]/g, "_").slice(0, 40);
}
