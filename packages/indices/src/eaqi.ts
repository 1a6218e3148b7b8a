import { inUnit } from "./concentration.ts";
import type { AirState } from "./gas-conversion.ts";
import type { Averaging, Pollutant, Unit } from "./pollutant.ts";
import { type Refused, refused } from "./refused.ts";
import { EAQI_2024, type EaqiPollutant } from "./tables/eaqi-2024.ts";

export interface Eaqi {
  /** 1 (good) to 6 (extremely poor). */
  readonly band: number;
  readonly name: string;
  readonly pollutant: Pollutant;
  readonly averaging: "1h";
  readonly table: string;
  readonly version: string;
}

/**
 * The band of the European air quality index for one pollutant; a bound belongs to the better band.
 * Source: ETC HE Report 2024/17 (see {@link EAQI_2024}). Valid for hourly means of PM2.5, PM10, NO2, O3 and SO2 of any
 * size: the last band is open. Gases in ppb or ppm need `air` (EU limits refer to 20 °C and 1 atm).
 */
export function eaqi(
  pollutant: Pollutant,
  averaging: Averaging | undefined,
  concentration: number,
  unit: Unit,
  air?: AirState,
): Eaqi | Refused {
  if (!isEaqiPollutant(pollutant)) {
    return refused("unsupported_averaging", `The European air quality index does not know ${pollutant}.`);
  }
  if (averaging !== undefined && averaging !== "1h") {
    return refused(
      "unsupported_averaging",
      `The European air quality index is defined for 1h means, not for ${averaging}.`,
    );
  }
  const value = inUnit(pollutant, concentration, unit, "ug/m3", air);
  if (typeof value !== "number") return value;
  const bounds = EAQI_2024.upperBounds[pollutant];
  let band = 1;
  for (const bound of bounds) {
    if (value <= bound) break;
    band++;
  }
  return {
    band,
    name: EAQI_2024.bands[band - 1] ?? "",
    pollutant,
    averaging: "1h",
    table: EAQI_2024.table,
    version: EAQI_2024.version,
  };
}

function isEaqiPollutant(pollutant: Pollutant): pollutant is EaqiPollutant {
  return pollutant in EAQI_2024.upperBounds;
}
