import type { SeriesWindow } from "@kota/scoring";

/** Readings that came for an hour that is closed, or for a minute of it that is condensed. */
export interface LateHour {
  readonly series: SeriesWindow;
  readonly start: number;
  readonly partition: number;
  readonly firstOffset: number;
  /** Up to where in the log the time series has to be to have all of the hour. */
  reach: number;
  readonly since: number;
  /** Time to value; for one time the value that came last. */
  readonly readings: Map<number, number>;
}

/** Hours that are to be made again, the one that came first before the others. */
export class LateHours {
  #waiting = new Map<string, LateHour>();
  /** Taken out to be corrected, and not yet in the log again. */
  #settling: readonly LateHour[] = [];

  get size(): number {
    return this.#waiting.size;
  }

  /** Neither waiting nor taken out. */
  get isEmpty(): boolean {
    return this.#waiting.size === 0 && this.#settling.length === 0;
  }

  /** Puts it in the place of what waits for the same hour. */
  set(late: LateHour): void {
    this.#waiting.set(keyOf(late), late);
  }

  /** Adds its readings to what waits for the same hour. */
  add(late: LateHour): void {
    const waiting = this.#waiting.get(keyOf(late));
    if (waiting === undefined) {
      this.set(late);
      return;
    }
    waiting.reach = Math.max(waiting.reach, late.reach);
    for (const [time, value] of late.readings) waiting.readings.set(time, value);
  }

  /** Whether something waits, or is taken out, for an hour of a series. */
  has(series: SeriesWindow, start: number): boolean {
    return (
      this.#waiting.has(keyOf({ series, start })) ||
      this.#settling.some((late) => late.series === series && late.start === start)
    );
  }

  delete(series: SeriesWindow, start: number): void {
    this.#waiting.delete(keyOf({ series, start }));
  }

  /** Takes some out, until {@link settled} says that they are done. */
  take(most: number): readonly LateHour[] {
    const taken = [...this.#waiting.values()].slice(0, most);
    for (const late of taken) this.#waiting.delete(keyOf(late));
    this.#settling = taken;
    return taken;
  }

  settled(): void {
    this.#settling = [];
  }

  /** Puts back what was taken out; what came meanwhile is newer. */
  postpone(late: LateHour): void {
    const newer = this.#waiting.get(keyOf(late));
    if (newer === undefined) this.set(late);
    else this.set({ ...late, reach: newer.reach, readings: new Map([...late.readings, ...newer.readings]) });
  }

  /** Those that wait and those that are taken out: their places in the log are still needed. */
  *held(): Generator<LateHour> {
    yield* this.#waiting.values();
    yield* this.#settling;
  }
}

function keyOf({ series, start }: Pick<LateHour, "series" | "start">): string {
  return `${series.device}/${series.metric}/${start}`;
}
