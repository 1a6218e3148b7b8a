import type { SeriesWindow, Suspicion } from "@kota/scoring";
import { SlotRows } from "./slot-rows.ts";

const VERSION = 0;
/** 0: it was never looked at. */
const AT = 1;
const MEAN = 2;
const ROW = 3;

/** What was found of each series when it was looked at last. Few are suspects. */
export class Judgements {
  readonly #rows = new SlotRows(ROW);
  readonly #suspicions = new Map<number, Suspicion>();

  /** Whether nothing came since a look that was not before `since`. */
  holds({ slot, version }: SeriesWindow, since: number): boolean {
    return this.#rows.get(slot, VERSION) === version && this.#rows.get(slot, AT) > since;
  }

  /** @param mean of the readings of the last hour that no rule flags; NaN: there are none */
  note({ slot, version }: SeriesWindow, at: number, suspicion: Suspicion | null, mean: number): void {
    this.#rows.set(slot, VERSION, version);
    this.#rows.set(slot, AT, at);
    this.#rows.set(slot, MEAN, mean);
    if (suspicion === null) this.#suspicions.delete(slot);
    else this.#suspicions.set(slot, suspicion);
  }

  suspicionOf({ slot }: SeriesWindow): Suspicion | undefined {
    return this.#suspicions.get(slot);
  }

  /** Of a series that is no suspect itself; undefined: there is none. */
  meanOf({ slot }: SeriesWindow): number | undefined {
    const mean = this.#rows.get(slot, MEAN);
    const isKnown = this.#rows.get(slot, AT) > 0;
    return !isKnown || Number.isNaN(mean) || this.#suspicions.has(slot) ? undefined : mean;
  }
}
