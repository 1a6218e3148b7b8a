import type { SeriesWindow, Suspicion } from "@kota/scoring";

const VERSION = 0;
const AT = 1;
const MEAN = 2;
const ROW = 3;
const FIRST_ROOM = 64;

/** What was found of each series when it was looked at last: a row of numbers, as of 100,000 series few are suspects. */
export class Judgements {
  /** By the slot of the series. An `at` of 0: it was never looked at. */
  #rows = new Float64Array(FIRST_ROOM * ROW);
  readonly #suspicions = new Map<number, Suspicion>();

  /** Whether nothing came since a look that was not before `since`. */
  holds({ slot, version }: SeriesWindow, since: number): boolean {
    const at = slot * ROW;
    return this.#rows[at + VERSION] === version && (this.#rows[at + AT] ?? 0) > since;
  }

  /** @param mean of the readings of the last hour that no rule flags; NaN: there are none */
  note({ slot, version }: SeriesWindow, at: number, suspicion: Suspicion | null, mean: number): void {
    const begin = slot * ROW;
    if (begin >= this.#rows.length) {
      const roomier = new Float64Array(Math.ceil(1.5 * (slot + 1)) * ROW);
      roomier.set(this.#rows);
      this.#rows = roomier;
    }
    this.#rows[begin + VERSION] = version;
    this.#rows[begin + AT] = at;
    this.#rows[begin + MEAN] = mean;
    if (suspicion === null) this.#suspicions.delete(slot);
    else this.#suspicions.set(slot, suspicion);
  }

  suspicionOf({ slot }: SeriesWindow): Suspicion | undefined {
    return this.#suspicions.get(slot);
  }

  /** Of a series that is no suspect itself; undefined: there is none. */
  meanOf({ slot }: SeriesWindow): number | undefined {
    const mean = this.#rows[slot * ROW + MEAN] ?? Number.NaN;
    const isKnown = (this.#rows[slot * ROW + AT] ?? 0) > 0;
    return !isKnown || Number.isNaN(mean) || this.#suspicions.has(slot) ? undefined : mean;
  }
}
