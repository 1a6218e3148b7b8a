import type { Clock } from "@kota/runtime";

const MOST_STRIKES = 3;
const FIRST_PAUSE_MS = 60_000;
const LONGEST_PAUSE_MS = 3_600_000;

/** After three strikes it is not asked for a minute, then tried once, and at one strike more not for two, four … up to 60 minutes. */
export class Suspension {
  readonly #clock: Clock;
  #strikes = 0;
  #until = 0;
  #pauseMs = FIRST_PAUSE_MS;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get strikes(): number {
    return this.#strikes;
  }

  /** How long the next suspension is, milliseconds. */
  get pauseMs(): number {
    return this.#pauseMs;
  }

  /** Since it was forgiven last. */
  get hasBegun(): boolean {
    return this.#strikes >= MOST_STRIKES;
  }

  /** Until when it is not asked, Unix milliseconds; null: it is asked. */
  get until(): number | null {
    return this.#clock() < this.#until ? this.#until : null;
  }

  /** Returns until when it is suspended for that, Unix milliseconds; null: it is not. */
  strike(): number | null {
    this.#strikes++;
    if (!this.hasBegun) return null;
    this.#until = this.#clock() + this.#pauseMs;
    this.#pauseMs = Math.min(2 * this.#pauseMs, LONGEST_PAUSE_MS);
    return this.#until;
  }

  /** The next one is the first again. How long it was suspended last is remembered. */
  forgiveStrikes(): void {
    this.#strikes = 0;
  }

  /** Everything begins anew. */
  forgive(): void {
    this.forgiveStrikes();
    this.#pauseMs = FIRST_PAUSE_MS;
  }
}
