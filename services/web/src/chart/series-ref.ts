import { parseScoreKey, scoreKey } from "../score/score-key.ts";

/** One line of a chart: a metric of a device, or a score. */
export type SeriesRef =
  | { readonly kind: "reading"; readonly device: string; readonly metric: string }
  | { readonly kind: "score"; readonly key: string };

/** More lines than these cannot be told apart. */
export const MOST_SERIES = 8;

const SCORE = "score@";

/** A series as it stands in a URL: `pm2_5@air-1`, `score@leith/environment//`. */
export function writeSeriesRef(ref: SeriesRef): string {
  return ref.kind === "score" ? `${SCORE}${ref.key}` : `${ref.metric}@${ref.device}`;
}

/** Reads a series from a URL; null for what is none. */
export function parseSeriesRef(text: string): SeriesRef | null {
  if (text.startsWith(SCORE))
    return { kind: "score", key: scoreKey(parseScoreKey(text.slice(SCORE.length))) };
  const at = text.indexOf("@");
  if (at <= 0 || at === text.length - 1) return null;
  return { kind: "reading", metric: text.slice(0, at), device: text.slice(at + 1) };
}

/** The series of a URL, each once, at most as many as a chart can show. */
export function seriesRefs(texts: readonly string[]): readonly SeriesRef[] {
  const found = new Map<string, SeriesRef>();
  for (const text of texts) {
    const ref = parseSeriesRef(text);
    if (ref !== null) found.set(writeSeriesRef(ref), ref);
  }
  return [...found.values()].slice(0, MOST_SERIES);
}
