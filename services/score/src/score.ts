import { setTimeout as setTimeoutAsync } from "node:timers/promises";
import {
  type Batch,
  type Consumer,
  type EventLog,
  GROUPS,
  type Lag,
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
import { type Clock, type Logger, type Metrics, pause, retrying, type Service } from "@kota/runtime";
import {
  createEvaluator,
  horizonsOf,
  loadWindows,
  MINUTE_MS,
  measuredIndicatorsOf,
  minuteEnd,
  minuteOf,
  parseScoreModel,
  placesOf,
  publishedIn,
  type ReceiptPlace,
  ReportBook,
  type ScoreModel,
  type ScoreNumbers,
  type Windows,
} from "@kota/scoring";
import type { TimeSeriesStore } from "@kota/time-series";
import { LateArrivals, type StaleRange } from "./late-arrivals.ts";
import { correctLateHours } from "./late-readings.ts";
import { LiveWindows } from "./live-windows.ts";
import { PublishedMinutes } from "./published-minutes.ts";
import { PublishedScores } from "./published-scores.ts";
import { Revisions } from "./revisions.ts";
import { inSlices } from "./slices.ts";

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
  /** Scores are published at most so often after readings, milliseconds. Default 100. */
  readonly intervalMs?: number;
  /** All scores are evaluated again so often as the windows slide on, and closed hours are handed on. Default 10,000. */
  readonly slideMs?: number;
  /** A minute is settled so long after its end: what comes until then is no late reading. Milliseconds, default 5000. */
  readonly settleMs?: number;
}

/** Small, so that after a restart few batches hold both what a roll-up has and what it has not. */
const MAX_VALUES = 2000;
const ROLL_UPS_AT_ONCE = 2000;
/** Evaluating takes at most about this share of the processor, however large the city. */
const MAX_LOAD = 0.015;
/** A machine that was short of processor in the midst of an evaluation must not put off the next one for long. */
const MOST_EVALUATION_PAUSE_MS = 5000;
/** Scores further back than this are not corrected when a reading comes late. */
const CORRECT_MS = 48 * 60 * MINUTE_MS;
/** A past that is not in memory is computed again from the time series in parts of so many minutes… */
const FROM_STORE_MINUTES = 60;
/** …unless that would be more series than this at a time: a day of them must fit into memory. */
const FROM_STORE_SERIES = 5000;
/** A past that is not in memory is corrected when nothing came for it for so long, so that a burst is one correction… */
const QUIET_MS = 10_000;
/** …but not later than this after the first reading, however many are late. */
const NO_LATER_MS = 60_000;
/** While the time series is behind, a correction asks again after so long. */
const BEHIND_MS = 1000;
/** Reading back is over when the log has given nothing for so long, even if it counted more: retention may have removed it. */
const SILENCE_MS = 30_000;
/** A log that does not answer holds up a stop no longer than this. What is not published is published after the next start. */
const STOP_MS = 3000;

/** What reports of so long before the last published score correct is looked at again after a start: it may not have been done. */
const REPORTS_AGAIN_MS = 3_600_000;

const NOTHING_LATE: Pick<StaleRange, "readings" | "devices" | "reports" | "offsets"> = {
  readings: 0,
  devices: new Set(),
  reports: new Set(),
  offsets: new Map(),
};
/** Between the corrections of two minutes, however large the city. */
const MOST_PAUSE_MS = 2000;

/** All that belongs to one assignment of the partitions. It is given up as a whole when they are revoked. */
interface Reign {
  readonly live: LiveWindows;
  readonly published: PublishedScores;
  readonly minutes: PublishedMinutes;
  readonly late: LateArrivals;
  readonly revisions: Revisions;
  readonly over: AbortController;
  /** Where each partition ended when the reign began: until there, readings are the past read back. */
  readonly readBackTo: Map<number, number>;
  readonly committed: Map<number, number>;
  /** The last one. It never rejects. */
  publication: Promise<void>;
  touched: Set<string>;
  /** Receive time of the oldest reading of each batch that is not in a published score yet. */
  waiting: number[];
  lastBatchAt: number;
  evaluateAll: boolean;
}

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
  const { log, city, store, clock, metrics, intervalMs = 100, slideMs = 10_000, settleMs = 5000 } = deps;
  const logger = deps.logger.child({ service: "score" });
  const model = deps.model ?? parseScoreModel(city.scoreModel);
  const placed = city.devices.flatMap(({ id, area }) => (area === null ? [] : [[id, area] as const]));
  const areas = city.areas.features.map(({ properties }) => properties);
  const reports = new ReportBook();
  const evaluator = createEvaluator(model, areas, city.devices, reports);
  // Each remembers devices and areas as it evaluated them last: the first those of now, the second of the minute that is
  // settled, the third of the minute that is corrected meanwhile.
  const settler = createEvaluator(model, areas, city.devices, reports);
  const corrector = createEvaluator(model, areas, city.devices, reports);
  const seriesAsked = measuredIndicatorsOf(model).reduce(
    (sum, { kinds }) =>
      sum + city.devices.filter(({ kind, area }) => area !== null && (kinds?.includes(kind) ?? true)).length,
    0,
  );
  const windowsOptions = {
    areaOf: new Map(placed),
    horizons: horizonsOf(model),
    quality: model.quality,
  };

  let consumer: Consumer | undefined;
  let reportTable: Table<Report> | undefined;
  let reign: Reign | undefined;
  let over = new AbortController();
  const stopping = new AbortController();
  let state: "new" | "started" | "stopped" = "new";
  let beginning = false;
  let giveUpStart = () => {};
  let problem: string | undefined;
  let evaluation: NodeJS.Timeout | undefined;
  let evaluating: Promise<void> | undefined;
  let slide: NodeJS.Timeout | undefined;
  let sliding: Promise<void> | undefined;
  let correcting: Promise<void> | undefined;
  /** Where the scores ended when the correction of these minutes began: what was published of them before is up to there. */
  let awaited: { readonly late: StaleRange; readonly scores: ReadonlyMap<number, number> } | undefined;

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
      late.add({ ...NOTHING_LATE, from: minute - MINUTE_MS, through: minute, begun: now, since: now, reach });
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
    scheduleEvaluation(reign, 0);
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
    scheduleEvaluation(reign, 0);
  }

  function end(): void {
    beginning = false;
    over.abort();
    reign = undefined;
  }

  function take(batch: Batch<Reading>): void {
    if (reign === undefined) return;
    const now = clock();
    const touched = reign.live.take(batch, now);
    reign.lastBatchAt = now;
    for (const area of touched) reign.touched.add(area);
    const readBackTo = reign.readBackTo.get(batch.partition);
    if (readBackTo !== undefined) {
      if (batch.nextOffset >= readBackTo) reign.readBackTo.delete(batch.partition);
    } else if (touched.size > 0) {
      reign.waiting.push(batch.values.reduce((oldest, { receivedAt }) => Math.min(oldest, receivedAt), now));
    }
    if (touched.size > 0 || readBackTo !== undefined) scheduleEvaluation(reign, 0);
  }

  function scheduleEvaluation(of: Reign, delayMs: number): void {
    if (evaluation !== undefined || evaluating !== undefined || state !== "started" || of !== reign) return;
    evaluation = setTimeout(() => {
      evaluation = undefined;
      let busyMs = 0;
      evaluating = evaluate(of)
        .then((ms) => {
          busyMs = ms;
        })
        .catch((error: unknown) => {
          if (of.over.signal.aborted) return;
          problem = `Scores are not published: ${messageOf(error)}`;
          logger.error({ err: error }, "scores were not published; trying again as the windows slide on");
        })
        .finally(() => {
          evaluating = undefined;
          const pauseMs = Math.max(intervalMs, Math.min(MOST_EVALUATION_PAUSE_MS, busyMs / MAX_LOAD));
          evaluation = setTimeout(() => {
            evaluation = undefined;
            if (reign && (reign.touched.size > 0 || reign.evaluateAll)) scheduleEvaluation(reign, 0);
          }, pauseMs);
        });
    }, delayMs);
  }

  /** For how long it had the processor, milliseconds. */
  async function evaluate(of: Reign): Promise<number> {
    if (of.over.signal.aborted || of.readBackTo.size > 0) return 0;
    const { touched, waiting, evaluateAll } = of;
    of.touched = new Set();
    of.waiting = [];
    of.evaluateAll = false;
    const steps = evaluator.steps(of.live.windows, clock(), evaluateAll ? undefined : touched);
    const { result: scores, busyMs } = await inSlices(steps);
    if (of.over.signal.aborted) return busyMs;
    // Copied with all of their text: they are kept, and the readings behind them are not.
    const changed = of.published.changed(scores).map((score) => ({ ...score }));
    if (changed.length > 0) {
      await publish(of, changed);
    }
    const now = clock();
    for (const receivedAt of waiting) metrics.readingToScoreSeconds.observe((now - receivedAt) / 1000);
    return busyMs;
  }

  /** Publishes minutes that are over once more, at their end, where the numbers are others than those published in them. */
  async function settle(of: Reign, now: number): Promise<void> {
    if (of.readBackTo.size > 0) return;
    // An evaluation of a minute that is over must be published before it is settled.
    await evaluating;
    for (const minute of of.minutes.unsettled(now - settleMs)) {
      const at = minuteEnd(minute);
      of.late.settledThrough(at);
      if (!(await correctMinute(of, minute, of.live.windows, of.minutes.points(minute))))
        of.late.add({
          ...NOTHING_LATE,
          from: minute,
          through: minute,
          begun: now,
          since: now,
          reach: new Map(of.live.positions),
        });
      of.minutes.settled(minute);
    }
    of.minutes.forget(now);
    of.revisions.forgetBefore(now - CORRECT_MS);
  }

  /** Corrects what was published before readings came late: one range of minutes at a time, at a share of the processor. */
  async function correctStale(of: Reign, now: number): Promise<void> {
    const notBefore = minuteOf(now - CORRECT_MS);
    const isInMemory = (minute: number) => of.live.isExactAt(minuteEnd(minute)) && of.minutes.holds(minute);
    const isDue = ({ from, begun, since }: StaleRange) =>
      store === undefined ||
      isInMemory(Math.max(from, notBefore)) ||
      now - since >= QUIET_MS ||
      now - begun >= NO_LATER_MS;
    const isOver = () => of.over.signal.aborted || stopping.signal.aborted;
    for (let late = of.late.take(isDue); late; late = of.late.take(isDue)) {
      const isDone = await correctRange(of, late, notBefore);
      if (isOver()) return;
      if (isDone) of.late.done();
      else await pause(BEHIND_MS, stopping.signal);
      if (isOver()) return;
    }
  }

  /** Readings and scores reach the time series by a way of their own: whether it has all that a correction looks at. */
  async function storeHasFollowed(late: StaleRange): Promise<boolean> {
    const readings = await log.lag(READINGS, GROUPS.storeReadings);
    const scores = await log.lag(SCORES, GROUPS.storeScores);
    if (awaited?.late !== late)
      awaited = { late, scores: new Map(scores.map(({ partition, end }) => [partition, end])) };
    return hasReached(readings, late.reach) && hasReached(scores, awaited.scores);
  }

  /** False when it was cut short, or when the time series, from which it is to be corrected, is behind. */
  async function correctRange(of: Reign, late: StaleRange, notBefore: number): Promise<boolean> {
    const { through } = late;
    let followed: Promise<boolean> | undefined;
    const hasFollowed = () => {
      followed ??= storeHasFollowed(late);
      return followed;
    };
    for (
      let start = Math.max(late.from, notBefore);
      start <= through;
      start += FROM_STORE_MINUTES * MINUTE_MS
    ) {
      const end = Math.min(start + FROM_STORE_MINUTES * MINUTE_MS, through + MINUTE_MS);
      const isHeld = store === undefined || of.minutes.holds(start);
      if (!isHeld && !(await hasFollowed())) return false;
      const stored = isHeld ? undefined : await publishedIn(store, placesOf(model, areas), start, end);
      let past: Windows | undefined;
      for (let minute = start; minute < end; minute += MINUTE_MS) {
        if (of.over.signal.aborted || stopping.signal.aborted) return false;
        const points = new Map<string, ScoreNumbers>([
          ...(stored?.get(minute) ?? []),
          ...of.minutes.points(minute),
        ]);
        if (points.size === 0 || (await correctMinute(of, minute, of.live.windows, points, late))) continue;
        if (store === undefined || seriesAsked > FROM_STORE_SERIES) continue;
        if (!(await hasFollowed())) return false;
        past ??= await loadWindows(store, model, city.devices, { first: start, last: end - 1 });
        await correctMinute(of, minute, past, points, late);
      }
    }
    return true;
  }

  /** False when the windows do not have, or while it went on lost, what an exact score of this minute needs. */
  async function correctMinute(
    of: Reign,
    minute: number,
    windows: Windows,
    points: ReadonlyMap<string, ScoreNumbers>,
    late?: StaleRange,
  ): Promise<boolean> {
    const at = minuteEnd(minute);
    const isExact = () => windows !== of.live.windows || of.live.isExactAt(at);
    if (!isExact()) return false;
    const isCorrection = (place: ReceiptPlace, numbers: ScoreNumbers) =>
      PublishedMinutes.isCorrection(numbers, points.get(scoreKey(place)));
    const { steps } = late === undefined ? settler : corrector;
    const { result: scores, busyMs } = await inSlices(steps(windows, at, undefined, isCorrection));
    if (!isExact() || of.over.signal.aborted) return false;
    const corrections = scores.map((score) => ({ ...score }));
    if (corrections.length > 0) {
      if (late !== undefined) {
        // Before the score: what was published must be kept before it is replaced.
        const revised = of.revisions.of(corrections, points, late, clock());
        if (revised.length > 0) await append(SCORE_REVISIONS, revised, of.over);
        of.revisions.note(revised);
      }
      await publish(of, corrections);
    }
    await setTimeoutAsync(Math.min(MOST_PAUSE_MS, busyMs / MAX_LOAD));
    return true;
  }

  function correctSafely(of: Reign): void {
    if (correcting !== undefined || of.readBackTo.size > 0) return;
    correcting = correctStale(of, clock())
      .catch((error: unknown) => {
        if (!of.over.signal.aborted)
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
    await settle(of, now);
    correctSafely(of);
    if (of.over.signal.aborted) return;
    for (let due = of.live.due(now, ROLL_UPS_AT_ONCE); due; due = of.live.due(now, ROLL_UPS_AT_ONCE)) {
      await append(ROLL_UPS, due.rollUps, of.over);
      of.live.closed(due);
    }
    of.live.forget(now);
    await commit(of);
    of.evaluateAll = true;
    scheduleEvaluation(of, 0);
  }

  async function correctHours(of: Reign, now: number): Promise<void> {
    const lags = store ? await log.lag(READINGS, GROUPS.storeReadings) : [];
    const storedThrough = new Map(lags.map(({ partition, committed }) => [partition, committed]));
    const following = store && { series: store.series.bind(store), storedThrough };
    const { rollUps, problem } = await correctLateHours(of.live, following, now);
    if (problem !== undefined)
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
      await evaluating;
      await sliding;
      await correcting;
      clearTimeout(evaluation);
      if (reign) {
        const last = evaluate(reign).then(() => reign && commit(reign));
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

function hasReached(lags: readonly Lag[], places: ReadonlyMap<number, number>): boolean {
  return lags.every(({ partition, committed }) => committed >= (places.get(partition) ?? 0));
}
