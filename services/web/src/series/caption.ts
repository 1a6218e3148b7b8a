import type { CoursePoint } from "../chart/course.ts";

export interface SeriesSummary {
  readonly min: { readonly value: number; readonly time: number };
  readonly max: { readonly value: number; readonly time: number };
  readonly last: { readonly value: number; readonly time: number };
}

/** What a series comes to, for the sentence below its chart; null when it is empty. */
export function summaryOf(points: readonly CoursePoint[]): SeriesSummary | null {
  const first = points[0];
  const end = points.at(-1);
  if (first === undefined || end === undefined) return null;
  let min = first;
  let max = first;
  for (const point of points) {
    if (point.min < min.min) min = point;
    if (point.max > max.max) max = point;
  }
  return {
    min: { value: min.min, time: min.time },
    max: { value: max.max, time: max.time },
    last: { value: end.last, time: end.time },
  };
}
