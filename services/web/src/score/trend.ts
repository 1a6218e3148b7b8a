import type { ScoreHistory } from "../api-types.ts";

type Points = readonly Pick<ScoreHistory["points"][number], "time" | "score">[];

export interface Trend {
  readonly points: readonly { readonly time: number; readonly score: number }[];
  /** Whole points from the first to the last score shown. */
  readonly change: number;
  readonly since: number;
}

/** Fewer points are no trend: the first scores after a start still gather their data. */
const LEAST_POINTS = 4;

/** The course of a score up to now; null while there is too little of it. */
export function trendOf(
  history: { readonly points: Points } | undefined,
  now: { readonly time: number; readonly score: number } | null,
): Trend | null {
  const points = (history?.points ?? []).flatMap(({ time, score }) =>
    score === null ? [] : [{ time: Date.parse(time), score }],
  );
  const last = points.at(-1);
  if (now !== null && (last === undefined || now.time > last.time)) points.push(now);
  const first = points[0];
  const end = points.at(-1);
  if (first === undefined || end === undefined || points.length < LEAST_POINTS) return null;
  return { points, change: Math.round(end.score) - Math.round(first.score), since: first.time };
}
