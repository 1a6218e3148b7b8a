import { BIN_FULL, WHO_24H } from "@kota/attention";
import type { MetricName } from "../api-types.ts";

/** A value that people watch for, with where it comes from. */
export interface Threshold {
  readonly metric: MetricName;
  /** In the unit of the metric. */
  readonly value: number;
  readonly title: "who24h" | "binFull" | "housing";
}

/** The thresholds of a metric that a chart can draw. */
export function thresholdsOf(metric: string): readonly Threshold[] {
  const who = WHO_24H[metric];
  if (who !== undefined) return [{ metric: metric as MetricName, value: who, title: "who24h" }];
  if (metric === "fill_level") return [{ metric, value: BIN_FULL, title: "binFull" }];
  // KEP-48/MENLH/11/1996, limit for housing, hospitals and schools; also in the example city's score model.
  if (metric === "noise_laeq") return [{ metric, value: 55, title: "housing" }];
  return [];
}
