import { inUnit } from "./concentration.ts";
import { rounded, roundHalfUp } from "./decimal.ts";
import type { AirState } from "./gas-conversion.ts";
import type { Averaging, Pollutant, Unit } from "./pollutant.ts";
import { type Refused, refused } from "./refused.ts";
import { categoryOf } from "./table.ts";
import { ISPU_2020 } from "./tables/ispu-2020.ts";

export interface Ispu {
  /** 0 to 500, rounded half up. */
  readonly ispu: number;
  readonly category: string;
  readonly pollutant: Pollutant;
  readonly averaging: "24h";
  /** Before rounding, with two decimals. */
  readonly exact: number;
  /** There above 300, where only the category is official. */
  readonly note?: string;
  readonly table: string;
  readonly version: string;
}

const ABOVE_300 = "Above 300 the number is a convention; the category is official.";

/**
 * Indonesia's ISPU of one pollutant: straight lines between the anchors of {@link ISPU_2020}, rounded half up.
 * Source: Permen LHK P.14/2020. Valid for 24-hour means of all seven pollutants, up to the last anchor; an hourly
 * reading gives an indication only. Gases in ppb or ppm need `air` (Indonesia's standards refer to 25 °C and 1 atm).
 */
export function ispu(
  pollutant: Pollutant,
  averaging: Averaging | undefined,
  concentration: number,
  unit: Unit,
  air?: AirState,
): Ispu | Refused {
  if (averaging !== undefined && averaging !== "24h") {
    return refused("unsupported_averaging", `ISPU is defined for 24h means, not for ${averaging}.`);
  }
  const value = inUnit(pollutant, concentration, unit, "ug/m3", air);
  if (typeof value !== "number") return value;
  const anchors = ISPU_2020.anchors[pollutant];
  const indices = ISPU_2020.indices;
  for (let i = 1; i < anchors.length; i++) {
    const above = anchors[i] ?? Number.NaN;
    if (value > above) continue;
    const below = anchors[i - 1] ?? Number.NaN;
    const low = indices[i - 1] ?? Number.NaN;
    const exact = low + (((indices[i] ?? Number.NaN) - low) * (value - below)) / (above - below);
    const index = roundHalfUp(exact);
    return {
      ispu: index,
      category: ispuCategory(index),
      pollutant,
      averaging: "24h",
      exact: rounded(exact, 2),
      ...(index > 300 ? { note: ABOVE_300 } : {}),
      table: ISPU_2020.table,
      version: ISPU_2020.version,
    };
  }
  return refused(
    "out_of_table",
    `ISPU has no number for ${pollutant} above ${anchors.at(-1)} ug/m3; its category is Berbahaya.`,
    "Berbahaya",
  );
}

/** The official name of the category of an ISPU of 0 and more: 50 is Baik, 51 Sedang, 200 Tidak Sehat, 301 Berbahaya. */
export function ispuCategory(index: number): string {
  return categoryOf(ISPU_2020.categories, index);
}
