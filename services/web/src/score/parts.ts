import type { ExplainedScore, ScorePart } from "../api-types.ts";
import { CITY_AREA, type ScoreId, scoreKey } from "./score-key.ts";

/** A part and its score differ by less than this when they are the same number, rounded on the way. */
const ROUNDING = 0.1;

/** The key of a part. The parts of the city's score are the same score of its areas; of an area's, the level below. */
export function partKey(score: ExplainedScore, part: ScorePart): string {
  if (part.detail !== null) return scoreKey(part.detail);
  const { area, dimension, aspect, indicator }: ScoreId = score;
  if (area === CITY_AREA) return scoreKey({ area: part.id, dimension, aspect, indicator });
  if (dimension === null) return scoreKey({ area, dimension: part.id, aspect, indicator });
  if (aspect === null) return scoreKey({ area, dimension, aspect: part.id, indicator });
  return scoreKey({ area, dimension, aspect, indicator: part.id });
}

/** Whether the contributions of the parts add up to the score. A geometric mean is less than their sum. */
export function addsUp({ score, parts }: Pick<ExplainedScore, "score" | "parts">): boolean {
  if (score === null) return false;
  const sum = parts.reduce((total, { contribution }) => total + (contribution ?? 0), 0);
  return Math.abs(sum - score) < ROUNDING;
}
