import { DOUBLE, INTEGER } from "@duckdb/node-api";
import type { Reading } from "@kota/model";
import type { Columns } from "./columns.ts";
import type { Identities } from "./identities.ts";
import type { TimeSlice } from "./merge.ts";

const DAY_MS = 86_400_000;

// Times go in as doubles, exactly: DuckDB makes integers of them, at a quarter of what a BigInt each costs here.
const READING_TYPES = [INTEGER, DOUBLE, INTEGER, DOUBLE];
const MEASUREMENT_TYPES = [INTEGER, DOUBLE, DOUBLE];

/** Readings as rows of two tables. */
class Rows {
  readonly devices: number[] = [];
  readonly times: number[] = [];
  readonly adapters: number[] = [];
  readonly receivedAt: number[] = [];
  readonly series: number[] = [];
  readonly seriesTimes: number[] = [];
  readonly values: number[] = [];

  into<R extends string, M extends string>(
    readings: R,
    measurements: M,
  ): readonly [Columns & { table: R }, Columns & { table: M }] {
    return [
      {
        table: readings,
        types: READING_TYPES,
        values: [this.devices, this.times, this.adapters, this.receivedAt],
      },
      { table: measurements, types: MEASUREMENT_TYPES, values: [this.series, this.seriesTimes, this.values] },
    ];
  }
}

/**
 * The readings of one write. Those that are newer than all of their device cannot be there yet, and are appended as they are;
 * they are nearly all. The others are merged, after them: so the last of the same identity counts.
 */
export class ReadingBatch {
  readonly #identities: Identities;
  readonly #newer = new Rows();
  readonly #others = new Rows();
  readonly #series: number[] = [];
  readonly #times: number[] = [];
  readonly #values: number[] = [];
  readonly #days = new Map<number, { from: number; to: number }>();

  constructor(identities: Identities) {
    this.#identities = identities;
  }

  add(reading: Reading): void {
    const identities = this.#identities;
    const device = identities.device(reading.device);
    const { time } = reading;
    const isNewer = time > device.newestTime;
    if (isNewer) device.newestTime = time;
    const rows = isNewer && identities.hasNewest ? this.#newer : this.#others;
    if (rows === this.#others) this.#noteDay(time);
    rows.devices.push(device.id);
    rows.times.push(time);
    rows.adapters.push(identities.adapter(reading.adapter));
    rows.receivedAt.push(reading.receivedAt);
    for (const metric in reading.values) {
      const series = identities.series(device, metric);
      const value = reading.values[metric] as number;
      this.#series.push(series);
      this.#times.push(time);
      this.#values.push(value);
      rows.series.push(series);
      rows.seriesTimes.push(time);
      rows.values.push(value);
    }
  }

  /** To be appended to their tables. */
  get newer() {
    return this.#newer.into("readings", "measurements");
  }

  /** To be merged into them. */
  get others() {
    return this.#others.into("reading_batch", "measurement_batch");
  }

  /** Of what is to be merged, one slice a day: a straggler from last month must not make a merge look through the whole month. */
  get slices(): TimeSlice[] {
    return [...this.#days.values()];
  }

  /** Tells every series its newest value. To be called once the batch is stored. */
  noteNewest(): void {
    const { newest } = this.#identities;
    this.#series.forEach((series, index) => {
      const time = this.#times[index] as number;
      if (time >= newest.time(series)) newest.set(series, time, this.#values[index] as number);
    });
  }

  #noteDay(time: number): void {
    const day = Math.floor(time / DAY_MS);
    const slice = this.#days.get(day);
    if (slice === undefined) this.#days.set(day, { from: time, to: time });
    else {
      slice.from = Math.min(slice.from, time);
      slice.to = Math.max(slice.to, time);
    }
  }
}
