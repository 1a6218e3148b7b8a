import { BlockSums } from "./block-sums.ts";
import { medianOf } from "./quality/unlike-neighbours.ts";
import type { OverDevices } from "./score-model.ts";
import { SortedValues } from "./sorted-values.ts";

/** Of fewer devices a median is found sooner by looking at all of them than by keeping them in order. */
const FEWEST_IN_ORDER = 256;

/**
 * What the devices that an indicator asks in an area say together. Each has its place, in the order in which they are asked, and
 * is put again when it says something else: that costs what changes, not what the area has. What is read depends only on what
 * stands at the places now, never on what stood there before or came first, to the last digit.
 */
export class AreaTally {
  readonly #over: OverDevices;
  /** By place; NaN: it does not count. */
  readonly #values: Float64Array;
  readonly #covered: BlockSums;
  readonly #sum: BlockSums | null;
  /** As whole numbers have no rounding, these are added to and taken from. */
  readonly #readings: Float64Array;
  #count = 0;
  #read = 0;
  #reaching = 0;
  /** Null: nobody keeps them in order. */
  #order: SortedValues | null = null;
  #spare: SortedValues | null = null;

  /** @param length how many devices are asked */
  constructor(over: OverDevices, length: number) {
    this.#over = over;
    this.#values = new Float64Array(length).fill(Number.NaN);
    this.#readings = new Float64Array(length);
    this.#covered = new BlockSums(length);
    this.#sum = over.by === "mean" ? new BlockSums(length) : null;
  }

  /** The device at a place counts, with this. */
  put(place: number, value: number, coverage: number, readings: number): void {
    // No -0, which is the same as 0 wherever it is compared, but not when it is written.
    this.#replace(place, value + 0, coverage, readings);
  }

  /** The device at a place does not count. */
  leaveOut(place: number): void {
    if (!Number.isNaN(this.#values[place] ?? Number.NaN)) this.#replace(place, Number.NaN, 0, 0);
  }

  /** How many devices count. */
  get count(): number {
    return this.#count;
  }

  get asked(): number {
    return this.#values.length;
  }

  /** How many readings they have. */
  get readings(): number {
    return this.#read;
  }

  /** The sum of what they cover of the window. */
  get covered(): number {
    return this.#covered.total;
  }

  /** Of a share: how many are at the threshold or above it. */
  get reaching(): number {
    return this.#reaching;
  }

  /** The value that the model asks for; NaN when no device counts. */
  get value(): number {
    if (this.#count === 0) return Number.NaN;
    const { by } = this.#over;
    if (by === "median") return this.median;
    if (by === "max") return this.highest;
    return by === "mean"
      ? (this.#sum?.total ?? Number.NaN) / this.#count
      : (100 * this.#reaching) / this.#count;
  }

  get median(): number {
    const order = this.#order;
    if (order === null) return medianOf(this.values());
    const middle = order.size >> 1;
    const upper = order.at(middle);
    return order.size % 2 === 1 ? upper : (order.at(middle - 1) + upper) / 2;
  }

  get lowest(): number {
    if (this.#order) return this.#order.at(0);
    let lowest = Number.POSITIVE_INFINITY;
    for (const value of this.#values) if (value < lowest) lowest = value;
    return lowest;
  }

  get highest(): number {
    if (this.#order) return this.#order.at(this.#order.size - 1);
    let highest = Number.NEGATIVE_INFINITY;
    for (const value of this.#values) if (value > highest) highest = value;
    return highest;
  }

  /** Of the devices that count, in the order of their places. */
  values(): Float64Array {
    const values = new Float64Array(this.#count);
    let count = 0;
    for (const value of this.#values) if (!Number.isNaN(value)) values[count++] = value;
    return values;
  }

  /** Keeps the values in order from here on, for who asks again and again. */
  keepOrder(): void {
    if (this.#order !== null || this.#values.length < FEWEST_IN_ORDER) return;
    this.#order = this.#spare ?? new SortedValues();
    this.#order.fill(this.values());
  }

  /** Keeps them no more, for who puts all of them anew. */
  dropOrder(): void {
    this.#spare = this.#order ?? this.#spare;
    this.#order = null;
  }

  #replace(place: number, value: number, coverage: number, readings: number): void {
    const before = this.#values[place] ?? Number.NaN;
    const counted = !Number.isNaN(before);
    const counts = !Number.isNaN(value);
    this.#values[place] = value;
    this.#count += Number(counts) - Number(counted);
    this.#read += readings - (this.#readings[place] ?? 0);
    this.#readings[place] = readings;
    this.#covered.set(place, coverage);
    this.#sum?.set(place, counts ? value : 0);
    if (this.#over.by === "share_at_least") {
      const { threshold } = this.#over;
      // NaN reaches nothing.
      this.#reaching += Number(value >= threshold) - Number(before >= threshold);
    }
    if (this.#order === null || before === value) return;
    if (counted) this.#order.remove(before);
    if (counts) this.#order.add(value);
  }
}
