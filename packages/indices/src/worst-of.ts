import type { Pollutant } from "./pollutant.ts";

export interface WorstOf {
  readonly index: number;
  /** Every pollutant that has that index, in the order given. */
  readonly critical: readonly Pollutant[];
}

/**
 * The index of a place from the sub-indices of its pollutants: the largest, with the pollutants that gave it. The same
 * rule in the US EPA AQI, ISPU and the EAQI. Absent sub-indices do not count; with none there is no index.
 */
export function worstOf(subIndices: Readonly<Partial<Record<Pollutant, number>>>): WorstOf | undefined {
  let index = Number.NEGATIVE_INFINITY;
  let critical: Pollutant[] = [];
  for (const [pollutant, value] of Object.entries(subIndices) as [Pollutant, number | undefined][]) {
    if (value === undefined || value < index) continue;
    if (value > index) critical = [];
    index = value;
    critical.push(pollutant);
  }
  return critical.length === 0 ? undefined : { index, critical };
}
