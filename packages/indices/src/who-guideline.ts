import { inUnit } from "./concentration.ts";
import { rounded } from "./decimal.ts";
import type { AirState } from "./gas-conversion.ts";
import type { Pollutant, Unit } from "./pollutant.ts";
import { type Refused, refused } from "./refused.ts";
import { WHO_2021, type WhoAveraging } from "./tables/who-2021.ts";

export interface WhoRatio {
  /** Concentration over guideline level, three decimals; up to 1 the guideline is met. */
  readonly ratio: number;
  readonly guideline: number;
  readonly unit: Unit;
  /** The strictest level that is met: `guideline`, `interim 4` … `interim 1`, or null. */
  readonly meets: string | null;
  readonly pollutant: Pollutant;
  readonly averaging: WhoAveraging;
  readonly table: string;
  readonly version: string;
}

/**
 * A concentration as a multiple of its WHO guideline level of 2021, and the strictest level it meets.
 * Source: {@link WHO_2021}. Valid for the averaging times of the guidelines: PM and NO2 24 h and annual, O3 8 h and peak
 * season, SO2 and CO 24 h. Gases in ppb or ppm need `air`.
 */
export function whoRatio(
  pollutant: Pollutant,
  averaging: WhoAveraging,
  concentration: number,
  unit: Unit,
  air?: AirState,
): WhoRatio | Refused {
  const level = WHO_2021.levels.find((one) => one.pollutant === pollutant && one.averaging === averaging);
  if (level === undefined) {
    return refused("unsupported_averaging", `WHO 2021 has no guideline level for ${pollutant} ${averaging}.`);
  }
  const value = inUnit(pollutant, concentration, unit, level.unit, air);
  if (typeof value !== "number") return value;
  return {
    ratio: rounded(value / level.guideline, 3),
    guideline: level.guideline,
    unit: level.unit,
    meets: value <= level.guideline ? "guideline" : interimTargetMet(level.interimTargets, value),
    pollutant,
    averaging,
    table: WHO_2021.table,
    version: WHO_2021.version,
  };
}

function interimTargetMet(targets: readonly number[], value: number): string | null {
  const met = targets.findLastIndex((target) => value <= target);
  return met < 0 ? null : `interim ${met + 1}`;
}
