import type { Pollutant, Unit } from "../pollutant.ts";
import type { TableHead } from "../table.ts";

export const WHO_AVERAGINGS = ["8h", "24h", "annual", "peakSeason"] as const;
export type WhoAveraging = (typeof WHO_AVERAGINGS)[number];

export interface WhoLevel {
  readonly pollutant: Pollutant;
  readonly averaging: WhoAveraging;
  readonly unit: Unit;
  readonly guideline: number;
  /** Interim target 1 (the loosest) first. */
  readonly interimTargets: readonly number[];
}

const levels: readonly WhoLevel[] = [
  level("PM25", "annual", 5, [35, 25, 15, 10]),
  level("PM25", "24h", 15, [75, 50, 37.5, 25]),
  level("PM10", "annual", 15, [70, 50, 30, 20]),
  level("PM10", "24h", 45, [150, 100, 75, 50]),
  level("O3", "peakSeason", 60, [100, 70]),
  level("O3", "8h", 100, [160, 120]),
  level("NO2", "annual", 10, [40, 30, 20]),
  level("NO2", "24h", 25, [120, 50]),
  level("SO2", "24h", 40, [125, 50]),
  level("CO", "24h", 4, [7], "mg/m3"),
];

/** The WHO global air quality guidelines of 2021. */
export const WHO_2021 = {
  table: "who-air-quality-guidelines",
  version: "2021",
  title: "WHO global air quality guidelines 2021: levels and interim targets",
  sources: [
    "WHO 2021, ISBN 9789240034228 (not readable), as in airclim.org, Wikipedia and several public copies: levels agree",
    "Interim targets: airclim.org; stateofglobalair.org agrees for PM2.5 annual, NO2 annual and O3 peak season",
  ],
  confidence: "verified",
  notes: [
    "The interim targets of the other pollutants and averaging times rest on one source.",
    "SO2 24 h is 40 (airclim.org prints 50; four others 40).",
    "8-hour and 24-hour levels are 99th percentiles: 3 to 4 days a year above are allowed.",
    "The short-time levels kept from earlier editions (NO2 1 h, SO2 10 min, CO 8 h and shorter) were not verified and are left out.",
  ],
  levels,
} as const satisfies TableHead & { levels: readonly WhoLevel[] };

function level(
  pollutant: Pollutant,
  averaging: WhoAveraging,
  guideline: number,
  interimTargets: readonly number[],
  unit: Unit = "ug/m3",
): WhoLevel {
  return { pollutant, averaging, unit, guideline, interimTargets };
}
