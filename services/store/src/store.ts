import {
  type Consumer,
  type EventLog,
  GROUPS,
  READINGS,
  REJECTIONS,
  SCORES,
  type Topic,
  writeTogether,
} from "@kota/event-log";
import { messageOf, type Reading } from "@kota/model";
import type { Clock, Logger, Metrics, Service } from "@kota/runtime";
import type { TimeSeriesStore } from "@kota/time-series";
import { createProgress } from "./progress.ts";
import { rejectionOf } from "./refusal.ts";

export interface StoreDependencies {
  /** With the topics that kota uses already there. */
  readonly log: EventLog;
  readonly store: TimeSeriesStore;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

const WATCH_EVERY_MS = 5_000;
/** Beyond this a larger write is no faster for each reading, and holds up those behind it for longer. */
const MAX_READINGS_A_WRITE = 20_000;

/**
 * Readings, scores and rejections from the log into the time series.
 *
 * A batch is committed when the write of it is durable. A write that fails is not tried again here: it fails the batch,
 * and the log delivers that again after a pause, for ever. So nothing is held in memory meanwhile, the log goes on
 * saying how far behind the store is, and a member that is taken over leaves nothing half done. Writing twice changes nothing.
 */
export function createStore(deps: StoreDependencies): Service {
  const { log, store, clock, metrics } = deps;
  const logger = deps.logger.child({ service: "store" });
  const failing = new Map<string, string>();
  const progress = createProgress(
    log,
    [
      { topic: READINGS, group: GROUPS.storeReadings },
      { topic: SCORES, group: GROUPS.storeScores },
      { topic: REJECTIONS, group: GROUPS.storeRejections },
    ],
    clock,
    metrics,
  );
  let consumers: Consumer[] = [];
  let watch: NodeJS.Timeout | undefined;
  let storeProblem: string | undefined;

  async function writeReadings(readings: readonly Reading[]): Promise<void> {
    const refusals = await store.writeReadings(readings);
    if (refusals.length > 0) {
      const rejections = refusals.map(rejectionOf);
      await log.append(REJECTIONS, rejections);
      metrics.rejections.inc({ stage: "store", code: "store_refused" }, rejections.length);
      logger.warn(
        { readings: rejections.length, reason: refusals[0]?.reason },
        "the time series refused readings; they are kept as rejections",
      );
    }
    metrics.readingsStored.inc(readings.length - refusals.length);
  }

  async function consumeInto<T>(
    topic: Topic<T>,
    group: string,
    write: (values: readonly T[]) => Promise<void>,
  ): Promise<void> {
    const consumer = await log.consume(topic, {
      group,
      async onBatch(batch) {
        try {
          await write(batch.values);
          failing.delete(topic.name);
        } catch (error) {
          failing.set(topic.name, `Values of ${topic.name} are not stored: ${messageOf(error)}`);
          throw error;
        }
      },
      onError(error) {
        metrics.retries.inc({ service: "store" });
        logger.warn(
          { err: error, topic: topic.name },
          "a batch was not stored, or the log did not answer; trying again",
        );
      },
    });
    consumers.push(consumer);
  }

  async function observe(): Promise<void> {
    await Promise.all([
      progress.observe(),
      store.check().then(
        () => {
          storeProblem = undefined;
        },
        (error: unknown) => {
          storeProblem = `The time series does not answer: ${messageOf(error)}`;
        },
      ),
    ]);
  }

  async function stop(): Promise<void> {
    clearInterval(watch);
    const stopping = consumers;
    consumers = [];
    await Promise.all(stopping.map((consumer) => consumer.stop()));
  }

  return {
    name: "store",
    async start() {
      const started = await Promise.allSettled([
        consumeInto(READINGS, GROUPS.storeReadings, writeTogether(writeReadings, MAX_READINGS_A_WRITE)),
        consumeInto(SCORES, GROUPS.storeScores, (scores) => store.writeScores(scores)),
        consumeInto(REJECTIONS, GROUPS.storeRejections, (rejections) => store.writeRejections(rejections)),
      ]);
      const failed = started.find((result) => result.status === "rejected");
      if (failed) {
        await stop();
        throw failed.reason;
      }
      void observe();
      watch = setInterval(() => void observe(), WATCH_EVERY_MS);
      watch.unref();
    },
    stop,
    notReady: () => [
      ...(storeProblem === undefined ? [] : [storeProblem]),
      ...failing.values(),
      ...progress.standingStill(),
    ],
  };
}
