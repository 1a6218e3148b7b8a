import type { Score } from "./score.ts";

/** A published score of a minute that was corrected. The newest revision is in the score history; this keeps what was before. */
export interface ScoreRevision extends Pick<Score, "area" | "dimension" | "aspect" | "indicator" | "model"> {
  /** Start of the minute, Unix milliseconds. */
  readonly minute: number;
  /** 1 for the first correction of the score that was published when the minute was settled. */
  readonly revision: number;
  readonly before: Pick<Score, "score" | "value" | "coverage">;
  readonly after: Pick<Score, "score" | "value" | "coverage">;
  /** Why, in a sentence for a person. */
  readonly reason: string;
  /** How many readings came late, and some of the devices that sent them. */
  readonly readings: number;
  readonly devices: readonly string[];
  /** When it was corrected, Unix milliseconds. */
  readonly revisedAt: number;
}
