/** The numbers of a score. */
export interface ScoreNumbers {
  readonly score: number | null;
  readonly value: number | null;
  readonly coverage: number;
}
