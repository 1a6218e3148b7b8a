import type { ReportUse } from "./report.ts";

/** The six dimensions a smart city is judged by, in the order they are shown. */
export const DIMENSIONS = [
  "environment",
  "living",
  "governance",
  "branding",
  "economy",
  "community",
] as const;
export type Dimension = (typeof DIMENSIONS)[number];

/** The area id that stands for the whole city. */
export const CITY_AREA = "city";

/** `ok`: enough data. `provisional`: little data, see coverage. `no_data`: no score is given. */
export type ScoreStatus = "ok" | "provisional" | "no_data";

/** One ingredient of a score: an indicator of an aspect, an aspect of a dimension, a dimension of an area, an area of the city. */
export interface ScorePart {
  readonly id: string;
  readonly title: string;
  /** 0 to 100, or null when it has no data and was left out. */
  readonly score: number | null;
  /** Weight as the model gives it. */
  readonly weight: number;
  /** Share of the weight after parts without data were left out, 0 to 1; 0 for a part left out. */
  readonly share: number;
  readonly coverage: number;
}

/** What an indicator was made from. */
export interface ScoreSource {
  readonly device: string;
  readonly metric: string;
  /** The device's value over the indicator's window, in the indicator's unit. */
  readonly value: number;
  readonly readings: number;
  /** Event time of its newest reading. */
  readonly lastTime: number;
}

/**
 * 0 (worst) to 100 (best) for an indicator, an aspect, a dimension, an area or the city.
 * Which of these it is follows from the keys that are null: {area} alone is the overall score of the area.
 */
export interface Score {
  readonly area: string;
  readonly dimension: Dimension | null;
  readonly aspect: string | null;
  readonly indicator: string | null;
  readonly title: string;
  /** Null when there is no data: a number is never made up. */
  readonly score: number | null;
  readonly status: ScoreStatus;
  /** Share of what the model asks for that was there, weights considered, 0 to 1. */
  readonly coverage: number;
  /** When it was computed, Unix milliseconds: the end of its window. */
  readonly at: number;
  /** The indicator's own value and UCUM unit; null above the level of an indicator. */
  readonly value: number | null;
  readonly unit: string | null;
  /** How the number came about, in a sentence for a person. */
  readonly explanation: string;
  readonly parts: readonly ScorePart[];
  /** The devices behind an indicator, worst first, at most 20; empty above the level of an indicator. */
  readonly sources: readonly ScoreSource[];
  /** Of an indicator that is reported instead of measured: what is known of it. Left out for every other score. */
  readonly reported?: ReportUse;
  /** How many devices and readings were used in all. */
  readonly devices: number;
  readonly readings: number;
  readonly model: { readonly version: string; readonly hash: string };
}

/** The identity of a score apart from its time: `area/dimension/aspect/indicator`, empty where null. */
export function scoreKey(score: Pick<Score, "area" | "dimension" | "aspect" | "indicator">): string {
  return `${score.area}/${score.dimension ?? ""}/${score.aspect ?? ""}/${score.indicator ?? ""}`;
}
