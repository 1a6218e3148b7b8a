import type { MetricName } from "../api-types.ts";

/** A value that people watch for, with where it comes from. */
export interface Threshold {
  readonly metric: MetricName;
  /** In the unit of the metric. */
  readonly value: number;
  readonly title: "who24h" | "binFull" | "housing";
}

/** From here a bin is about to overflow. Editorial: the score model of the example city counts bins from here too. */
export const BIN_FULL = 80;
/** From here it overflows: what is left is less than the ultrasonic sensors of bins can tell. Editorial. */
export const BIN_OVER = 95;

/**
 * WHO global air quality guidelines 2021, recommended levels for a mean of 24 hours, in µg/m³ (carbon monoxide: 4 mg/m³).
 * Ozone has none: its guideline is for 8 hours.
 */
export const WHO_24H: Readonly<Partial<Record<string, number>>> = {
  pm2_5: 15,
  pm10: 45,
  no2: 25,
  so2: 40,
  co: 4000,
};

/** The thresholds of a metric that a chart can draw. */
export function thresholdsOf(metric: string): readonly Threshold[] {
  const who = WHO_24H[metric];
  if (who !== undefined) return [{ metric: metric as MetricName, value: who, title: "who24h" }];
  if (metric === "fill_level") return [{ metric, value: BIN_FULL, title: "binFull" }];
  // KEP-48/MENLH/11/1996, limit for housing, hospitals and schools; also in the example city's score model.
  if (metric === "noise_laeq") return [{ metric, value: 55, title: "housing" }];
  return [];
}
