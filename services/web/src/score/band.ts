/** The band of a score; its word stands beside the score wherever it is shown, so that colour never speaks alone. */
type Band = "very-poor" | "poor" | "fair" | "good" | "very-good";

export interface BandMeaning {
  readonly band: Band;
  /** The lowest shown (whole) score of the band. */
  readonly from: number;
  /** The highest shown (whole) score of the band. */
  readonly to: number;
}

/** The five bands, worst first. */
export const BANDS: readonly BandMeaning[] = [
  { band: "very-poor", from: 0, to: 19 },
  { band: "poor", from: 20, to: 39 },
  { band: "fair", from: 40, to: 59 },
  { band: "good", from: 60, to: 79 },
  { band: "very-good", from: 80, to: 100 },
];

/** The band of a score from 0 to 100. It follows the whole number that is shown, so that the two never disagree. */
export function bandOf(score: number): BandMeaning {
  const shown = Math.round(score);
  const found = BANDS.find((candidate) => shown <= candidate.to);
  return found ?? (BANDS.at(-1) as BandMeaning);
}

/** The custom property that holds the colour of a band, or of 'no data'. */
export function bandColour(score: number | null): string {
  return score === null ? "var(--band-none)" : `var(--band-${bandOf(score).band})`;
}
