import { METRICS, type MetricName, metric } from "@kota/model";
import { z } from "zod";
import { didYouMean } from "../did-you-mean.ts";
import { excerpt } from "../explain.ts";
import { inUnitOf, isUnit } from "../units.ts";
import { parseTimeFormat } from "./time-format.ts";

const Metric = z.string().transform((name, context): MetricName => {
  if (metric(name)) return name as MetricName;
  const meant = didYouMean(name);
  context.addIssue({
    code: "custom",
    message: `the metric catalogue has no '${excerpt(name, 60)}'${meant ? `; did you mean '${meant}'?` : ""}`,
  });
  return z.NEVER;
});

export const Field = z
  .strictObject({
    metric: Metric,
    /** The unit of the number after scale and offset; default: that of the catalogue. */
    unit: z
      .string()
      .refine(isUnit, { error: (issue) => `kota does not know the unit '${issue.input}'` })
      .optional(),
    /** The number is multiplied by this … */
    scale: z.number().default(1),
    /** … and then this is added. */
    offset: z.number().default(0),
    /** Numbers that stand for texts: `free: 0`. */
    texts: z.record(z.string(), z.number()).optional(),
    /** Values that say 'nothing measured'. Null and the empty text always do. */
    absent: z.array(z.union([z.number(), z.string()])).default([]),
    /** For a further sensor of a device that has several of this metric. */
    channel: z
      .string()
      .regex(/^[\w.:-]{1,40}$/, "use letters, digits, '.', ':', '_' or '-', at most 40")
      .optional(),
  })
  .refine(({ metric, unit }) => unit === undefined || inUnitOf(metric, 1, unit) !== undefined, {
    error: (issue) => {
      const { metric, unit } = issue.input as { metric: MetricName; unit: string };
      return `${metric} is in ${METRICS[metric].unit}, which '${unit}' cannot be converted to`;
    },
  });
export type Field = z.infer<typeof Field>;

/** The name of a metric alone. */
export const shortField = Metric.transform(
  (name): Field => ({ metric: name, scale: 1, offset: 0, absent: [] }),
);

export const path = z.string().min(1).max(200);
const paths = z.union([path.transform((one) => [one]), z.array(path).min(1).max(4)]);

const Device = z.union([
  /** A level of the topic: 1 is the first, -1 the last. */
  z.strictObject({
    topicLevel: z.int().refine((level) => level !== 0, "levels count from 1, or back from -1"),
  }),
  /** A field of the payload or row, or several joined by '/'. */
  z.strictObject({ field: paths }),
  /** The same device for every message. */
  z.strictObject({ id: z.string().min(1).max(200) }),
]);
export type Device = z.infer<typeof Device>;

const Time = z.strictObject({
  /** A field of the payload or row; several are joined by a blank. */
  field: paths,
  /** `iso`, `unix-seconds`, `unix-milliseconds`, or a pattern such as `dd.MM.yyyy HH:mm:ss`. */
  format: z
    .string()
    .refine((format) => parseTimeFormat(format) !== null, {
      message:
        "use iso, unix-seconds, unix-milliseconds, or a pattern of yyyy, yy, MM, dd, HH, mm, ss, SSS with year, month and day",
    })
    .default("iso"),
  /** Of times without one; default: the city's. */
  zone: z.string().refine(isTimeZone, "use an IANA time zone such as 'Europe/Berlin'").optional(),
});
export type Time = z.infer<typeof Time>;

const common = {
  title: z.string().min(1).max(100),
  /** Raise it whenever the same message would decode to something else. */
  version: z.int().min(1).default(1),
  /** The vendor's documentation. */
  source: z.string().default(""),
  topics: z.array(z.string().min(1)).min(1),
};

const fields = z
  .record(path, z.union([shortField, Field]))
  .refine((map) => Object.keys(map).length > 0, "name at least one field")
  .refine((map) => sameTwice(map) === null, {
    error: (issue) =>
      `${sameTwice(issue.input as Record<string, Field>)} are the same metric of the same device; give one a channel`,
  });

/** Two fields that are one metric of one sensor, in a sentence; null: there are none. */
export function sameTwice(map: Readonly<Record<string, Field | null>>): string | null {
  const seen = new Map<string, string>();
  for (const [name, field] of Object.entries(map)) {
    if (field === null) continue;
    const { metric, channel = "" } = field;
    const key = `${metric}:${channel}`;
    const other = seen.get(key);
    if (other !== undefined) return `'${other}' and '${name}'`;
    seen.set(key, name);
  }
  return null;
}

/** A mapping file: what a device family sends, said without code. */
export const Mapping = z.discriminatedUnion("format", [
  z.strictObject({
    ...common,
    format: z.literal("json"),
    device: Device,
    time: Time.optional(),
    /** A list in the payload, each element of which is a reading; paths begin in the element, then in the payload. */
    rows: path.optional(),
    /** A list of names with values, which then count as fields. */
    pairs: z.strictObject({ list: path, name: path, value: path }).optional(),
    fields,
  }),
  z.strictObject({
    ...common,
    format: z.literal("csv"),
    device: Device,
    time: Time.optional(),
    separator: z.string().length(1).default(","),
    /** The names of the columns; default: the first line has them. */
    columns: z.array(z.string().min(1)).min(1).optional(),
    decimal: z.enum([".", ","]).default("."),
    fields,
  }),
  z.strictObject({
    ...common,
    format: z.literal("cayenne-lpp"),
    device: Device,
    time: Time.optional(),
    /** The field of a JSON payload that holds the bytes; default: the payload is the bytes. */
    base64: path.optional(),
  }),
  z.strictObject({
    ...common,
    format: z.literal("sparkplug-b"),
    /** By the full name of the metric; others are taken by the last part of their name. */
    fields,
  }),
]);
export type Mapping = z.infer<typeof Mapping>;

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
