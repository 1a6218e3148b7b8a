import type { QualityRules } from "./rules.ts";

/** A standard deviation for each median absolute deviation, for normally distributed values. */
const MAD_TO_SIGMA = 1.4826;

/** Which values are too far from the median of all; by index. Robust: up to half of the values may be wrong. */
export function unlikeNeighbours(
  values: readonly number[] | Float64Array,
  { z, devices, spread }: NonNullable<QualityRules["neighbours"]>,
): ReadonlySet<number> {
  const unlike = new Set<number>();
  if (values.length < devices) return unlike;
  const middle = medianOf(values);
  const distances = new Float64Array(values);
  for (let n = 0; n < distances.length; n++) distances[n] = Math.abs((distances[n] ?? 0) - middle);
  const sigma = Math.max(spread, MAD_TO_SIGMA * medianOf(distances));
  distances.forEach((distance, index) => {
    if (distance > z * sigma) unlike.add(index);
  });
  return unlike;
}

/** The middle value, or the mean of the two in the middle. */
export function medianOf(values: readonly number[] | Float64Array): number {
  const sorted = new Float64Array(values).sort();
  const upper = sorted[sorted.length >> 1] ?? Number.NaN;
  if (sorted.length % 2 === 1) return upper;
  return ((sorted[(sorted.length >> 1) - 1] ?? Number.NaN) + upper) / 2;
}
