const FIRST_ROOM = 256;

/** The newest value of each series by its number, as far as this process knows it: in rows, as there are hundreds of thousands. */
export class NewestOfSeries {
  #times = new Float64Array(FIRST_ROOM).fill(Number.NEGATIVE_INFINITY);
  #values = new Float64Array(FIRST_ROOM);

  /** -Infinity: not known. */
  time(series: number): number {
    return this.#times[series] ?? Number.NEGATIVE_INFINITY;
  }

  value(series: number): number {
    return this.#values[series] ?? Number.NaN;
  }

  set(series: number, time: number, value: number): void {
    if (series >= this.#times.length) this.#makeRoom(series);
    this.#times[series] = time;
    this.#values[series] = value;
  }

  #makeRoom(series: number): void {
    const room = Math.ceil(1.5 * (series + 1));
    const times = new Float64Array(room).fill(Number.NEGATIVE_INFINITY);
    times.set(this.#times);
    this.#times = times;
    const values = new Float64Array(room);
    values.set(this.#values);
    this.#values = values;
  }
}
