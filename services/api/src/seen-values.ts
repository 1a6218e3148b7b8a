/** The newest value of one metric. */
export interface SeenValue {
  /** Event time, Unix milliseconds. */
  readonly time: number;
  readonly value: number;
}

/** The newest value of each metric of a device. A map is one. */
export interface SeenValues extends Iterable<readonly [metric: string, newest: SeenValue]> {
  get(metric: string): SeenValue | undefined;
  has(metric: string): boolean;
}

/** The same for 100,000 devices at once, a quarter of what maps of objects take: a device has few metrics. */
export class FewValues implements SeenValues {
  #metrics: readonly string[] = [];
  /** Time and value in turn, in the order of the metrics. */
  #newest: number[] = [];

  /** Takes a value, unless a newer one is known. */
  take(metric: string, time: number, value: number): void {
    const at = 2 * this.#metrics.indexOf(metric);
    if (at < 0) {
      // Lists of their own length: what is pushed to, or spread with one more, has room for 17.
      this.#metrics = this.#metrics.concat(metric);
      this.#newest = this.#newest.concat(time, value);
    } else if ((this.#newest[at] ?? 0) <= time) {
      this.#newest[at] = time;
      this.#newest[at + 1] = value;
    }
  }

  get(metric: string): SeenValue | undefined {
    const index = this.#metrics.indexOf(metric);
    return index < 0 ? undefined : this.#at(index);
  }

  has(metric: string): boolean {
    return this.#metrics.includes(metric);
  }

  *[Symbol.iterator](): Generator<readonly [string, SeenValue]> {
    for (const [index, metric] of this.#metrics.entries()) yield [metric, this.#at(index)];
  }

  #at(index: number): SeenValue {
    return { time: this.#newest[2 * index] ?? Number.NaN, value: this.#newest[2 * index + 1] ?? Number.NaN };
  }
}
