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

/** To be put in order: a new one for each of many medians would keep the collector of garbage busy. */
let scratch = new Float64Array(1024);

/** The middle value, or the mean of the two in the middle. */
export function medianOf(values: readonly number[] | Float64Array): number {
  const { length } = values;
  if (length === 0) return Number.NaN;
  if (scratch.length < length) scratch = new Float64Array(2 * length);
  const ordered = scratch;
  ordered.set(values);
  const middle = length >> 1;
  const upper = select(ordered, length, middle);
  if (length % 2 === 1) return upper;
  let lower = Number.NEGATIVE_INFINITY;
  for (let n = 0; n < middle; n++) lower = Math.max(lower, ordered[n] ?? Number.NaN);
  return (lower + upper) / 2;
}

/**
 * The value that sorting the first so many would bring to an index (Hoare's selection): it stands there afterwards, with no greater one before it.
 * For a median a sort takes ten times as long.
 */
function select(values: Float64Array, length: number, index: number): number {
  let low = 0;
  let high = length - 1;
  while (low < high) {
    const pivot = values[(low + high) >> 1] ?? Number.NaN;
    let i = low;
    let j = high;
    while (i <= j) {
      while ((values[i] ?? 0) < pivot) i++;
      while ((values[j] ?? 0) > pivot) j--;
      if (i > j) break;
      const swapped = values[i] ?? 0;
      values[i++] = values[j] ?? 0;
      values[j--] = swapped;
    }
    if (index <= j) high = j;
    else if (index >= i) low = i;
    else break;
  }
  return values[index] ?? Number.NaN;
}
