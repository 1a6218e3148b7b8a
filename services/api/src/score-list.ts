import { CITY_AREA, type City, DIMENSIONS, type Dimension, type Score } from "@kota/model";
import type { LiveView } from "./live-view.ts";
import { type ScoreRow, scoreRow, unscoredRow } from "./score-row.ts";

/** The scores of one time, by the model in force: the newest, or those of a past moment. */
export type ScoresOfOneTime = Pick<LiveView, "scores" | "score">;

export interface ScoreFilter {
  readonly area?: string | undefined;
  readonly dimension?: Dimension | undefined;
  /** With the indicators; without: the levels above them. */
  readonly indicators: boolean;
}

/**
 * The scores of the city, then of each area: overall, then dimension by dimension with its aspects and indicators, in
 * the order of the model. Overall and dimensions are always there, with or without data.
 */
export function scoreList(view: ScoresOfOneTime, city: City, filter: ScoreFilter): ScoreRow[] {
  const published = new Map<string, Score[]>();
  for (const score of view.scores()) {
    if (score.indicator !== null && !filter.indicators) continue;
    if (score.aspect === null && score.indicator === null) continue;
    const key = `${score.area}/${score.dimension}`;
    const group = published.get(key);
    if (group) group.push(score);
    else published.set(key, [score]);
  }
  const byPlace = placesInModel(view);
  const rows: ScoreRow[] = [];
  for (const area of areaIds(city)) {
    if (filter.area !== undefined && filter.area !== area) continue;
    if (filter.dimension === undefined) rows.push(rowAt(view, city, area, null));
    for (const dimension of DIMENSIONS) {
      if (filter.dimension !== undefined && filter.dimension !== dimension) continue;
      rows.push(rowAt(view, city, area, dimension));
      const below = published.get(`${area}/${dimension}`) ?? [];
      for (const score of below.sort(byPlace)) rows.push(scoreRow(score));
    }
  }
  return rows;
}

/** The whole city first, then its areas as they stand in `areas.geojson`. */
export function areaIds(city: City): [string, ...string[]] {
  return [CITY_AREA, ...city.areas.features.map((feature) => feature.properties.id)];
}

/** The overall score or a dimension's, whether or not it has been published. */
export function rowAt(
  view: ScoresOfOneTime,
  city: City,
  area: string,
  dimension: Dimension | null,
): ScoreRow {
  const score = view.score({ area, dimension, aspect: null, indicator: null });
  return score ? scoreRow(score) : unscoredRow(area, dimension, titleOf(city, area, dimension));
}

function titleOf(city: City, area: string, dimension: Dimension | null): string {
  if (dimension) return dimension.charAt(0).toUpperCase() + dimension.slice(1);
  const feature = city.areas.features.find(({ properties }) => properties.id === area);
  return feature?.properties.name ?? "City";
}

/**
 * An aspect before its indicators, and both in the order in which the model lists them: that of the parts of the score
 * above, in any area. (The parts of the city's scores are areas.)
 */
function placesInModel(view: ScoresOfOneTime): (one: Score, other: Score) => number {
  const places = new Map<string, number>();
  for (const { area, dimension, aspect, indicator, parts } of view.scores()) {
    if (area === CITY_AREA || dimension === null || indicator !== null) continue;
    parts.forEach((part, index) => {
      places.set(aspect === null ? `${dimension}/${part.id}` : `${dimension}/${aspect}/${part.id}`, index);
    });
  }
  const last = Number.MAX_SAFE_INTEGER;
  const aspectPlace = ({ dimension, aspect }: Score) => places.get(`${dimension}/${aspect}`) ?? last;
  const indicatorPlace = ({ dimension, aspect, indicator }: Score) =>
    indicator === null ? -1 : (places.get(`${dimension}/${aspect}/${indicator}`) ?? last);
  return (one, other) =>
    aspectPlace(one) - aspectPlace(other) ||
    compare(one.aspect ?? "", other.aspect ?? "") ||
    indicatorPlace(one) - indicatorPlace(other) ||
    compare(one.indicator ?? "", other.indicator ?? "");
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
