import type { Score } from "../api-types.ts";

/** A score that every area has: the overall one, a dimension or an aspect. */
export interface ScoreColumn {
  /** `overall`, `environment`, `environment/waste`. */
  readonly id: string;
  /** What its title is made from, in the words of a language. */
  readonly of: Pick<Score, "dimension" | "aspect" | "title">;
  readonly isAspect: boolean;
}

/** The column of a score; indicators have none. */
export function columnOf(score: Pick<Score, "dimension" | "aspect" | "indicator">): string | null {
  if (score.indicator !== null) return null;
  if (score.dimension === null) return "overall";
  return score.aspect === null ? score.dimension : `${score.dimension}/${score.aspect}`;
}

/** What can colour the map: the columns, and the indicators below them. */
export interface MapColumn {
  readonly id: string;
  readonly of: Pick<Score, "dimension" | "aspect" | "indicator" | "title">;
  /** 0 for the overall score and dimensions, 1 for aspects, 2 for indicators. */
  readonly depth: number;
}

/** The id of a score among those that can colour the map. */
export function indicatorColumnOf(score: Pick<Score, "dimension" | "aspect" | "indicator">): string {
  const { dimension, aspect, indicator } = score;
  return [dimension ?? "overall", aspect, indicator].filter((part) => part !== null).join("/");
}

/** The columns with their indicators, each below what it is part of. */
export function mapColumnsOf(scores: readonly Score[], dimensions: readonly string[]): readonly MapColumn[] {
  const found = new Map<string, MapColumn>();
  for (const score of scores) {
    const id = indicatorColumnOf(score);
    if (score.score === null && id !== "overall") continue;
    const { dimension, aspect, indicator, title } = score;
    found.set(id, { id, of: { dimension, aspect, indicator, title }, depth: id.split("/").length - 1 });
  }
  const rank = (id: string): number => (id === "overall" ? -1 : dimensions.indexOf(id.split("/")[0] ?? id));
  return [...found.values()].sort((a, b) => rank(a.id) - rank(b.id) || (a.id < b.id ? -1 : 1));
}

/** The columns that have data somewhere, each dimension before its aspects; the overall score is always there. */
export function columnsOf(scores: readonly Score[], dimensions: readonly string[]): readonly ScoreColumn[] {
  const found = new Map<string, ScoreColumn>();
  for (const score of scores) {
    const id = columnOf(score);
    if (id === null || (score.score === null && id !== "overall")) continue;
    const { dimension, aspect, title } = score;
    found.set(id, { id, of: { dimension, aspect, title }, isAspect: aspect !== null });
  }
  const rank = ({ id }: ScoreColumn): number =>
    id === "overall" ? -1 : dimensions.indexOf(id.split("/")[0] ?? id) * 2 + (id.includes("/") ? 1 : 0);
  return [...found.values()].sort((a, b) => rank(a) - rank(b));
}
