import type { Collector } from "../collector.ts";
import { show } from "../explain.ts";
import { numberAndUnit } from "../number.ts";
import { refuse } from "../refusal.ts";
import { inUnitOf, isUnit } from "../units.ts";
import { lookUp } from "./lookup.ts";
import type { Row } from "./rows.ts";
import type { Field } from "./schema.ts";

/** The number in a value; null: nothing was measured. Refuses what is no number. */
export type ReadNumber = (value: unknown, field: string, device: string) => number | null;
type ReadRow = (collector: Collector, row: Row, device: string) => void;

/** Takes the fields of a row: looked for in the row, then in the payload around it. */
export function rowReader(fields: Readonly<Record<string, Field>>, read: ReadNumber): ReadRow {
  const entries = Object.entries(fields);
  return (collector, { row, payload }, device) => {
    for (const [path, field] of entries) {
      const value = lookUp(row, path) ?? (row === payload ? undefined : lookUp(payload, path));
      const number = numberFrom(field, value, path, device, read);
      if (number === null) continue;
      if (field.channel === undefined) collector.set(field.metric, number);
      else collector.addTo(field.channel, field.metric, number);
    }
  };
}

/** The value of a field in the unit of its metric; null: nothing was measured. */
export function numberFrom(
  field: Field,
  value: unknown,
  path: string,
  device: string,
  read: ReadNumber,
): number | null {
  const { texts, absent, scale, offset, metric, unit } = field;
  if (value === undefined || value === null || value === "") return null;
  if ((typeof value === "number" || typeof value === "string") && absent.includes(value)) return null;
  const key = typeof value === "boolean" ? String(value) : value;
  const known = typeof key === "string" && texts && Object.hasOwn(texts, key) ? texts[key] : undefined;
  if (known === undefined && typeof value === "string") {
    const written = numberAndUnit(value);
    if (written && isUnit(written.unit)) return inWrittenUnit(field, written, value, path, device);
  }
  const number = known ?? read(value, path, device);
  if (number === null || absent.includes(number)) return null;
  const scaled = number * scale + offset;
  return unit === undefined ? scaled : (inUnitOf(metric, scaled, unit) ?? null);
}

/** What the text itself says about its unit counts, whatever the mapping says. */
function inWrittenUnit(
  { metric, scale, offset, absent }: Field,
  { number, unit }: { readonly number: number; readonly unit: string },
  text: string,
  path: string,
  device: string,
): number | null {
  if (absent.includes(number)) return null;
  return (
    inUnitOf(metric, number * scale + offset, unit) ??
    refuse(
      "schema_mismatch",
      `${path}: expected ${metric}, came ${show(text)}, which is something else.`,
      device,
    )
  );
}
