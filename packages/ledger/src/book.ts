import type { LedgerRecord } from "@kota/model";
import { differenceOf } from "./balance.ts";

export interface BookQuery {
  readonly device?: string | undefined;
  /** Hours that begin in this range; `to` does not belong to it. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

/**
 * The newest record of each device and hour, up to a number of them: then the oldest hours go, as a whole, so that what
 * it still has is complete. A million records take about 250 MB.
 */
export class Book {
  readonly #maxRecords: number;
  readonly #devices = new Map<string, Map<number, LedgerRecord>>();
  readonly #hours = new Map<number, number>();
  #size = 0;
  #difference = 0;
  #forgottenBefore = Number.NEGATIVE_INFINITY;

  constructor(maxRecords: number) {
    this.#maxRecords = maxRecords;
  }

  get size(): number {
    return this.#size;
  }

  /** Sum of the differences of all records. */
  get difference(): number {
    return this.#difference;
  }

  /** Hours before this one were forgotten; −∞: none. */
  get forgottenBefore(): number {
    return this.#forgottenBefore;
  }

  /** Hours of which there are records, in no order. */
  hours(): IterableIterator<number> {
    return this.#hours.keys();
  }

  get(device: string | null, hour: number): LedgerRecord | undefined {
    return this.#devices.get(device ?? "")?.get(hour);
  }

  set(record: LedgerRecord): void {
    const { hour } = record;
    const key = record.device ?? "";
    let records = this.#devices.get(key);
    if (!records) {
      records = new Map();
      this.#devices.set(key, records);
    }
    const before = records.get(hour);
    if (before) this.#difference -= differenceOf(before);
    else {
      this.#size++;
      this.#hours.set(hour, (this.#hours.get(hour) ?? 0) + 1);
    }
    records.set(hour, record);
    this.#difference += differenceOf(record);
    if (this.#size > this.#maxRecords) this.#forgetOldest();
  }

  delete(device: string | null, hour: number): void {
    const records = this.#devices.get(device ?? "");
    const record = records?.get(hour);
    if (!records || !record) return;
    records.delete(hour);
    if (records.size === 0) this.#devices.delete(device ?? "");
    this.#size--;
    this.#difference -= differenceOf(record);
    const left = (this.#hours.get(hour) ?? 0) - 1;
    if (left > 0) this.#hours.set(hour, left);
    else this.#hours.delete(hour);
  }

  /** By device, then as they were added. */
  *records({
    device,
    from = Number.NEGATIVE_INFINITY,
    to = Number.POSITIVE_INFINITY,
  }: BookQuery = {}): IterableIterator<LedgerRecord> {
    const devices = device === undefined ? this.#devices.values() : [this.#devices.get(device)];
    for (const records of devices) {
      for (const record of records?.values() ?? []) {
        if (record.hour >= from && record.hour < to) yield record;
      }
    }
  }

  /** A tenth at a time: to find them, all records are looked at. */
  #forgetOldest(): void {
    let excess = this.#maxRecords / 10;
    for (const hour of [...this.#hours.keys()].sort((a, b) => a - b)) {
      if (excess <= 0) break;
      excess -= this.#hours.get(hour) ?? 0;
      this.#forgottenBefore = Math.max(this.#forgottenBefore, hour + 1);
    }
    for (const record of this.records({ to: this.#forgottenBefore })) this.delete(record.device, record.hour);
  }
}
