/** The area id that stands for the whole city. */
export const CITY_AREA = "city";

/** Which score it is. A dimension from a URL need not be one that there is. */
export interface ScoreId {
  readonly area: string;
  readonly dimension: string | null;
  readonly aspect: string | null;
  readonly indicator: string | null;
}

/** Which score: `area/dimension/aspect/indicator`, empty where null. */
export function scoreKey(score: ScoreId): string {
  return `${score.area}/${score.dimension ?? ""}/${score.aspect ?? ""}/${score.indicator ?? ""}`;
}

/** The parts of a score key. */
export function parseScoreKey(key: string): ScoreId {
  const [area, dimension, aspect, indicator] = key.split("/");
  return {
    area: area || CITY_AREA,
    dimension: dimension || null,
    aspect: aspect || null,
    indicator: indicator || null,
  };
}

/** The keys from the overall score of the area down to this score, itself last: the way back up. */
export function wayTo(key: string): readonly string[] {
  const { area, dimension, aspect, indicator } = parseScoreKey(key);
  const way = [scoreKey({ area, dimension: null, aspect: null, indicator: null })];
  if (dimension !== null) way.push(scoreKey({ area, dimension, aspect: null, indicator: null }));
  if (aspect !== null) way.push(scoreKey({ area, dimension, aspect, indicator: null }));
  if (indicator !== null) way.push(scoreKey({ area, dimension, aspect, indicator }));
  return way;
}
