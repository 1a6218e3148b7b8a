/** Evaluating takes at most about this share of a processor… */
const MOST_SHARE = 0.015;
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

  /** @param busyMs for how long the last evaluation had the processor */
  pauseAfter(busyMs: number): number {
    this.#recent.push(busyMs);
    if (this.#recent.length > LOOKED_AT) this.#recent.shift();
    const quickest = Math.min(...this.#recent);
    return Math.max(this.#leastMs, Math.min(LONGEST_PAUSE_MS, quickest / MOST_SHARE));
  }
}
