import type { ScoreStatus } from "@kota/model";
import type { Across, ScoreModel } from "./score-model.ts";

/** An ingredient of a whole. */
export interface Part {
  readonly weight: number;
  /** Null: no data. */
  readonly score: number | null;
  readonly coverage: number;
  /** False when the model has no indicators here: then nothing is missing. */
  readonly asked: boolean;
}

export interface Whole {
  readonly score: number | null;
  readonly status: ScoreStatus;
  readonly coverage: number;
  readonly asked: boolean;
  /** Of each part, in their order: its share of the weight of the parts that have a score, 0 for one without. */
  readonly shares: readonly number[];
}

/** In a geometric mean a score of 0 would make the whole 0 whatever the other parts are. */
const GEOMETRIC_FLOOR = 1;

/**
 * Combines parts by their weights. Parts without data are left out and the weights of the others are scaled up to 1;
 * coverage is what remains of the weight asked for, times the coverage of each part. It decides whether there is a score.
 */
export function combine(parts: readonly Part[], across: Across, limits: ScoreModel["coverage"]): Whole {
  let askedWeight = 0;
  let presentWeight = 0;
  let covered = 0;
  let total = 0;
  for (const { weight, score, coverage, asked } of parts) {
    if (!asked) continue;
    askedWeight += weight;
    if (score === null) continue;
    presentWeight += weight;
    covered += weight * coverage;
    total += weight * (across === "geometric" ? Math.log(Math.max(score, GEOMETRIC_FLOOR)) : score);
  }
  const coverage = askedWeight > 0 ? covered / askedWeight : 0;
  const mean = total / presentWeight;
  const status = presentWeight > 0 ? statusOf(coverage, limits) : "no_data";
  return {
    score: status === "no_data" ? null : across === "geometric" ? Math.exp(mean) : mean,
    status,
    coverage,
    asked: askedWeight > 0,
    shares: parts.map(({ weight, score, asked }) => (asked && score !== null ? weight / presentWeight : 0)),
  };
}

export function statusOf(coverage: number, { minimum, ok }: ScoreModel["coverage"]): ScoreStatus {
  // A sum of shares can fall short of the limit by a rounding error.
  if (coverage < minimum - 1e-9) return "no_data";
  return coverage < ok - 1e-9 ? "provisional" : "ok";
}

/** The areas' values of an indicator, in the proportion in which their scores count. */
export function meanOfValues(
  parts: readonly { readonly value: number | null; readonly share: number }[],
): number | null {
  let mean: number | null = null;
  for (const { value, share } of parts) if (value !== null && share > 0) mean = (mean ?? 0) + value * share;
  return mean;
}
