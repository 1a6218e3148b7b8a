/**
 * What makes a reading of one metric not to be trusted. Each rule is off unless the model states it. A flagged reading is
 * kept; it only counts for no score. Whether it is flagged depends on stored readings alone, never on when they came.
 */
export interface QualityRules {
  /** Values outside of it are flagged; both ends belong to it. In the metric's unit. */
  readonly range: readonly [min: number, max: number] | null;
  /** Flags a reading that jumps from its neighbours in its hour by more than `most` in `perMs`, or in less than that. */
  readonly rate: { readonly most: number; readonly perMs: number } | null;
  /** Flags whole hours in which the value stayed exactly the same for at least so long and so many readings. */
  readonly stuck: { readonly forMs: number; readonly readings: number } | null;
  /** A device whose newest reading is older counts for nothing. */
  readonly silenceMs: number | null;
  /**
   * A device counts for nothing when its value is more than `z` robust standard deviations from the median of the devices
   * that the indicator asks in its area. With fewer than `devices` there is no comparison; a deviation below `spread` is
   * taken as `spread`, so that neighbours that agree closely do not make an outlier of a small difference.
   */
  readonly neighbours: { readonly z: number; readonly devices: number; readonly spread: number } | null;
}

/** Of readings, by the rule that flagged them. */
export interface Flagged {
  readonly range: number;
  readonly rate: number;
}

/** How a rate is judged: hours that were closed when it was judged in another way are made again. */
const RATE_IS = "of at least perMs";

/** Of the rules that decide about single readings: a closed hour that was made with others is made again. Empty: none. */
export function readingRulesKey(rules: QualityRules | undefined): string {
  if (rules === undefined || (rules.range === null && rules.rate === null)) return "";
  return JSON.stringify([rules.range, rules.rate && [rules.rate.most, rules.rate.perMs, RATE_IS]]);
}
