import type { Reading, Report } from "@kota/model";
import { HOUR_MS, MINUTE_MS, minuteEnd, minuteOf } from "@kota/scoring";

/** More ranges than this are made one. */
const MOST_RANGES = 50;
/** Devices that are named in the reason. */
const MOST_DEVICES = 5;
/** Of which those that came after the score are named. */
const MOST_REPORTS = 20;

/** Minutes whose scores are to be computed again. Starts of minutes, both ends belong to it. */
export interface StaleRange {
  readonly from: number;
  readonly through: number;
  /** When the first and when the last reading for it came. */
  readonly begun: number;
  readonly since: number;
  /** That came after their minute was settled. What is only read back after a restart, and had come in time, is none of them. */
  readonly readings: number;
  readonly devices: ReadonlySet<string>;
  /** Reports that count for it, as `indicator for area`, with when they were received. */
  readonly reports: ReadonlyMap<string, number>;
  /** By partition the place in the log from which a restart finds it again. */
  readonly offsets: ReadonlyMap<number, number>;
  /** By partition the place in the log up to which the time series has to be to have all of it. */
  readonly reach: ReadonlyMap<number, number>;
}

/** Of minutes that are to be computed again though nothing came. */
export const NOTHING_LATE: Pick<StaleRange, "readings" | "devices" | "reports" | "offsets"> = {
  readings: 0,
  devices: new Set(),
  reports: new Map(),
  offsets: new Map(),
};

/** The batch of a reading that came after a minute in its windows was settled. */
export interface Arrival {
  readonly partition: number;
  readonly offset: number;
  readonly nextOffset: number;
  /** After a restart: what is in it may have been counted before. */
  readonly isReadBack: boolean;
  readonly now: number;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Which settled minutes are stale, because readings came for them later. */
export class LateArrivals {
  #ranges: Mutable<StaleRange>[] = [];
  /** The one of them that was added to last. */
  #last: Mutable<StaleRange> | undefined;
  #taken: StaleRange | undefined;
  #settledThrough = Number.NEGATIVE_INFINITY;

  /** Minutes that end here or before are settled, or are being settled. */
  settledThrough(time: number): void {
    this.#settledThrough = Math.max(this.#settledThrough, time);
  }

  isLate(time: number): boolean {
    return minuteEnd(minuteOf(time)) <= this.#settledThrough;
  }

  /**
   * Notes a reading that is late. Some windows begin on full hours: they look up to an hour further back than they are long.
   * @param horizonMs length of the metric's longest window
   */
  note(
    { device, time, receivedAt }: Pick<Reading, "device" | "time" | "receivedAt">,
    horizonMs: number,
    arrival: Arrival,
  ): void {
    const { isReadBack, partition, offset, nextOffset, now } = arrival;
    const from = minuteOf(time);
    const through = minuteOf(Math.min(time + horizonMs + HOUR_MS, this.#settledThrough));
    const cameLate = !isReadBack || receivedAt > minuteEnd(from);
    const last = this.#last;
    if (last !== undefined && covers(last, from, through, arrival)) {
      if (!cameLate) return;
      last.readings++;
      if (last.devices.size < MOST_DEVICES && !last.devices.has(device))
        last.devices = new Set([...last.devices, device]);
      return;
    }
    this.add({
      from,
      through,
      begun: now,
      since: now,
      readings: cameLate ? 1 : 0,
      devices: new Set(cameLate ? [device] : []),
      reports: new Map(),
      offsets: new Map([[partition, offset]]),
      reach: new Map([[partition, nextOffset]]),
    });
  }

  /**
   * A report counts from a time on whose minute may be settled: then all minutes since are stale.
   * @param reach where the readings stand: what the time series has to have to make these minutes again
   */
  noteReport(
    { indicator, area, receivedAt }: Pick<Report, "indicator" | "area" | "receivedAt">,
    from: number,
    now: number,
    reach: ReadonlyMap<number, number>,
  ): void {
    if (!this.isLate(from)) return;
    this.add({
      from: minuteOf(from),
      through: minuteOf(this.#settledThrough),
      begun: now,
      since: now,
      readings: 0,
      devices: new Set(),
      reports: new Map([[`${indicator} for ${area}`, receivedAt]]),
      offsets: new Map(),
      reach,
    });
  }

  add(range: StaleRange): void {
    const apart: StaleRange[] = [];
    let merged = range;
    for (const other of this.#ranges) {
      const touches = other.from <= merged.through + MINUTE_MS && merged.from <= other.through + MINUTE_MS;
      if (touches) merged = union(merged, other);
      else apart.push(other);
    }
    const hasRoom = apart.length < MOST_RANGES;
    this.#last = hasRoom ? merged : apart.reduce(union, merged);
    this.#ranges = hasRoom ? [...apart, this.#last] : [this.#last];
  }

  /**
   * The range to work on: the one taken before until it is {@link done}, else one that is due. What comes for the same
   * minutes from now on is a range of its own, so that readings that are late all the time put off no correction.
   */
  take(isDue: (range: StaleRange) => boolean): StaleRange | undefined {
    if (this.#taken) return this.#taken;
    const index = this.#ranges.findIndex(isDue);
    if (index >= 0) [this.#taken] = this.#ranges.splice(index, 1);
    if (this.#taken === this.#last) this.#last = undefined;
    return this.#taken;
  }

  done(): void {
    this.#taken = undefined;
  }

  /** What a commit must not pass, by partition. */
  *offsets(): Generator<readonly [partition: number, offset: number]> {
    for (const range of this.#ranges) yield* range.offsets;
    if (this.#taken) yield* this.#taken.offsets;
  }
}

/** Whether a reading of this batch adds nothing to a range but itself: so it is for nearly all of a flood of late readings. */
function covers(
  range: StaleRange,
  from: number,
  through: number,
  { partition, offset, nextOffset, now }: Arrival,
): boolean {
  return (
    range.from <= from &&
    range.through >= through &&
    range.since >= now &&
    (range.offsets.get(partition) ?? Number.POSITIVE_INFINITY) <= offset &&
    (range.reach.get(partition) ?? Number.NEGATIVE_INFINITY) >= nextOffset
  );
}

function union(one: StaleRange, other: StaleRange): StaleRange {
  const offsets = new Map(one.offsets);
  for (const [partition, offset] of other.offsets)
    offsets.set(partition, Math.min(offset, offsets.get(partition) ?? offset));
  const reach = new Map(one.reach);
  for (const [partition, offset] of other.reach)
    reach.set(partition, Math.max(offset, reach.get(partition) ?? offset));
  return {
    from: Math.min(one.from, other.from),
    through: Math.max(one.through, other.through),
    begun: Math.min(one.begun, other.begun),
    since: Math.max(one.since, other.since),
    readings: one.readings + other.readings,
    devices: someOf(one.devices, other.devices),
    reports: newestReports(one.reports, other.reports),
    offsets,
    reach,
  };
}

function newestReports(
  one: ReadonlyMap<string, number>,
  other: ReadonlyMap<string, number>,
): ReadonlyMap<string, number> {
  if (one.size === 0 || other.size === 0) return one.size === 0 ? other : one;
  const both = new Map(one);
  for (const [name, receivedAt] of other) both.set(name, Math.max(receivedAt, both.get(name) ?? receivedAt));
  return new Map([...both].sort(([, a], [, b]) => b - a).slice(0, MOST_REPORTS));
}

/** The same set when there is nothing new: a flood of late readings comes here with each of them. */
function someOf(one: ReadonlySet<string>, other: ReadonlySet<string>): ReadonlySet<string> {
  if (other.size >= MOST_DEVICES || one.size === 0) return other;
  if (one.size >= MOST_DEVICES || other.size === 0) return one;
  return new Set([...one, ...other].slice(0, MOST_DEVICES));
}
