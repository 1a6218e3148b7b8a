const STRIDE = 3;
const FIRST_CAPACITY = 4;

/** What a reading is to those of the same time before it. */
export type Arrival = "new" | "same" | "added" | "other-value";

/**
 * The distinct times of one hour, in order, each with its metrics and a digest of their values: 12 bytes a time. Metrics
 * are bits that the caller has given them.
 */
export class TimeSet {
  #entries = new Uint32Array(FIRST_CAPACITY * STRIDE);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /**
   * @param offset milliseconds from the start of the hour
   * @param metrics the reading's metrics, a bit each
   * @param digests of each of its values, in the order of `bits`
   */
  add(offset: number, metrics: number, digests: readonly number[], bits: readonly number[]): Arrival {
    const at = this.#find(offset);
    const entries = this.#entries;
    if (at >= this.#size || entries[at * STRIDE] !== offset) {
      this.#insert(at, offset, metrics, sumOver(digests, bits, 0xffff_ffff));
      return "new";
    }
    const known = entries[at * STRIDE + 1] ?? 0;
    const digest = entries[at * STRIDE + 2] ?? 0;
    const fresh = (metrics & ~known) >>> 0;
    if (fresh !== 0) {
      entries[at * STRIDE + 1] = known | metrics;
      entries[at * STRIDE + 2] = digest + sumOver(digests, bits, fresh);
    }
    // Compared where all that is known of the time is in the reading: of a part of it, a sum tells nothing.
    const comparable = (known & ~metrics) >>> 0 === 0;
    if (comparable && sumOver(digests, bits, known) !== digest) {
      entries[at * STRIDE + 2] = sumOver(digests, bits, 0xffff_ffff);
      return "other-value";
    }
    return fresh === 0 ? "same" : "added";
  }

  has(offset: number): boolean {
    const at = this.#find(offset);
    return at < this.#size && this.#entries[at * STRIDE] === offset;
  }

  *offsets(): IterableIterator<number> {
    for (let at = 0; at < this.#size; at++) yield this.#entries[at * STRIDE] ?? 0;
  }

  /** Where the offset is or belongs. Nearly always readings come in the order of their times. */
  #find(offset: number): number {
    const entries = this.#entries;
    let high = this.#size;
    if (high === 0 || (entries[(high - 1) * STRIDE] ?? 0) < offset) return high;
    let low = 0;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((entries[middle * STRIDE] ?? 0) < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #insert(at: number, offset: number, metrics: number, digest: number): void {
    if ((this.#size + 1) * STRIDE > this.#entries.length) {
      const larger = new Uint32Array(this.#entries.length * 2);
      larger.set(this.#entries);
      this.#entries = larger;
    }
    const entries = this.#entries;
    if (at < this.#size) entries.copyWithin((at + 1) * STRIDE, at * STRIDE, this.#size * STRIDE);
    entries[at * STRIDE] = offset;
    entries[at * STRIDE + 1] = metrics;
    entries[at * STRIDE + 2] = digest;
    this.#size++;
  }
}

/** Modulo 2³²; the order does not matter. */
function sumOver(digests: readonly number[], bits: readonly number[], of: number): number {
  let sum = 0;
  for (let i = 0; i < digests.length; i++)
    if (((bits[i] ?? 0) & of) !== 0) sum = (sum + (digests[i] ?? 0)) >>> 0;
  return sum;
}
