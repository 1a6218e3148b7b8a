import { withUnit } from "@kota/model/shown-unit";
import type { Format } from "../../format/format.ts";
import type { Words } from "../../i18n/words.ts";

/** A value of an alert with its unit; a length of time in words. */
export function shownValue(value: number, unit: string | null, words: Words, format: Format): string {
  if (unit === "ms") return words.length(value);
  return withUnit(format.number(value, Number.isInteger(value) ? 0 : 1), unit);
}
