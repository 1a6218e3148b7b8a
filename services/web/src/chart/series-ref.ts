import { parseScoreKey, scoreKey } from "../score/score-key.ts";

/** One line of a chart: a metric of a device or of an area's devices, or a score. */
export type SeriesRef =
  | { readonly kind: "reading"; readonly device: string; readonly metric: string }
  | { readonly kind: "area"; readonly area: string; readonly metric: string }
  | { readonly kind: "score"; readonly key: string };

/** More lines than these cannot be told apart. */
export const MOST_SERIES = 8;

const SCORE = "score@";
const AREA = "area@";

/** A series as it stands in a URL: `pm2_5@air-1`, `area@pm2_5@leith`, `score@leith/environment//`. */
export function writeSeriesRef(ref: SeriesRef): string {
  switch (ref.kind) {
    case "score":
      return `${SCORE}${ref.key}`;
    case "area":
      return `${AREA}${ref.metric}@${ref.area}`;
    case "reading":
      return `${ref.metric}@${ref.device}`;
  }
}

/** Reads a series from a URL; null for what is none. */
export function parseSeriesRef(text: string): SeriesRef | null {
  if (text.startsWith(SCORE))
    return { kind: "score", key: scoreKey(parseScoreKey(text.slice(SCORE.length))) };
  const isArea = text.startsWith(AREA);
  const series = isArea ? text.slice(AREA.length) : text;
  const at = series.indexOf("@");
  if (at <= 0 || at === series.length - 1) return null;
  const [metric, of] = [series.slice(0, at), series.slice(at + 1)];
  return isArea ? { kind: "area", metric, area: of } : { kind: "reading", metric, device: of };
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
