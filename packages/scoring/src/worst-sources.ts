import type { ScoreSource } from "@kota/model";

/** A score names at most so many sources. */
const MOST = 20;

/** A source with its place in the order from worst to best. */
export interface RankedSource {
  /** Lower is worse. */
  readonly rank: number;
  readonly source: ScoreSource;
}

/** The worst of many sources: of thousands of devices only those that are named become objects. */
export class WorstSources {
  /** The worst first. */
  readonly all: RankedSource[] = [];

  hasPlaceFor(rank: number, device: string): boolean {
    const last = this.all.at(-1);
    return this.all.length < MOST || (last !== undefined && isWorse(rank, device, last));
  }

  add(ranked: RankedSource): void {
    const { rank, source } = ranked;
    let place = this.all.length;
    for (let above = this.all[place - 1]; above && isWorse(rank, source.device, above); place--)
      above = this.all[place - 2];
    this.all.splice(place, 0, ranked);
    if (this.all.length > MOST) this.all.pop();
  }
}

/** The worst sources of all lists. */
export function worstOf(lists: Iterable<readonly RankedSource[]>): RankedSource[] {
  const worst = new WorstSources();
  for (const list of lists)
    for (const ranked of list) if (worst.hasPlaceFor(ranked.rank, ranked.source.device)) worst.add(ranked);
  return worst.all;
}

function isWorse(rank: number, device: string, other: RankedSource): boolean {
  return rank < other.rank || (rank === other.rank && device < other.source.device);
}
