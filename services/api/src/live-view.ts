import {
  type EventLog,
  GROUPS,
  READINGS,
  REJECTIONS,
  SCORE_REVISIONS,
  SCORES,
  type Tail,
} from "@kota/event-log";
import {
  KotaError,
  messageOf,
  type Reading,
  type Rejection,
  type Score,
  type ScoreRevision,
  scoreKey,
} from "@kota/model";
import { type Clock, type Logger, retrying } from "@kota/runtime";
import type { LatestValue, TimeSeriesStore } from "@kota/time-series";
import { Arrivals } from "./arrivals.ts";
import { createMinuteCount } from "./minute-count.ts";
import { createQuotaWatch, type OverQuota } from "./quota-watch.ts";
import { FewValues, type SeenValues } from "./seen-values.ts";

/** So many corrections are held at least. */
const MOST_REVISIONS = 10_000;

/** What is known of a device from its readings. */
export interface SeenDevice {
  /** Event time of its newest reading, Unix milliseconds. */
  readonly lastSeen: number;
  readonly values: SeenValues;
  /** Its readings of the last hour; null: not known. Left out: it is not of now. */
  perHour?(): number | null;
}

/** As it is now. */
export interface LiveDevice extends SeenDevice {
  /** Another number whenever something new was seen of it. */
  readonly changes: number;
}

/** What goes on to the live stream. */
export interface LiveListener {
  score(score: Score): void;
  reading(reading: Reading): void;
  rejection(rejection: Rejection): void;
  revision(revision: ScoreRevision): void;
}

/** The newest scores and values, in memory, as the log tells them. */
export interface LiveView {
  /** Resolves when the log is followed; what was stored before is then read in the background. */
  start(): Promise<void>;
  stop(): Promise<void>;
  notReady(): readonly string[];
  /** The newest scores and values are all there. */
  isFilled(): boolean;
  /** The newest scores that the score model in force has published. */
  scores(): Iterable<Score>;
  score(id: Pick<Score, "area" | "dimension" | "aspect" | "indicator">): Score | undefined;
  /** Corrections of past scores, the newest first. */
  revisions(): Iterable<ScoreRevision>;
  device(id: string): LiveDevice | undefined;
  /** Devices that are held back by their quota. */
  overQuota(): readonly OverQuota[];
  /** Ids of every device that ever gave a reading. */
  deviceIds(): Iterable<string>;
  readonly deviceCount: number;
  /** What came since the start. */
  readonly seen: {
    readonly readings: number;
    readonly scores: number;
    readonly rejections: number;
    /** The reading that came last. */
    readonly newest: Reading | null;
    /** Readings that came in the last 60 seconds. */
    readingsPerMinute(): number;
  };
}

interface MutableDevice extends LiveDevice {
  lastSeen: number;
  changes: number;
  readonly values: FewValues;
  readonly arrivals: Arrivals;
}

/**
 * Follows the log and keeps what is newest. The log is followed before the time series is asked, so that nothing falls
 * between the two; a value from the time series never replaces one that is as new.
 */
export function createLiveView(deps: {
  readonly log: EventLog;
  readonly store: TimeSeriesStore;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly listener: LiveListener;
}): LiveView {
  const { log, store, logger, clock, listener } = deps;
  const stopping = new AbortController();
  const scores = new Map<string, Score>();
  const revisions: ScoreRevision[] = [];
  const devices = new Map<string, MutableDevice>();
  const startedAt = clock();
  const arrivals = createMinuteCount(clock);
  const quotas = createQuotaWatch(clock);
  const seen = {
    readings: 0,
    scores: 0,
    rejections: 0,
    newest: null as Reading | null,
    readingsPerMinute: arrivals.count,
  };
  let modelHash: string | undefined;
  let tails: Tail[] = [];
  let scoresRead = false;
  let valuesRead = false;
  let trouble: string | undefined;

  function takeScores(batch: { readonly values: readonly Score[] }): void {
    for (const score of batch.values) {
      // A correction of a past minute: the score that is newer stays.
      const known = scores.get(scoreKey(score));
      if (known && known.model.hash === score.model.hash && known.at > score.at) continue;
      scores.set(scoreKey(score), score);
      modelHash = score.model.hash;
      if (scoresRead) seen.scores++;
      listener.score(score);
    }
  }

  function takeRevisions(batch: { readonly values: readonly ScoreRevision[] }): void {
    revisions.push(...batch.values);
    if (revisions.length > 2 * MOST_REVISIONS) revisions.splice(0, revisions.length - MOST_REVISIONS);
    if (scoresRead) for (const revision of batch.values) listener.revision(revision);
  }

  function takeReadings(batch: { readonly values: readonly Reading[] }): void {
    arrivals.add(batch.values.length);
    const now = clock();
    for (const reading of batch.values) {
      const device = deviceOf(reading.device, reading.time);
      device.arrivals.add(now);
      for (const metric in reading.values) {
        const value = reading.values[metric];
        if (value !== undefined) device.values.take(metric, reading.time, value);
      }
      seen.readings++;
      seen.newest = reading;
      listener.reading(reading);
    }
  }

  function takeRejections(batch: { readonly values: readonly Rejection[] }): void {
    for (const rejection of batch.values) {
      seen.rejections += rejection.count ?? 1;
      quotas.take(rejection);
      listener.rejection(rejection);
    }
  }

  function takeStored(values: readonly LatestValue[]): void {
    for (const { device: id, metric, time, value } of values) {
      const { values: known } = deviceOf(id, time);
      // One that is as new came by the log.
      if (known.get(metric)?.time !== time) known.take(metric, time, value);
    }
  }

  function deviceOf(id: string, time: number): MutableDevice {
    const known = devices.get(id);
    if (!known) {
      const arrivals = new Arrivals();
      const device: MutableDevice = {
        lastSeen: time,
        changes: 0,
        values: new FewValues(),
        arrivals,
        perHour: () => arrivals.perHour(clock(), startedAt),
      };
      devices.set(id, device);
      return device;
    }
    if (time > known.lastSeen) known.lastSeen = time;
    known.changes++;
    return known;
  }

  /** Readings that were in the log but not yet in the time series when the log began to be followed reach it later. */
  async function readStored(ends: ReadonlyMap<number, number>): Promise<void> {
    await patiently("the time series", async () => takeStored(await store.latest()));
    valuesRead = true;
    if (!(await isStoreBehind(ends))) return;
    await retrying(
      async () => {
        if (await isStoreBehind(ends))
          throw new KotaError("store_unavailable", "the store service is behind");
      },
      { signal: stopping.signal, baseMs: 500, maxMs: 5_000 },
    );
    await patiently("the time series", async () => takeStored(await store.latest()));
  }

  async function isStoreBehind(ends: ReadonlyMap<number, number>): Promise<boolean> {
    const lag = await patiently("the log", () => log.lag(READINGS, GROUPS.storeReadings));
    return lag.some(({ partition, committed }) => committed < (ends.get(partition) ?? 0));
  }

  async function patiently<T>(what: string, attempt: () => Promise<T>): Promise<T> {
    const result = await retrying(attempt, {
      signal: stopping.signal,
      onRetry: (error, attempts) => {
        trouble = `${what} does not answer: ${messageOf(error)}`;
        if (attempts === 1 || attempts % 10 === 0) logger.warn({ err: error }, `waiting for ${what}`);
      },
    });
    trouble = undefined;
    return result;
  }

  function inBackground(work: Promise<void>, what: string): void {
    work.catch((error: unknown) => {
      if (stopping.signal.aborted) return;
      trouble = `${what} failed: ${messageOf(error)}`;
      logger.error({ err: error }, `${what} failed`);
    });
  }

  const onError = (error: unknown) => logger.warn({ err: error }, "following the log");

  async function follow(begin: () => Promise<Tail>): Promise<Tail> {
    const tail = await patiently("the log", begin);
    tails.push(tail);
    return tail;
  }

  return {
    async start() {
      await follow(() => log.tail(READINGS, { from: "end", onBatch: takeReadings, onError }));
      const lag = await patiently("the log", () => log.lag(READINGS, GROUPS.storeReadings));
      const published = await follow(() => log.tail(SCORES, { from: "start", onBatch: takeScores, onError }));
      await follow(() => log.tail(SCORE_REVISIONS, { from: "start", onBatch: takeRevisions, onError }));
      await follow(() => log.tail(REJECTIONS, { from: "end", onBatch: takeRejections, onError }));
      inBackground(
        published.caughtUp.then(() => {
          scoresRead = true;
        }),
        "reading the scores from the log",
      );
      inBackground(
        readStored(new Map(lag.map(({ partition, end }) => [partition, end]))),
        "reading the newest values from the time series",
      );
    },
    async stop() {
      stopping.abort();
      const running = tails;
      tails = [];
      await Promise.all(running.map((tail) => tail.stop()));
    },
    isFilled: () => scoresRead && valuesRead,
    notReady: () => [
      ...(scoresRead ? [] : ["The newest scores are still being read from the log."]),
      ...(valuesRead ? [] : ["The newest values are still being read from the time series."]),
      ...(trouble ? [trouble] : []),
    ],
    *scores() {
      for (const score of scores.values()) if (score.model.hash === modelHash) yield score;
    },
    score(id) {
      const score = scores.get(scoreKey(id));
      return score?.model.hash === modelHash ? score : undefined;
    },
    *revisions() {
      for (let index = revisions.length - 1; index >= 0; index--) yield revisions[index] as ScoreRevision;
    },
    device: (id) => devices.get(id),
    overQuota: () => quotas.over(),
    deviceIds: () => devices.keys(),
    get deviceCount() {
      return devices.size;
    },
    seen,
  };
}
