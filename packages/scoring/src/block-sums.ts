/** So many places are added up together. */
const BLOCK = 64;

/**
 * A sum over the devices of an area, each at its place, that is made anew only where it changed. Floating point sums depend on the
 * order in which they are added up: here always place by place in blocks, then block by block. So the sum is that of the
 * terms at their places, to the last digit, whichever of them changed last. A device that does not count has 0.
 */
export class BlockSums {
  readonly #terms: Float64Array;
  readonly #sums: Float64Array;
  readonly #isStale: Uint8Array;

  constructor(length: number) {
    this.#terms = new Float64Array(length);
    this.#sums = new Float64Array(Math.ceil(length / BLOCK));
    this.#isStale = new Uint8Array(this.#sums.length);
  }

  set(place: number, term: number): void {
    if (this.#terms[place] === term) return;
    this.#terms[place] = term;
    this.#isStale[Math.floor(place / BLOCK)] = 1;
  }

  get total(): number {
    const terms = this.#terms;
    const sums = this.#sums;
    let total = 0;
    for (let block = 0; block < sums.length; block++) {
      if (this.#isStale[block] === 1) {
        const end = Math.min(terms.length, (block + 1) * BLOCK);
        let sum = 0;
        for (let place = block * BLOCK; place < end; place++) sum += terms[place] ?? 0;
        sums[block] = sum;
        this.#isStale[block] = 0;
      }
      total += sums[block] ?? 0;
    }
    return total;
  }
}
