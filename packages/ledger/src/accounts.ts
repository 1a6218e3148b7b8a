import type { LedgerRecord, Reading, Rejection } from "@kota/model";
import { differenceOf, HOUR_MS } from "./balance.ts";
import { Book, type BookQuery } from "./book.ts";
import { digestOf } from "./digest.ts";
import { OpenHour, recheck } from "./open-hour.ts";

/** Values of one partition, with which of them belong to which record of the log. */
interface LogBatch<T> {
  readonly partition: number;
  readonly nextOffset: number;
  readonly values: readonly T[];
  readonly records: readonly { readonly offset: number; readonly end: number }[];
}

export interface AccountsOptions {
  /** An hour is closed when it is over and nothing came for so long. Milliseconds. */
  readonly graceMs: number;
  /** Distinct times held of open hours, 12 bytes each: beyond, hours are closed early. */
  readonly maxTimes: number;
  /** Closed hours held. */
  readonly maxRecords: number;
}

/** What may be asked of the time series: an open hour as it was when the question was put. */
export interface Question {
  readonly hour: OpenHour;
  readonly version: number;
  readonly expected: number;
  /** The place in the log behind what was expected. */
  readonly nextOffset: number;
}

/** An open hour and the record that the log has to have before it is closed. */
export interface Closing {
  readonly hour: OpenHour;
  readonly record: LedgerRecord;
}

/** What is known when the time series has answered. */
export interface Knowledge {
  /** What the stage that stores readings had committed before the time series was asked, by partition. */
  readonly committed: ReadonlyMap<number, number>;
  /** The accounts have all rejections that were there by then: a refused reading is known as one. */
  readonly hasRejections: boolean;
  /** The accounts have all readings that were in the log when the time series had answered. */
  readonly isComplete: boolean;
  readonly now: number;
}

interface DeviceHours {
  /** Bits that stand for its metrics. */
  metrics: readonly string[];
  readonly hours: Map<number, OpenHour>;
  /** The one that the last reading was of. */
  last: OpenHour | undefined;
}

const MAX_BIT = 31;

/**
 * The counts of every device and hour, from the log of readings and that of rejections.
 *
 * Hours that may still get something are open and hold their distinct times; a closed one is a record with the place in
 * the log up to which it counts. So reading the log again from an earlier place counts nothing twice: open hours begin
 * anew, and of closed ones that is passed over which they have. What comes late for a closed hour opens it again.
 */
export class Accounts {
  readonly #options: AccountsOptions;
  readonly #closed: Book;
  readonly #devices = new Map<string, DeviceHours>();
  readonly #positions = new Map<number, number>();
  #rejectionsPosition = 0;
  #openCount = 0;
  #times = 0;
  readonly #digests: number[] = [];
  readonly #bits: number[] = [];

  constructor(options: AccountsOptions) {
    this.#options = options;
    this.#closed = new Book(options.maxRecords);
  }

  /** A record of the log, as it was handed on before. */
  restore(record: LedgerRecord): void {
    if (!record.open) this.#closed.set(record);
  }

  takeReadings(batch: LogBatch<Reading>, now: number): void {
    let index = 0;
    for (const { offset, end } of batch.records) {
      for (; index < end; index++) {
        const reading = batch.values[index];
        if (reading) this.#takeReading(reading, batch.partition, offset, now);
      }
    }
    this.#positions.set(batch.partition, batch.nextOffset);
  }

  takeRejections(batch: LogBatch<Rejection>, now: number): void {
    let index = 0;
    for (const { offset, end } of batch.records) {
      for (; index < end; index++) {
        const rejection = batch.values[index];
        if (rejection) this.#takeRejection(rejection, offset, now);
      }
    }
    this.#rejectionsPosition = batch.nextOffset;
  }

  #takeReading(reading: Reading, partition: number, offset: number, now: number): void {
    const start = Math.floor(reading.time / HOUR_MS) * HOUR_MS;
    const device = this.#deviceHours(reading.device);
    const hour = device.last?.hour === start ? device.last : this.#open(device, reading.device, start);
    const { base } = hour;
    if (base && base.partition === partition && offset < base.offset) {
      this.#dropIfEmpty(device, hour);
      return;
    }
    device.last = hour;
    const digests = this.#digests;
    const bits = this.#bits;
    digests.length = 0;
    bits.length = 0;
    let mask = 0;
    for (const metric in reading.values) {
      let bit = device.metrics.indexOf(metric);
      // A list of its own length: what is pushed to, or spread with one more, has room for 17.
      if (bit < 0) {
        bit = device.metrics.length;
        device.metrics = device.metrics.concat(metric);
      }
      const flag = 1 << Math.min(bit, MAX_BIT);
      mask |= flag;
      bits.push(flag);
      digests.push(digestOf(bit, reading.values[metric] ?? 0));
    }
    const arrival = hour.times.add(reading.time - start, mask, digests, bits);
    if (arrival === "new") this.#times++;
    hour.noteReading(arrival, now);
    if (hour.firstOffset < 0) {
      hour.firstOffset = offset;
      hour.partition = partition;
    }
    hour.nextOffset = offset + 1;
  }

  #takeRejection(rejection: Rejection, offset: number, now: number): void {
    const refused = rejection.stage === "store" ? refusedReading(rejection) : undefined;
    const time = refused?.time ?? rejection.time;
    const start = Math.floor(time / HOUR_MS) * HOUR_MS;
    const device = this.#deviceHours(rejection.device ?? "");
    const hour = this.#open(device, rejection.device, start);
    if (hour.base && offset < hour.base.rejectionsOffset) {
      this.#dropIfEmpty(device, hour);
      return;
    }
    hour.noteRejection(rejection.id, rejection.code, rejection.count ?? 1, refused?.time, now);
    if (hour.firstRejection < 0) hour.firstRejection = offset;
    hour.nextRejection = offset + 1;
  }

  #deviceHours(id: string): DeviceHours {
    let device = this.#devices.get(id);
    if (!device) {
      device = { metrics: [], hours: new Map(), last: undefined };
      this.#devices.set(id, device);
    }
    return device;
  }

  #open(device: DeviceHours, id: string | null, start: number): OpenHour {
    let hour = device.hours.get(start);
    if (!hour) {
      hour = new OpenHour(id, start, this.#closed.get(id, start));
      device.hours.set(start, hour);
      this.#openCount++;
    }
    return hour;
  }

  #dropIfEmpty(device: DeviceHours, hour: OpenHour): void {
    if (hour.version > 0) return;
    device.hours.delete(hour.hour);
    this.#openCount--;
    if (device.last === hour) device.last = undefined;
  }

  /** Everything of the partition before this place was taken; undefined: nothing yet. */
  position(partition: number): number | undefined {
    return this.#positions.get(partition);
  }

  get rejectionsPosition(): number {
    return this.#rejectionsPosition;
  }

  /** Open hours hold more than they should: some have to be closed before more is taken. */
  get isFull(): boolean {
    return this.#times > this.#options.maxTimes;
  }

  *openHours(): IterableIterator<OpenHour> {
    for (const { hours } of this.#devices.values()) yield* hours.values();
  }

  get openCount(): number {
    return this.#openCount;
  }

  /** Every open hour as it is now. */
  questions(): Question[] {
    return Array.from(this.openHours(), (hour) => {
      const { version, expected, nextOffset } = hour;
      return { hour, version, expected, nextOffset };
    });
  }

  /** The time series has `count` readings of an hour that does not need their times. */
  answer(question: Question, count: number, known: Knowledge): void {
    const { hour, version } = question;
    if (isSettled(hour, version, known)) {
      hour.compare(count, known.now, known.isComplete);
      hour.checkedVersion = version;
    } else this.#answerEarlier(question, count, known);
  }

  /** An hour of a busy device is never at rest: what had to be stored by the time of the question is all that can be said. */
  #answerEarlier(
    { hour, version, expected, nextOffset }: Question,
    count: number,
    { committed, hasRejections, now }: Knowledge,
  ): void {
    if (hour.version === version || !hasRejections || count >= expected) return;
    // The stage that stores is behind: what is not there is on its way.
    if (hour.partition >= 0 && (committed.get(hour.partition) ?? 0) < nextOffset) return;
    hour.noteMissing(expected - count, now);
  }

  /**
   * The time series has these times of an hour that needs them. `atOnce`: there is no waiting until the accounts have the
   * whole log, as there is no room to take it. Then repeats may count as stored readings, and what comes next the other way round.
   */
  answerLate({ hour, version }: Question, times: readonly number[], known: Knowledge, atOnce = false): void {
    if (!(known.isComplete || atOnce) || !isSettled(hour, version, known)) return;
    hour.compareLate(times, known.now, known.isComplete);
    hour.checkedVersion = version;
  }

  /**
   * The time series has `count` readings of an hour that is closed. Returns the record when it is another one now.
   */
  verify(device: string, start: number, count: number, known: Knowledge): LedgerRecord | undefined {
    if (this.#devices.get(device)?.hours.has(start)) return undefined;
    const record = this.#closed.get(device, start);
    if (!record || (known.committed.get(record.partition) ?? 0) < record.offset) return undefined;
    const now = recheck(record, count, known.now, known.isComplete);
    if (now === record) return undefined;
    this.#closed.set(now);
    return now;
  }

  closed(query?: BookQuery): IterableIterator<LedgerRecord> {
    return this.#closed.records(query);
  }

  /** Hours of which there are closed records. */
  closedHours(): number[] {
    return [...this.#closed.hours()];
  }

  /** Open hours that can be closed, at most so many. */
  due(now: number, limit: number): Closing[] {
    const due: Closing[] = [];
    for (const hour of this.openHours()) {
      if (due.length >= limit) break;
      const isOver = Math.max(hour.hour + HOUR_MS, hour.touchedAt) + this.#options.graceMs <= now;
      if (isOver && hour.checkedVersion === hour.version) due.push({ hour, record: hour.record(false) });
    }
    return due;
  }

  /** Open hours to close although more may come, the oldest first, until half of the room is free. */
  dueForRoom(): Closing[] {
    let excess = this.#times - this.#options.maxTimes / 2;
    const checked = [...this.openHours()].filter(({ checkedVersion, version }) => checkedVersion === version);
    checked.sort((a, b) => a.hour - b.hour);
    const due: Closing[] = [];
    for (const hour of checked) {
      if (excess <= 0) break;
      excess -= hour.times.size;
      due.push({ hour, record: hour.record(false) });
    }
    return due;
  }

  /** The log has the record. An hour that got more meanwhile stays open. */
  close(hour: OpenHour, record: LedgerRecord): void {
    if (hour.version !== hour.checkedVersion) return;
    const device = this.#devices.get(hour.device ?? "");
    if (!device || device.hours.get(hour.hour) !== hour) return;
    this.#closed.set(record);
    device.hours.delete(hour.hour);
    if (device.last === hour) device.last = undefined;
    if (device.hours.size === 0) this.#devices.delete(hour.device ?? "");
    this.#openCount--;
    this.#times -= hour.times.size;
  }

  /** Where reading has to begin again for the open hours to be what they are, by partition. */
  restartOffsets(): { readonly readings: ReadonlyMap<number, number>; readonly rejections: number } {
    const readings = new Map(this.#positions);
    let rejections = this.#rejectionsPosition;
    for (const { partition, firstOffset, firstRejection } of this.openHours()) {
      if (firstOffset >= 0)
        readings.set(partition, Math.min(firstOffset, readings.get(partition) ?? firstOffset));
      if (firstRejection >= 0) rejections = Math.min(rejections, firstRejection);
    }
    return { readings, rejections };
  }

  /** Missing readings of all hours, and readings that are on their way. */
  totals(): { readonly difference: number; readonly pending: number } {
    let { difference } = this.#closed;
    let pending = 0;
    for (const hour of this.openHours()) {
      const record = hour.record(true);
      pending += record.pending;
      difference += differenceOf(record);
      // What an hour had when it was closed is in the book as well.
      if (hour.base) difference -= differenceOf(hour.base);
    }
    return { difference, pending };
  }
}

/** All of the hour is stored or refused, and nothing came since the question was put. */
function isSettled(hour: OpenHour, version: number, { committed, hasRejections }: Knowledge): boolean {
  if (hour.version !== version || !hasRejections || hour.owesReadings) return false;
  return hour.partition < 0 || (committed.get(hour.partition) ?? 0) >= hour.nextOffset;
}

/** The reading in a rejection of the stage `store`: its payload is the reading as JSON. */
function refusedReading({ payload }: Rejection): Reading {
  return JSON.parse(Buffer.from(payload, "base64").toString("utf8"));
}
