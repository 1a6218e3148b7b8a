import {
  type Batch,
  type Consumer,
  type EventLog,
  GROUPS,
  openTable,
  READINGS,
  REPORTS,
  ROLL_UPS,
  readTopic,
  SCORE_REVISIONS,
  SCORES,
  type Table,
  type Topic,
} from "@kota/event-log";
import {
  type City,
  messageOf,
  type Reading,
  type Report,
  type RollUp,
  type Score,
  type ScoreRevision,
  scoreKey,
} from "@kota/model";
import { abortable, type Clock, type Logger, type Metrics, retrying, type Service } from "@kota/runtime";
import {
  createEvaluator,
  horizonsOf,
  MINUTE_MS,
  metricsAskedOf,
  metricsByMinute,
  minuteEnd,
  minuteOf,
  parseScoreModel,
  ReportBook,
  type ScoreModel,
} from "@kota/scoring";
import type { TimeSeriesStore } from "@kota/time-series";
import { Evaluation } from "./evaluation.ts";
import { LateArrivals, NOTHING_LATE } from "./late-arrivals.ts";
import { correctLateHours } from "./late-readings.ts";
import { LiveWindows } from "./live-windows.ts";
import { CORRECT_MS, createPastScores } from "./past-scores.ts";
import { PublishedMinutes } from "./published-minutes.ts";
import { PublishedScores } from "./published-scores.ts";
import type { Reign } from "./reign.ts";
import { Revisions } from "./revisions.ts";

export interface ScoreDependencies {
  /** With the topics that kota uses already there. */
  readonly log: EventLog;
  readonly city: City;
  /** Default: the city's `scores.yaml`. */
  readonly model?: ScoreModel;
  /** Where the readings and scores of the past are, to correct them exactly when a reading comes late. */
  readonly store?: Pick<TimeSeriesStore, "series" | "scoreHistory">;
  /** The end of every window. */
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Scores are published at most so often after readings, milliseconds. Default 150. */
  readonly intervalMs?: number;
  /** All scores are evaluated again so often as the windows slide on, and closed hours are handed on. Default 10,000. */
  readonly slideMs?: number;
  /** A minute is settled so long after its end: what comes until then is no late reading. Milliseconds, default 5000. */
  readonly settleMs?: number;
}

/** Small, so that after a restart few batches hold both what a roll-up has and what it has not. */
const MAX_VALUES = 2000;
const ROLL_UPS_AT_ONCE = 2000;
/** Reading back is over when the log has given nothing for so long, even if it counted more: retention may have removed it. */
const SILENCE_MS = 30_000;
/** A log that does not answer holds up a stop no longer than this. What is not published is published after the next start. */
const STOP_MS = 3000;

/**
 * Minutes of so long before the last published score are looked at again after a start, as what began in one may have ended in it: an earlier
 * scorer may have published some and gone before they were settled, and one after it may have published later ones and gone before it came to these.
 */
const UNSETTLED_MS = 30 * MINUTE_MS;
/** And so many times as long as it takes to come to them. */
const UNSETTLED_SLIDES = 6;

/**
 * What reports of so long before the last published score correct is looked at again after a start: it may not have been done, as it
 * waits for a time series that is behind.
 */
const REPORTS_AGAIN_MS = 6 * 3_600_000;

/**
 * Readings from the log to scores in the log.
 *
 * One member of the group is active and has all partitions. It keeps the readings of open hours, hands closed hours to
 * `kota.roll-ups`, and commits where the oldest open hour begins. So when it starts it reads the roll-ups, then the
 * readings from there, and has the windows that it had; what is in a roll-up already is known by its place in the log.
 * Scores are held back until the past is read back. A device without an area counts for no score.
 *
 * Reports are few: all of them are held, and followed from the start on. One that counts for a minute that is settled makes
 * that minute stale, as a late reading does.
 *
 * A metric that is new in the score model, or a device that is new in an area, has no closed hours from before: its
 * windows fill from the last one or two hours on.
 */
export function createScore(deps: ScoreDependencies): Service {
  const { log, city, clock, metrics, intervalMs = 150, slideMs = 10_000, settleMs = 5000 } = deps;
  const logger = deps.logger.child({ service: "score" });
  const model = deps.model ?? parseScoreModel(city.scoreModel);
  const metricsOf = metricsAskedOf(model);
  const placed = city.devices.flatMap(({ id, area, kind }) =>
    area === null ? [] : [[id, { area, metrics: metricsOf(kind) }] as const],
  );
  const areas = city.areas.features.map(({ properties }) => properties);
  const reports = new ReportBook();
  const evaluator = createEvaluator(model, areas, city.devices, reports);
  const evaluation = new Evaluation({
    ...{ evaluator, clock, logger, metrics, intervalMs, publish },
    current: () => (state === "started" ? reign : undefined),
    onProblem: (text) => {
      problem = text;
    },
  });
  const stopping = new AbortController();
  const store = deps.store && answeringUntil(stopping.signal, deps.store);
  const past = createPastScores({
    ...{ log, city, model, reports, store, clock, settleMs, evaluation, stopping: stopping.signal, publish },
    appendRevisions: (of, revisions) => append(SCORE_REVISIONS, revisions, of.over),
  });
  const windowsOptions = {
    devices: new Map(placed),
    horizons: horizonsOf(model),
    // A reading that comes late for a minute that is condensed takes what is stored of its hour.
    condensed: store === undefined ? undefined : metricsByMinute(model),
    quality: model.quality,
  };

  let consumer: Consumer | undefined;
  let reportTable: Table<Report> | undefined;
  let reign: Reign | undefined;
  let over = new AbortController();
  let state: "new" | "started" | "stopped" = "new";
  let beginning = false;
  let giveUpStart = () => {};
  let problem: string | undefined;
  let slide: NodeJS.Timeout | undefined;
  let sliding: Promise<void> | undefined;
  let correcting: Promise<void> | undefined;

  const steadily = <T>(attempt: () => Promise<T>, signal: AbortSignal): Promise<T> =>
    retrying(attempt, {
      signal,
      onRetry: (error, attempts, pauseMs) => {
        problem = `The log does not answer: ${messageOf(error)}`;
        metrics.retries.inc({ service: "score" });
        logger.warn(
          { err: error, attempts, pauseMs: Math.round(pauseMs) },
          "the log did not answer; trying again",
        );
      },
    }).then((result) => {
      problem = undefined;
      return result;
    });

  const append = <T>(topic: Topic<T>, values: readonly T[], { signal }: AbortController) =>
    steadily(() => log.append(topic, values), signal);

  /** Roll-ups of closed hours, and where the readings end. */
  async function begin(): Promise<void> {
    end();
    beginning = true;
    over = new AbortController();
    const { signal } = over;
    const late = new LateArrivals();
    const live = new LiveWindows({ ...windowsOptions, lateArrivals: late });
    const now = clock();
    const lags = await steadily(() => log.lag(READINGS, GROUPS.score), signal);
    let closedHours = 0;
    const takeClosed = (rollUps: readonly RollUp[]) => {
      closedHours += rollUps.length;
      for (const rollUp of rollUps) live.restore(rollUp, now);
    };
    await steadily(() => readTopic(log, ROLL_UPS, takeClosed), signal);
    const newest = await newestPublished(signal);
    const revisions = new Revisions();
    const takeRevisions = (values: readonly ScoreRevision[]) =>
      revisions.note(values.filter(({ minute }) => minute >= now - CORRECT_MS));
    await steadily(() => readTopic(log, SCORE_REVISIONS, takeRevisions), signal);
    if (newest !== undefined) {
      // What an earlier scorer left unsettled or uncorrected is among what is read back: all of it counts as late.
      const minute = minuteOf(newest);
      late.settledThrough(minuteEnd(minute));
      const reach = new Map(lags.map(({ partition, end }) => [partition, end]));
      const from = minuteOf(minute - UNSETTLED_MS - UNSETTLED_SLIDES * slideMs);
      late.add({ ...NOTHING_LATE, from, through: minute, begun: now, since: now, reach });
      for (const { report, countsFrom } of reports.all())
        if (report.receivedAt >= minute - REPORTS_AGAIN_MS) late.noteReport(report, countsFrom, now, reach);
    }
    reign = {
      live,
      published: new PublishedScores(),
      minutes: new PublishedMinutes(now),
      late,
      revisions,
      over,
      readBackTo: new Map(
        lags.filter(({ committed, end }) => committed < end).map(({ partition, end }) => [partition, end]),
      ),
      committed: new Map(lags.map(({ partition, committed }) => [partition, committed])),
      publication: Promise.resolve(),
      touched: new Set(),
      waiting: [],
      lastBatchAt: now,
      evaluateAll: true,
    };
    beginning = false;
    const records = lags.reduce((sum, { committed, end }) => sum + end - committed, 0);
    logger.info({ closedHours, records }, "closed hours are read back from the log; readings follow");
    evaluation.schedule(reign);
  }

  /** The time of the newest score in the log. */
  async function newestPublished(signal: AbortSignal): Promise<number | undefined> {
    let newest: number | undefined;
    const take = (scores: readonly Score[]) => {
      for (const { at } of scores) newest = Math.max(at, newest ?? at);
    };
    await steadily(() => readTopic(log, SCORES, take), signal);
    return newest;
  }

  function takeReport(report: Report): void {
    const from = reports.add(report);
    if (from === undefined || reign === undefined) return;
    reign.late.noteReport(report, from, clock(), new Map(reign.live.positions));
    reign.evaluateAll = true;
    evaluation.schedule(reign);
  }

  function end(): void {
    beginning = false;
    over.abort();
    reign = undefined;
  }

  function take(batch: Batch<Reading>): void {
    if (reign === undefined) return;
    const now = clock();
    const readBackTo = reign.readBackTo.get(batch.partition);
    const touched = reign.live.take(batch, now, readBackTo !== undefined);
    reign.lastBatchAt = now;
    for (const area of touched) reign.touched.add(area);
    if (readBackTo !== undefined) {
      if (batch.nextOffset >= readBackTo) reign.readBackTo.delete(batch.partition);
    } else if (touched.size > 0) {
      evaluation.came(batch.values.length);
      reign.waiting.push(batch.values.reduce((oldest, { receivedAt }) => Math.min(oldest, receivedAt), now));
    }
    if (touched.size > 0 || readBackTo !== undefined) evaluation.schedule(reign);
  }

  function correctSafely(of: Reign): void {
    if (correcting !== undefined || of.readBackTo.size > 0) return;
    correcting = past
      .correctStale(of, clock())
      .catch((error: unknown) => {
        if (!of.over.signal.aborted && !stopping.signal.aborted)
          logger.warn({ err: error }, "scores before late readings were not corrected; trying again");
      })
      .finally(() => {
        correcting = undefined;
      });
  }

  /** One publication after the other, so that the order in the log is that in which the scores were noted. */
  function publish(of: Reign, scores: readonly Score[]): Promise<void> {
    const publication = of.publication.then(async () => {
      await append(SCORES, scores, of.over);
      // Of one append a compacted topic keeps the last of each key, so what is newer takes an append of its own.
      const newer = of.minutes.newerThan(scores);
      if (newer.length > 0) await append(SCORES, newer, of.over);
      of.minutes.note(scores);
      // What stands last in the log is what the next evaluation is compared with: that may be a settled minute.
      const outdated = new Set(newer.map(scoreKey));
      of.published.remember(scores.filter((score) => !outdated.has(scoreKey(score))));
      metrics.scoresPublished.inc(scores.length);
    });
    of.publication = publication.catch(() => {});
    return publication;
  }

  async function slideOn(of: Reign): Promise<void> {
    const now = clock();
    if (now - of.lastBatchAt > SILENCE_MS) of.readBackTo.clear();
    // First: a minute that is settled must have in it what came late for the hours before.
    if (of.live.lateHours > 0) await correctHours(of, now);
    if (of.over.signal.aborted) return;
    // An evaluation of a minute that is over must be published before it is settled.
    await evaluation.idle();
    await past.settle(of, now);
    correctSafely(of);
    if (of.over.signal.aborted) return;
    for (let due = of.live.due(now, ROLL_UPS_AT_ONCE); due; due = of.live.due(now, ROLL_UPS_AT_ONCE)) {
      await append(ROLL_UPS, due.rollUps, of.over);
      of.live.closed(due);
    }
    of.live.forget(now);
    await commit(of);
    of.evaluateAll = true;
    evaluation.schedule(of);
  }

  async function correctHours(of: Reign, now: number): Promise<void> {
    const lags = store ? await log.lag(READINGS, GROUPS.storeReadings) : [];
    const storedThrough = new Map(lags.map(({ partition, committed }) => [partition, committed]));
    const following = store && { series: store.series, storedThrough };
    const { rollUps, problem } = await correctLateHours(of.live, following, now);
    if (problem !== undefined && !stopping.signal.aborted)
      logger.warn(`late readings wait, as the time series does not answer: ${problem}`);
    if (of.over.signal.aborted) return;
    if (rollUps.length > 0) await append(ROLL_UPS, rollUps, of.over);
    of.live.lateSettled();
  }

  async function commit(of: Reign): Promise<void> {
    const offsets = new Map(of.live.restartOffsets());
    for (const [partition, offset] of of.late.offsets())
      offsets.set(partition, Math.min(offset, offsets.get(partition) ?? offset));
    for (const [partition, offset] of offsets) {
      if (of.over.signal.aborted || (of.committed.get(partition) ?? 0) >= offset) continue;
      await consumer?.commit(partition, offset);
      of.committed.set(partition, offset);
    }
  }

  function slideSafely(): Promise<void> {
    if (reign === undefined || sliding !== undefined) return sliding ?? Promise.resolve();
    const of = reign;
    sliding = slideOn(of)
      .catch((error: unknown) => {
        if (!of.over.signal.aborted)
          logger.warn({ err: error }, "closed hours were not handed on; trying again");
      })
      .finally(() => {
        sliding = undefined;
      });
    return sliding;
  }

  return {
    name: "score",
    async start() {
      state = "started";
      const starting = new AbortController();
      giveUpStart = () => starting.abort();
      reportTable = await steadily(
        () =>
          openTable(log, REPORTS, {
            keep: false,
            onValue: takeReport,
            onError: (error) => logger.warn({ err: error }, "following the reports"),
          }),
        starting.signal,
      );
      consumer = await log.consume(READINGS, {
        group: GROUPS.score,
        assignment: "single",
        commit: "manual",
        maxValues: MAX_VALUES,
        onAssigned: begin,
        onRevoked: async () => end(),
        onBatch: async (batch) => take(batch),
        onError(error) {
          metrics.retries.inc({ service: "score" });
          logger.warn({ err: error }, "the log did not answer; trying again");
        },
      });
      slide = setInterval(() => void slideSafely(), slideMs);
      slide.unref();
    },
    async stop() {
      if (state === "stopped") return;
      state = "stopped";
      stopping.abort();
      clearInterval(slide);
      giveUpStart();
      const giveUp = setTimeout(end, STOP_MS);
      await evaluation.idle();
      await sliding;
      await correcting;
      evaluation.stop();
      if (reign) {
        const last = evaluation.now(reign).then(() => reign && commit(reign));
        await last.catch((error: unknown) =>
          logger.warn({ err: error }, "the last scores were not published"),
        );
      }
      await consumer?.stop();
      await reportTable?.stop();
      clearTimeout(giveUp);
      end();
    },
    notReady() {
      const reasons = problem === undefined ? [] : [problem];
      if (state !== "started") reasons.push("The scorer does not run.");
      else if (beginning || (reign !== undefined && reign.readBackTo.size > 0)) {
        reasons.push("Scores wait until the readings of the open hours are read back from the log.");
      }
      return reasons;
    },
  };
}

/** Questions about the past are left when the scorer stops: a time series that does not answer must not hold that up. */
function answeringUntil(
  signal: AbortSignal,
  store: NonNullable<ScoreDependencies["store"]>,
): NonNullable<ScoreDependencies["store"]> {
  return {
    series: (query) => abortable(store.series(query), signal),
    scoreHistory: (query) => abortable(store.scoreHistory(query), signal),
  };
}
