/** Of each reading that comes, evaluating may take so much of a processor, milliseconds: ten millionths of a second… */
const OF_A_READING_MS = 0.01;
/** …but always this share of one, however few come, … */
const LEAST_SHARE = 0.015;
/** …and never more than this… */
const MOST_SHARE = 0.05;
/** …but no score waits longer than this for the next evaluation, however large the city. Milliseconds. */
const LONGEST_PAUSE_MS = 1000;
/** Of so many evaluations the quickest counts: a machine that was short of processor in the midst of one says nothing of the others. */
const LOOKED_AT = 5;

/** How long to wait from one evaluation to the next: what comes meanwhile shares the cost of looking at a whole area. */
export class EvaluationPace {
  readonly #leastMs: number;
  readonly #recent: number[] = [];

  /** @param leastMs the shortest pause */
  constructor(leastMs: number) {
    this.#leastMs = leastMs;
  }

  /**
   * @param busyMs for how long the last evaluation had the processor
   * @param readingsPerSecond that came of late
   */
  pauseAfter(busyMs: number, readingsPerSecond: number): number {
    this.#recent.push(busyMs);
    if (this.#recent.length > LOOKED_AT) this.#recent.shift();
    const quickest = Math.min(...this.#recent);
    const earned = (OF_A_READING_MS * readingsPerSecond) / 1000;
    const share = Math.min(MOST_SHARE, Math.max(LEAST_SHARE, earned));
    return Math.max(this.#leastMs, Math.min(LONGEST_PAUSE_MS, quickest / share));
  }
}
