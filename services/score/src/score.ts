import {
  type Batch,
  type Consumer,
  type EventLog,
  READINGS,
  ROLL_UPS,
  SCORES,
  type Topic,
} from "@kota/event-log";
import { type City, messageOf, type Reading } from "@kota/model";
import { type Clock, type Logger, type Metrics, retrying, type Service } from "@kota/runtime";
import { createEvaluator, horizonsOf, parseScoreModel, type ScoreModel } from "@kota/scoring";
import type { TimeSeriesStore } from "@kota/time-series";
import { correctLateHours } from "./late-readings.ts";
import { LiveWindows } from "./live-windows.ts";
import { PublishedScores } from "./published-scores.ts";

export interface ScoreDependencies {
  /** With the topics that kota uses already there. */
  readonly log: EventLog;
  readonly city: City;
  /** Default: the city's `scores.yaml`. */
  readonly model?: ScoreModel;
  /** Where the readings of a closed hour are, to correct it exactly when one comes late. */
  readonly store?: Pick<TimeSeriesStore, "series">;
  /** The end of every window. */
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Scores are published at most so often after readings, milliseconds. Default 250. */
  readonly intervalMs?: number;
  /** All scores are evaluated again so often as the windows slide on, and closed hours are handed on. Default 10,000. */
  readonly slideMs?: number;
}

const GROUP = "kota.score";
/** Small, so that after a restart few batches hold both what a roll-up has and what it has not. */
const MAX_VALUES = 2000;
const ROLL_UPS_AT_ONCE = 2000;
/** Evaluating takes at most about this share of the processor, however large the city. */
const MAX_LOAD = 0.1;
/** Reading back is over when the log has given nothing for so long, even if it counted more: retention may have removed it. */
const SILENCE_MS = 30_000;
/** A log that does not answer holds up a stop no longer than this. What is not published is published after the next start. */
const STOP_MS = 3000;

/** All that belongs to one assignment of the partitions. It is given up as a whole when they are revoked. */
interface Reign {
  readonly live: LiveWindows;
  readonly published: PublishedScores;
  readonly over: AbortController;
  /** Where each partition ended when the reign began: until there, readings are the past read back. */
  readonly readBackTo: Map<number, number>;
  readonly committed: Map<number, number>;
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
 * A metric that is new in the score model, or a device that is new in an area, has no closed hours from before: its
 * windows fill from the last one or two hours on.
 */
export function createScore(deps: ScoreDependencies): Service {
  const { log, city, store, clock, metrics, intervalMs = 250, slideMs = 10_000 } = deps;
  const logger = deps.logger.child({ service: "score" });
  const model = deps.model ?? parseScoreModel(city.scoreModel);
  const placed = city.devices.flatMap(({ id, area }) => (area === null ? [] : [[id, area] as const]));
  const evaluator = createEvaluator(
    model,
    city.areas.features.map(({ properties }) => properties),
    city.devices,
  );
  const windowsOptions = {
    areaOf: new Map(placed),
    horizons: horizonsOf(model),
  };

  let consumer: Consumer | undefined;
  let reign: Reign | undefined;
  let over = new AbortController();
  let state: "new" | "started" | "stopped" = "new";
  let beginning = false;
  let problem: string | undefined;
  let evaluation: NodeJS.Timeout | undefined;
  let evaluating: Promise<void> | undefined;
  let slide: NodeJS.Timeout | undefined;
  let sliding: Promise<void> | undefined;

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
    const live = new LiveWindows(windowsOptions);
    const now = clock();
    const lags = await steadily(() => log.lag(READINGS, GROUP), signal);
    let closedHours = 0;
    await steadily(async () => {
      const tail = await log.tail(ROLL_UPS, {
        from: "start",
        onBatch: ({ values }) => {
          closedHours += values.length;
          for (const rollUp of values) live.restore(rollUp, now);
        },
      });
      try {
        await tail.caughtUp;
      } finally {
        await tail.stop();
      }
    }, signal);
    reign = {
      live,
      published: new PublishedScores(),
      over,
      readBackTo: new Map(
        lags.filter(({ committed, end }) => committed < end).map(({ partition, end }) => [partition, end]),
      ),
      committed: new Map(lags.map(({ partition, committed }) => [partition, committed])),
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
      const begun = clock();
      evaluating = evaluate(of)
        .catch((error: unknown) => {
          if (of.over.signal.aborted) return;
          problem = `Scores are not published: ${messageOf(error)}`;
          logger.error({ err: error }, "scores were not published; trying again as the windows slide on");
        })
        .finally(() => {
          evaluating = undefined;
          const pauseMs = Math.max(intervalMs, (clock() - begun) / MAX_LOAD);
          evaluation = setTimeout(() => {
            evaluation = undefined;
            if (reign && (reign.touched.size > 0 || reign.evaluateAll)) scheduleEvaluation(reign, 0);
          }, pauseMs);
        });
    }, delayMs);
  }

  async function evaluate(of: Reign): Promise<void> {
    if (of.over.signal.aborted || of.readBackTo.size > 0) return;
    const { touched, waiting, evaluateAll } = of;
    of.touched = new Set();
    of.waiting = [];
    of.evaluateAll = false;
    const scores = evaluator.evaluate(of.live.windows, clock(), evaluateAll ? undefined : touched);
    const changed = of.published.changed(scores);
    if (changed.length > 0) {
      await append(SCORES, changed, of.over);
      of.published.remember(changed);
      metrics.scoresPublished.inc(changed.length);
    }
    const now = clock();
    for (const receivedAt of waiting) metrics.readingToScoreSeconds.observe((now - receivedAt) / 1000);
  }

  async function slideOn(of: Reign): Promise<void> {
    const now = clock();
    if (now - of.lastBatchAt > SILENCE_MS) of.readBackTo.clear();
    const correction = await correctLateHours(of.live, store, now);
    if (correction.problem !== undefined) {
      logger.warn(`late readings wait, as the time series does not answer: ${correction.problem}`);
    }
    if (of.over.signal.aborted) return;
    if (correction.rollUps.length > 0) await append(ROLL_UPS, correction.rollUps, of.over);
    of.live.lateSettled();
    for (let due = of.live.due(now, ROLL_UPS_AT_ONCE); due; due = of.live.due(now, ROLL_UPS_AT_ONCE)) {
      await append(ROLL_UPS, due.rollUps, of.over);
      of.live.closed(due);
    }
    of.live.forget(now);
    await commit(of);
    of.evaluateAll = true;
    scheduleEvaluation(of, 0);
  }

  async function commit(of: Reign): Promise<void> {
    for (const [partition, offset] of of.live.restartOffsets()) {
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
      consumer = await log.consume(READINGS, {
        group: GROUP,
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
      clearInterval(slide);
      const giveUp = setTimeout(end, STOP_MS);
      await evaluating;
      await sliding;
      clearTimeout(evaluation);
      if (reign) {
        const last = evaluate(reign).then(() => reign && commit(reign));
        await last.catch((error: unknown) =>
          logger.warn({ err: error }, "the last scores were not published"),
        );
      }
      await consumer?.stop();
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
