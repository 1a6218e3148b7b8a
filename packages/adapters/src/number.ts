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
