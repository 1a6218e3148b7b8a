import { show } from "./explain.ts";
import { refuse } from "./refusal.ts";

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?$/;

/**
 * The number in a JSON value that should hold one: a number, or its text. Null stands for 'nothing measured'.
 * Anything else is refused as `not_a_number`, so that no value is lost in silence.
 */
export function numberIn(value: unknown, field: string, device: string | null): number | null {
  if (typeof value === "number" && Number.isFinite(value)) return value;
  if (value === null || value === undefined) return null;
  if (typeof value === "string" && NUMBER.test(value)) {
    const number = Number(value);
    if (Number.isFinite(number)) return number;
  }
  return refuse("not_a_number", `${field}: expected a number, came ${show(value)}.`, device);
}

const WITH_UNIT = /^([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?)\s*([^\d\s][^\d]{0,14}\d?)$/;

/** A number and its unit in one text: `12.5 V`, `23.4°C`, `7 µg/m3`. Null: the text is something else. */
export function numberAndUnit(text: string): { readonly number: number; readonly unit: string } | null {
  const match = text.length > 60 ? null : WITH_UNIT.exec(text.trim());
  const number = Number(match?.[1]);
  return match?.[2] === undefined || !Number.isFinite(number) ? null : { number, unit: match[2].trim() };
}
