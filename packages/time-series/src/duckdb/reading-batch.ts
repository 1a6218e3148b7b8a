import { BIGINT, DOUBLE, INTEGER } from "@duckdb/node-api";
import type { Reading } from "@kota/model";
import type { Identities, Series } from "./identities.ts";
import type { Batch, TimeSlice } from "./merge.ts";

const DAY_MS = 86_400_000;

/** The readings of one write as rows of `reading_batch` and `measurement_batch`. */
export class ReadingBatch {
  readonly #identities: Identities;
  readonly #devices: number[] = [];
  readonly #times: bigint[] = [];
  readonly #adapters: number[] = [];
  readonly #receivedAt: bigint[] = [];
  readonly #series: Series[] = [];
  readonly #seriesIds: number[] = [];
  readonly #seriesTimes: bigint[] = [];
  readonly #values: number[] = [];
  readonly #days = new Map<number, { from: number; to: number }>();

  constructor(identities: Identities) {
    this.#identities = identities;
  }

  add(reading: Reading): void {
    const identities = this.#identities;
    const device = identities.device(reading.device);
    const time = BigInt(reading.time);
    this.#devices.push(device.id);
    this.#times.push(time);
    this.#adapters.push(identities.adapter(reading.adapter));
    this.#receivedAt.push(BigInt(reading.receivedAt));
    for (const metric in reading.values) {
      const series = identities.series(device, metric);
      this.#series.push(series);
      this.#seriesIds.push(series.id);
      this.#seriesTimes.push(time);
      this.#values.push(reading.values[metric] as number);
    }
    const day = Math.floor(reading.time / DAY_MS);
    const slice = this.#days.get(day);
    if (slice === undefined) this.#days.set(day, { from: reading.time, to: reading.time });
    else {
      slice.from = Math.min(slice.from, reading.time);
      slice.to = Math.max(slice.to, reading.time);
    }
  }

  get isEmpty(): boolean {
    return this.#devices.length === 0;
  }

  /** One slice a day: a straggler from last month must not make a merge look through the whole month. */
  get slices(): TimeSlice[] {
    return [...this.#days.values()];
  }

  get readings(): Batch {
    return {
      table: "reading_batch",
      types: [INTEGER, BIGINT, INTEGER, BIGINT],
      values: [this.#devices, this.#times, this.#adapters, this.#receivedAt],
    };
  }

  get measurements(): Batch {
    return {
      table: "measurement_batch",
      types: [INTEGER, BIGINT, DOUBLE],
      values: [this.#seriesIds, this.#seriesTimes, this.#values],
    };
  }

  /** Tells every series its newest value. To be called once the batch is stored. */
  noteNewest(): void {
    for (const [index, series] of this.#series.entries()) {
      const time = Number(this.#seriesTimes[index]);
      if (time >= series.newestTime) {
        series.newestTime = time;
        series.newestValue = this.#values[index] as number;
      }
    }
  }
}
