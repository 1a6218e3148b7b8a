import type { Pollutant } from "../pollutant.ts";
import type { TableHead } from "../table.ts";

export type EaqiPollutant = Exclude<Pollutant, "CO" | "HC">;

const upperBounds: Readonly<Record<EaqiPollutant, readonly number[]>> = {
  PM25: [5, 15, 50, 90, 140],
  PM10: [15, 45, 120, 195, 270],
  NO2: [10, 25, 60, 100, 150],
  O3: [60, 100, 120, 160, 180],
  SO2: [20, 40, 125, 190, 275],
};

/** The European air quality index as revised in 2024/2025: hourly means in µg/m³, six bands. */
export const EAQI_2024 = {
  table: "eaqi",
  version: "2024",
  title: "European Air Quality Index, revised bands",
  sources: [
    "ETC HE Report 2024/17, table 5.2, as cited by five public projects (the report was not readable)",
    "open-meteo pull request 2045, which cites the report and the live index: all 25 bounds the same",
  ],
  confidence: "verified",
  notes: [
    "The bands of 2017 (PM2.5 10, 20, 25, 50, 75) are superseded.",
    "The table gives whole numbers; an upper bound belongs to the lower band (two public projects; one other differs).",
    "Hourly for all five pollutants, as the index's own page says; until 2024 PM was a 24-hour running mean.",
  ],
  upperBounds,
  bands: ["Good", "Fair", "Moderate", "Poor", "Very poor", "Extremely poor"],
} as const satisfies TableHead & {
  upperBounds: Readonly<Record<EaqiPollutant, readonly number[]>>;
  bands: readonly string[];
};
