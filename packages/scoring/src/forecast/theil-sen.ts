import { medianOf } from "../quality/unlike-neighbours.ts";

/** A value at a time, Unix milliseconds. */
export interface TimedValue {
  readonly time: number;
  readonly value: number;
}

/** More points than this are thinned out: 276 pairs. */
const MOST_POINTS = 24;

/**
 * The Theil–Sen slope: the median of the slopes of all pairs, in units of the value for a millisecond. Up to about 29 % of
 * the points may be wrong. Undefined with fewer than two times.
 * Source: P. K. Sen, Estimates of the regression coefficient based on Kendall's tau, JASA 63 (1968).
 */
export function theilSen(points: readonly TimedValue[]): number | undefined {
  const few = thinned(points);
  const slopes: number[] = [];
  few.forEach((one, index) => {
    for (const other of few.slice(index + 1)) {
      if (other.time !== one.time) slopes.push((other.value - one.value) / (other.time - one.time));
    }
  });
  return slopes.length === 0 ? undefined : medianOf(slopes);
}

/** At most 24, spread evenly, with the first and the last. */
export function thinned(points: readonly TimedValue[]): readonly TimedValue[] {
  const last = points.length - 1;
  if (points.length <= MOST_POINTS) return points;
  return Array.from(
    { length: MOST_POINTS },
    (_, n) => points[Math.round((n * last) / (MOST_POINTS - 1))],
  ).filter((point) => point !== undefined);
}
