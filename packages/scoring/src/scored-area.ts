import type { ScoreModel } from "./score-model.ts";

/** An area as the scores see it. */
export interface ScoredArea {
  readonly id: string;
  readonly name: string;
  /** Inhabitants. */
  readonly population: number;
}

/** What an area weighs in a score of the city. */
export function cityWeight(model: ScoreModel, areas: readonly ScoredArea[], area: ScoredArea): number {
  const byPopulation = model.cityWeight === "population" && areas.some(({ population }) => population > 0);
  return byPopulation ? area.population : 1;
}
