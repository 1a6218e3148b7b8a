/** A block that has so many values is cut in two… */
const FULL = 256;
/** …and filled with so many at first. */
const FILLED = 128;

/**
 * Numbers in ascending order, of which one is put in, taken out, or asked for by its rank in little time: in blocks, so that only a
 * part of them moves. No NaN.
 */
export class SortedValues {
  /** Never empty, but for a single one. */
  #blocks: Float64Array[] = [new Float64Array(FULL)];
  #lengths: number[] = [0];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** These instead of what is there. */
  fill(values: Float64Array): void {
    const ordered = values.slice().sort();
    this.#size = ordered.length;
    const blocks = Math.max(1, Math.ceil(ordered.length / FILLED));
    this.#lengths = [];
    for (let n = 0; n < blocks; n++) {
      const part = ordered.subarray(n * FILLED, (n + 1) * FILLED);
      this.#blocks[n] ??= new Float64Array(FULL);
      this.#blocks[n]?.set(part);
      this.#lengths.push(part.length);
    }
    this.#blocks.length = blocks;
  }

  add(value: number): void {
    let n = this.#blockOf(value);
    if (this.#lengths[n] === FULL) {
      this.#cut(n);
      n = this.#blockOf(value);
    }
    const block = this.#block(n);
    const length = this.#lengths[n] ?? 0;
    const at = firstFrom(block, length, value);
    block.copyWithin(at + 1, at, length);
    block[at] = value;
    this.#lengths[n] = length + 1;
    this.#size++;
  }

  /** Takes one of the values out that are the same as this one, which is there. */
  remove(value: number): void {
    const n = this.#blockOf(value);
    const block = this.#block(n);
    const length = this.#lengths[n] ?? 0;
    block.copyWithin(firstFrom(block, length, value), firstFrom(block, length, value) + 1, length);
    this.#lengths[n] = length - 1;
    this.#size--;
    if (length > 1 || this.#blocks.length === 1) return;
    this.#blocks.splice(n, 1);
    this.#lengths.splice(n, 1);
  }

  /** The value with so many others before it in the order; NaN when there are not so many. */
  at(rank: number): number {
    let before = 0;
    for (let n = 0; n < this.#lengths.length; n++) {
      const length = this.#lengths[n] ?? 0;
      if (rank < before + length) return this.#block(n)[rank - before] ?? Number.NaN;
      before += length;
    }
    return Number.NaN;
  }

  /** The first block whose last value is not before this one: there it is, or is to be put; else the last block. */
  #blockOf(value: number): number {
    let low = 0;
    let high = this.#blocks.length - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#block(middle)[(this.#lengths[middle] ?? 0) - 1] ?? 0) < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #block(n: number): Float64Array {
    return this.#blocks[n] ?? new Float64Array();
  }

  #cut(n: number): void {
    const block = this.#block(n);
    const upper = new Float64Array(FULL);
    upper.set(block.subarray(FILLED));
    this.#blocks.splice(n + 1, 0, upper);
    this.#lengths.splice(n, 1, FILLED, FULL - FILLED);
  }
}

/** Index of the first value that is not before this one. */
function firstFrom(block: Float64Array, length: number, value: number): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((block[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
