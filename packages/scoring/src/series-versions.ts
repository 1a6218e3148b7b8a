const FIRST_ROOM = 16;

/**
 * The version of each series, in one row of numbers: who looks which of 100,000 series have changed reads this row, and waits
 * for memory only at those that have.
 */
export class SeriesVersions {
  #versions = new Int32Array();
  #count = 0;

  /** A place for one more series. */
  add(): number {
    if (this.#count === this.#versions.length) {
      const roomier = new Int32Array(Math.max(FIRST_ROOM, 2 * this.#count));
      roomier.set(this.#versions);
      this.#versions = roomier;
    }
    return this.#count++;
  }

  of(slot: number): number {
    return this.#versions[slot] ?? 0;
  }

  /** It has changed. */
  next(slot: number): number {
    const version = this.of(slot) + 1;
    this.#versions[slot] = version;
    return version;
  }

  /** All, by slot; another row when there are more series. */
  get row(): Int32Array {
    return this.#versions;
  }
}
