import type { SeriesRef } from "./series-ref.ts";

/** A line of a chart, with what it is called and how its values are written. */
export interface ChartLine {
  readonly ref: SeriesRef;
  readonly name: string;
  /** UCUM code; null for a score. */
  readonly unit: string | null;
  readonly decimals: number;
}
