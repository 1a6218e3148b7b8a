import type { LedgerRecord, RejectionCode } from "@kota/model";
import { expectedOf } from "./balance.ts";
import { type Arrival, TimeSet } from "./time-set.ts";

/** What is remembered of the rejections of an hour that is closed, so that one that is repeated later is known as such. */
const REMEMBERED_REJECTIONS = 500;
const SHORT_ID = 12;

/** A device and hour of which more may come. */
export class OpenHour {
  readonly device: string | null;
  readonly hour: number;
  /** What was counted before the hour was closed and opened again. */
  readonly base: LedgerRecord | undefined;
  /** Changes with everything that comes. */
  version = 0;
  /** The version that was compared with the time series; −1: none. */
  checkedVersion = -1;
  /** When something came last, Unix milliseconds. */
  touchedAt = 0;
  partition = -1;
  firstOffset = -1;
  nextOffset = -1;
  firstRejection = -1;
  nextRejection = -1;
  readonly times = new TimeSet();

  #readings = 0;
  #conflicts = 0;
  #rejected: Map<RejectionCode, number> | undefined;
  #repeated = 0;
  #rejectionIds: Set<string> | undefined;
  #refused: Set<number> | undefined;
  #stored = 0;
  #missing = 0;
  #extra = 0;
  #checkedAt: number | null = null;
  /** Of the times that came since the hour was opened again: those that were not known before, once that is found out. */
  #fresh: number | undefined;
  #isShown = false;

  constructor(device: string | null, hour: number, base: LedgerRecord | undefined) {
    this.device = device;
    this.hour = hour;
    this.base = base;
    if (!base) return;
    this.#stored = base.stored;
    this.#missing = expectedOf(base) - base.stored - base.pending;
    this.#extra = base.extra;
    this.#checkedAt = base.checkedAt;
  }

  noteReading(arrival: Arrival, now: number): void {
    this.#readings++;
    if (arrival === "other-value") this.#conflicts++;
    if (arrival === "new") this.#fresh = undefined;
    this.#touch(now);
  }

  /** `refusedAt`: the time of a reading that the time series refused. */
  noteRejection(
    id: string,
    code: RejectionCode,
    count: number,
    refusedAt: number | undefined,
    now: number,
  ): void {
    this.#touch(now);
    const short = id.slice(0, SHORT_ID);
    this.#rejectionIds ??= new Set(this.base?.rejectionIds?.split(" "));
    const known = this.#rejectionIds.has(short);
    this.#rejectionIds.add(short);
    if (refusedAt !== undefined) {
      // It was received as a reading: it only goes from one column to another.
      if (known) return;
      this.#refused ??= new Set();
      this.#refused.add(refusedAt);
    } else if (known) this.#repeated += count;
    else {
      this.#rejected ??= new Map();
      this.#rejected.set(code, (this.#rejected.get(code) ?? 0) + count);
    }
  }

  #touch(now: number): void {
    this.version++;
    this.touchedAt = now;
    this.#isShown = false;
  }

  /** The log has it as it stands. */
  get isShown(): boolean {
    return this.#isShown;
  }

  shown(): void {
    this.#isShown = true;
  }

  /** So many distinct readings have to be stored. Until the time series was asked, every time that came late counts as one. */
  get expected(): number {
    return this.#distinct - this.#refusedCount;
  }

  get #distinct(): number {
    return (this.base?.distinct ?? 0) + (this.#fresh ?? this.times.size);
  }

  /** The refusal of a reading may come by the log of rejections before the reading does. */
  get #refusedCount(): number {
    return Math.min(this.#distinct, this.#refusedSoFar);
  }

  get #refusedSoFar(): number {
    return (this.base?.refused ?? 0) + (this.#refused?.size ?? 0);
  }

  /** A reading is known to be refused and has not come yet. */
  get owesReadings(): boolean {
    return this.#refusedSoFar > this.#distinct;
  }

  /** Whether it has to be found out which of the times that came late are new. */
  get needsTimes(): boolean {
    return this.base !== undefined && this.times.size > 0 && this.#fresh === undefined;
  }

  isRefused(time: number): boolean {
    return this.#refused?.has(time) === true;
  }

  /** The time series has `count` readings of the hour, and nothing of it is under way. */
  compare(count: number, now: number, isComplete: boolean): void {
    const { expected } = this;
    if (isComplete) this.#extra = Math.max(0, count - expected);
    this.#stored = Math.min(count, expected);
    this.#missing = expected - this.#stored;
    this.#checkedAt = now;
    this.#isShown = false;
  }

  /** The time series has fewer readings than had to be stored by then. */
  noteMissing(missing: number, now: number): void {
    this.#missing = missing;
    this.#checkedAt = now;
    this.#isShown = false;
  }

  /**
   * An hour that was opened again: which times it had before is not known, only how many. So what came late is looked for
   * in the time series, and what is there beyond what was there before is new.
   */
  compareLate(storedTimes: readonly number[], now: number, isComplete: boolean): void {
    const stored = new Set(storedTimes);
    let present = 0;
    let absent = 0;
    for (const offset of this.times.offsets()) {
      const time = this.hour + offset;
      if (stored.has(time)) present++;
      else if (!this.isRefused(time)) absent++;
    }
    const before = this.base ? expectedOf(this.base) + this.base.extra : 0;
    const refused = this.#refused?.size ?? 0;
    this.#fresh = Math.min(present, Math.max(0, stored.size - before)) + absent + refused;
    this.compare(stored.size, now, isComplete);
  }

  record(open: boolean): LedgerRecord {
    const { base } = this;
    const rejected: Partial<Record<RejectionCode, number>> = { ...base?.rejected };
    for (const [code, count] of this.#rejected ?? []) rejected[code] = (rejected[code] ?? 0) + count;
    const ids = this.#rejectionIds
      ? [...this.#rejectionIds].slice(-REMEMBERED_REJECTIONS).join(" ")
      : base?.rejectionIds;
    const { expected } = this;
    const stored = Math.min(this.#stored, expected);
    return {
      device: this.device,
      hour: this.hour,
      ...(open ? { open } : {}),
      readings: (base?.readings ?? 0) + this.#readings,
      distinct: this.#distinct,
      conflicts: (base?.conflicts ?? 0) + this.#conflicts,
      refused: this.#refusedCount,
      rejected,
      repeated: (base?.repeated ?? 0) + this.#repeated,
      stored,
      pending: Math.max(0, expected - stored - this.#missing),
      extra: this.#extra,
      checkedAt: this.#checkedAt,
      partition: this.partition >= 0 ? this.partition : (base?.partition ?? -1),
      offset: Math.max(this.nextOffset, base?.offset ?? 0, 0),
      rejectionsOffset: Math.max(this.nextRejection, base?.rejectionsOffset ?? 0, 0),
      ...(ids === undefined || open ? {} : { rejectionIds: ids }),
    };
  }
}

/** The record with what the time series has of it now; the same when nothing changed. `count` beyond it is known to be extra. */
export function recheck(record: LedgerRecord, count: number, now: number, isComplete: boolean): LedgerRecord {
  const expected = expectedOf(record);
  const stored = Math.min(count, expected);
  const extra = isComplete ? Math.max(0, count - expected) : record.extra;
  if (record.pending === 0 && stored === record.stored && extra === record.extra) return record;
  return { ...record, stored, extra, pending: 0, checkedAt: now };
}
