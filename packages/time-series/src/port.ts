import type { Reading, Rejection, RejectionCode, Score } from "@kota/model";

/** Half-open: `from` belongs to it, `to` does not. Unix milliseconds. */
export interface TimeRange {
  readonly from: number;
  readonly to: number;
}

/**
 * A reading that the store will never take, with its reason. The rest of the batch was stored. No store takes a time
 * that is not a whole millisecond between the years 1678 and 2262, a name that is empty or not well-formed Unicode, or
 * a value that is not finite; a store may have further limits, such as a retention.
 */
export interface Refusal {
  readonly reading: Reading;
  readonly reason: string;
}

/** The newest value of one metric of a device. */
export interface LatestValue {
  readonly device: string;
  readonly metric: string;
  readonly time: number;
  readonly value: number;
}

/** One step of a series. `time` is the START of the step; without a step every point is one reading. */
export interface SeriesPoint {
  readonly time: number;
  readonly count: number;
  readonly mean: number;
  readonly min: number;
  readonly max: number;
  readonly last: number;
}

export interface SeriesQuery extends TimeRange {
  readonly device: string;
  readonly metric: string;
  /** Width of a step in whole milliseconds, aligned to the Unix epoch; null: the readings as they are. Steps without readings are left out. */
  readonly stepMs: number | null;
  /** At most this many points, the oldest first. */
  readonly limit: number;
}

/** What one step of one device's series came to. */
export interface DeviceStep extends Omit<SeriesPoint, "last"> {
  readonly device: string;
}

export interface DeviceStepsQuery extends TimeRange {
  /** Each once. As many as are to be answered in one piece: a store makes no smaller ones of them for its caller. */
  readonly devices: readonly string[];
  readonly metric: string;
  /** As in {@link SeriesQuery}. */
  readonly stepMs: number;
}

/** Identifies a score apart from its time; null where a level is above (see {@link Score}). */
export type ScoreId = Pick<Score, "area" | "dimension" | "aspect" | "indicator">;

export interface ScorePoint {
  /** The START of its minute, or of the step. */
  readonly time: number;
  readonly score: number | null;
  /** Of all scores in the step that are a number; null: there is none. */
  readonly mean: number | null;
  readonly min: number | null;
  readonly max: number | null;
  readonly value: number | null;
  readonly coverage: number;
}

export interface ScoreHistoryQuery extends TimeRange, ScoreId {
  /** As in {@link SeriesQuery}, but null: every minute that has a score. A step holds the last score of it, and what all of them came to. */
  readonly stepMs: number | null;
  readonly limit: number;
}

/** How many readings of a device are of one hour. */
export interface HourCount {
  readonly device: string;
  /** Start of the hour, Unix milliseconds. */
  readonly hour: number;
  readonly count: number;
}

export interface RejectionQuery extends Partial<TimeRange> {
  readonly code?: RejectionCode;
  readonly adapter?: string;
  readonly device?: string;
  readonly topic?: string;
  /** Newest first. */
  readonly limit: number;
  /** Only rejections before this one, by (time, id): to page on. */
  readonly before?: { readonly time: number; readonly id: string };
}

/**
 * The time series: readings, scores and rejections, and the questions asked of them.
 *
 * - A write resolves when it is durable, and rejects with a {@link KotaError} when it is not known to be; then writing
 *   the same again is right.
 * - Writing the same again changes nothing: a reading's identity is (device, metric, time), a score's its
 *   key and minute, a rejection's its id and time. Another value for the same identity replaces the earlier one; of
 *   one identity within one write the last counts. Of writes that overlap in time, either may be the later one.
 * - Late and out of order is fine.
 * - What was written is seen by the next query.
 */
export interface TimeSeriesStore {
  /** Returns the readings it will never take (say, a value of the wrong type); an empty list when all were stored. */
  writeReadings(readings: readonly Reading[]): Promise<readonly Refusal[]>;
  /** Keeps the last score of each minute: the one that was written last. */
  writeScores(scores: readonly Score[]): Promise<void>;
  writeRejections(rejections: readonly Rejection[]): Promise<void>;

  /** Number of readings: distinct (device, time) in the range (default: all). */
  countReadings(query?: Partial<TimeRange> & { readonly device?: string }): Promise<number>;
  /** The same by device and hour (UTC); hours without readings are left out. */
  countByHour(query: TimeRange & { readonly device?: string }): Promise<readonly HourCount[]>;
  /** Distinct times of the readings of a device, in order. */
  readingTimes(query: TimeRange & { readonly device: string }): Promise<readonly number[]>;
  /** Newest value of every metric of one device; of all devices, those of the last 30 days at least. */
  latest(device?: string): Promise<readonly LatestValue[]>;
  /** The newest value of every metric of all devices as they were at a time, of the 30 days up to it and no others. */
  latestAt(time: number): Promise<readonly LatestValue[]>;
  series(query: SeriesQuery): Promise<readonly SeriesPoint[]>;
  /** The steps of one metric of several devices, in no order; devices and steps without readings are left out. */
  stepsOfDevices(query: DeviceStepsQuery): Promise<readonly DeviceStep[]>;
  scoreHistory(query: ScoreHistoryQuery): Promise<readonly ScorePoint[]>;
  rejections(query: RejectionQuery): Promise<readonly Rejection[]>;
  /** How many rejections of each code there are in the range (default: all). */
  countRejections(range?: Partial<TimeRange>): Promise<ReadonlyMap<RejectionCode, number>>;

  /** Resolves when the store answers, rejects with the reason when not. */
  check(): Promise<void>;
  /** Finishes what was asked for, then every further call rejects with `closed`. */
  close(): Promise<void>;
}
