const FIRST_ROOM = 64;

/** So many numbers for each series, in one row of all: of 100,000 series, objects would take several times the memory. */
export class SlotRows {
  readonly #width: number;
  #numbers: Float64Array;

  /** @param width numbers of a series, all 0 at first */
  constructor(width: number) {
    this.#width = width;
    this.#numbers = new Float64Array(FIRST_ROOM * width);
  }

  /** @param slot of the series */
  get(slot: number, column: number): number {
    return this.#numbers[slot * this.#width + column] ?? 0;
  }

  set(slot: number, column: number, value: number): void {
    const at = slot * this.#width + column;
    if (at >= this.#numbers.length) this.#makeRoom(slot);
    this.#numbers[at] = value;
  }

  #makeRoom(slot: number): void {
    const roomier = new Float64Array(Math.ceil(1.5 * (slot + 1)) * this.#width);
    roomier.set(this.#numbers);
    this.#numbers = roomier;
  }
}
