import type { Score } from "../api-types.ts";
import { CITY_AREA, type ScoreId } from "./score-key.ts";

/** How many of the indicators below a score that somebody reports have a report that counts. */
export interface ReportedIn {
  readonly reported: number;
  readonly of: number;
}

/**
 * The reports behind a score; null: none of its indicators is reported. In the whole city an indicator is reported when it is
 * in one of its areas.
 */
export function reportedIn(
  scores: readonly Pick<Score, "area" | "dimension" | "aspect" | "indicator" | "reported">[],
  { area, dimension, aspect, indicator }: ScoreId,
): ReportedIn | null {
  const states = new Map<string, boolean>();
  for (const score of scores) {
    if (score.reported === null || score.indicator === null) continue;
    if (area !== CITY_AREA && score.area !== area) continue;
    if (dimension !== null && score.dimension !== dimension) continue;
    if (aspect !== null && score.aspect !== aspect) continue;
    if (indicator !== null && score.indicator !== indicator) continue;
    const id = `${score.dimension}/${score.aspect}/${score.indicator}`;
    states.set(id, states.get(id) === true || score.reported.state === "reported");
  }
  if (states.size === 0) return null;
  return { reported: [...states.values()].filter(Boolean).length, of: states.size };
}
