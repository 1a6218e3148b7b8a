import type { SeriesPoint } from "../api-types.ts";

export interface SeriesSummary {
  readonly min: { readonly value: number; readonly time: number };
  readonly max: { readonly value: number; readonly time: number };
  readonly last: { readonly value: number; readonly time: number };
  readonly readings: number;
}

/** What a series comes to, for the sentence below its chart; null when it is empty. */
export function summaryOf(points: readonly SeriesPoint[]): SeriesSummary | null {
  const first = points[0];
  const end = points.at(-1);
  if (first === undefined || end === undefined) return null;
  let min = first;
  let max = first;
  let readings = 0;
  for (const point of points) {
    if (point.min < min.min) min = point;
    if (point.max > max.max) max = point;
    readings += point.count;
  }
  return {
    min: { value: min.min, time: Date.parse(min.time) },
    max: { value: max.max, time: Date.parse(max.time) },
    last: { value: end.last, time: Date.parse(end.time) },
    readings,
  };
}
