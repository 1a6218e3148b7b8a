import { inUnit } from "./concentration.ts";
import { wholeSteps } from "./decimal.ts";
import type { AirState } from "./gas-conversion.ts";
import { type Averaging, POLLUTANTS, type Pollutant, type Unit } from "./pollutant.ts";
import { isRefused, type Refused, refused } from "./refused.ts";
import { categoryOf } from "./table.ts";
import { US_EPA_AQI_2024, type UsEpaScale } from "./tables/us-epa-aqi-2024.ts";

export interface UsEpaAqi {
  /** 0 to 500. */
  readonly aqi: number;
  readonly category: string;
  readonly pollutant: Pollutant;
  readonly averaging: Averaging;
  /** The concentration that met the table, in the table's unit. */
  readonly truncated: number;
  readonly unit: Unit;
  readonly table: string;
  readonly version: string;
}

/** The rows in whole steps of the truncation: the interpolation is then exact in whole numbers. */
interface CountedScale extends UsEpaScale {
  readonly counted: readonly (readonly [number, number, number, number])[];
}

const SCALES: readonly CountedScale[] = US_EPA_AQI_2024.scales.map((scale) => ({
  ...scale,
  counted: scale.rows.map(
    ([cLow, cHigh, iLow, iHigh]) =>
      [wholeSteps(cLow, scale.decimals), wholeSteps(cHigh, scale.decimals), iLow, iHigh] as const,
  ),
}));
const BY_POLLUTANT: ReadonlyMap<Pollutant, readonly CountedScale[]> = new Map(
  POLLUTANTS.map((pollutant) => [pollutant, SCALES.filter((scale) => scale.pollutant === pollutant)]),
);

/**
 * The US EPA AQI of one pollutant: convert to the table's unit, truncate, interpolate, round half up.
 * Source: 40 CFR Part 58 Appendix G with the breakpoints of May 2024 (see {@link US_EPA_AQI_2024}).
 * Valid for the averaging times of the table only: PM 24 h, O3 8 h (to 0.200 ppm) and 1 h (from 0.125 ppm), CO 8 h,
 * SO2 1 h (to 304 ppb) and 24 h (from 305 ppb), NO2 1 h. Gases in µg/m³ need `air`. Where O3 or SO2 has both averaging
 * times the larger index counts.
 */
export function usEpaAqi(
  pollutant: Pollutant,
  averaging: Averaging | undefined,
  concentration: number,
  unit: Unit,
  air?: AirState,
): UsEpaAqi | Refused {
  const scale = scaleOf(pollutant, averaging);
  if (isRefused(scale)) return scale;
  const value = inUnit(pollutant, concentration, unit, scale.unit, air);
  if (typeof value !== "number") return value;
  const steps = wholeSteps(value, scale.decimals);
  for (const [cLow, cHigh, iLow, iHigh] of scale.counted) {
    if (steps > cHigh) continue;
    if (steps < cLow) break;
    const span = cHigh - cLow;
    // Half up in whole numbers: floor((2n + d) / 2d) is n/d rounded.
    const aqi = iLow + Math.floor((2 * (iHigh - iLow) * (steps - cLow) + span) / (2 * span));
    return answerOf(scale, aqi, steps);
  }
  return outside(scale, steps);
}

/**
 * The AQI of SO2 by both of its averaging times: that of the 24-hour mean from 305 ppb on, else that of the 1-hour
 * maximum, which is 200 from 305 ppb on. `averaging` in the answer says which one counted.
 */
export function usEpaSo2Aqi(oneHour: number, day: number, unit: Unit, air?: AirState): UsEpaAqi | Refused {
  const byDay = usEpaAqi("SO2", "24h", day, unit, air);
  if (!isRefused(byDay)) return byDay;
  const dayPpb = inUnit("SO2", day, unit, "ppb", air);
  if (typeof dayPpb !== "number") return dayPpb;
  if (wholeSteps(dayPpb, 0) > 304) return byDay;
  const byHour = usEpaAqi("SO2", "1h", oneHour, unit, air);
  if (!isRefused(byHour) || byHour.error.code !== "out_of_table") return byHour;
  const scale = scaleOf("SO2", "1h");
  const hourPpb = inUnit("SO2", oneHour, unit, "ppb", air);
  if (isRefused(scale) || typeof hourPpb !== "number") return byHour;
  return answerOf(scale, 200, wholeSteps(hourPpb, 0));
}

/** The name of the category of an AQI of 0 to 500. */
export function usEpaCategory(aqi: number): string {
  return categoryOf(US_EPA_AQI_2024.categories, aqi);
}

/** The scale of a pollutant; without an averaging time the only one there is. */
function scaleOf(pollutant: Pollutant, averaging: Averaging | undefined): CountedScale | Refused {
  const scales = BY_POLLUTANT.get(pollutant) ?? [];
  const scale = averaging === undefined ? scales[0] : scales.find((one) => one.averaging === averaging);
  if (scale !== undefined && (averaging !== undefined || scales.length === 1)) return scale;
  if (scales.length === 0) {
    return refused("unsupported_averaging", `The US EPA AQI does not know ${pollutant}.`);
  }
  const known = scales.map((one) => one.averaging).join(" or ");
  return refused(
    "unsupported_averaging",
    `The US EPA AQI defines ${pollutant} for ${known}, not for ${averaging ?? "an unstated averaging time"}.`,
  );
}

function answerOf(scale: CountedScale, aqi: number, steps: number): UsEpaAqi {
  return {
    aqi,
    category: usEpaCategory(aqi),
    pollutant: scale.pollutant,
    averaging: scale.averaging,
    truncated: steps / 10 ** scale.decimals,
    unit: scale.unit,
    table: US_EPA_AQI_2024.table,
    version: US_EPA_AQI_2024.version,
  };
}

function outside(scale: CountedScale, steps: number): Refused {
  const first = scale.counted[0];
  if (first !== undefined && steps < first[0]) {
    return refused("out_of_table", scale.below ?? "Below the table.");
  }
  if (scale.above !== undefined) return refused("out_of_table", scale.above);
  const top = scale.rows.at(-1)?.[1];
  return refused(
    "out_of_table",
    `Beyond the AQI: ${scale.pollutant} above ${top} ${scale.unit} has no number; treat it as Hazardous.`,
    "Hazardous",
  );
}
