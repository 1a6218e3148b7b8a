import { ADAPTERS, type Adapter } from "@kota/adapters";
import { type Batch, type Consumer, type EventLog, MESSAGES, READINGS, REJECTIONS } from "@kota/event-log";
import { type City, type Message, messageOf, type Reading, type Rejection } from "@kota/model";
import type { Clock, Logger, Metrics, Service } from "@kota/runtime";
import { createNormalizer } from "./normalize-message.ts";

export interface NormalizeDeps {
  readonly log: EventLog;
  readonly city: City;
  /** Default: every adapter that comes with kota. The first that claims a message decodes it. */
  readonly adapters?: readonly Adapter[];
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

const GROUP = "kota.normalize";
/** Bounds how long one batch holds the event loop, which in a single process ingest shares: some 10 ms. */
const MAX_BATCH = 4000;

/**
 * Messages in, readings and rejections out. A batch is committed once the log has both, so that a message is never lost,
 * and one that is read again leads to the same readings and the same rejection.
 */
export function createNormalize(deps: NormalizeDeps): Service {
  const { log, city, adapters = ADAPTERS, clock, metrics } = deps;
  const logger = deps.logger.child({ service: "normalize" });
  const normalize = createNormalizer(city, adapters);
  let consumer: Consumer | undefined;
  /** Partitions whose next batch has failed, since when and why. */
  const failing = new Map<number, { readonly since: number; readonly reason: string }>();

  async function onBatch(batch: Batch<Message>): Promise<void> {
    try {
      await pass(batch);
      failing.delete(batch.partition);
    } catch (error) {
      const since = failing.get(batch.partition)?.since ?? clock();
      failing.set(batch.partition, { since, reason: messageOf(error) });
      throw error;
    }
  }

  async function pass(batch: Batch<Message>): Promise<void> {
    const readings: Reading[] = [];
    const rejections: Rejection[] = [];
    const normalized = new Map<string, number>();
    for (const message of batch.values) {
      const result = normalize(message);
      if (result.readings === null) {
        rejections.push(result.rejection);
      } else {
        readings.push(...result.readings);
        normalized.set(result.adapter, (normalized.get(result.adapter) ?? 0) + 1);
      }
    }
    if (readings.length > 0) await log.append(READINGS, readings);
    if (rejections.length > 0) await log.append(REJECTIONS, rejections);
    for (const [adapter, count] of normalized) metrics.messagesNormalized.inc({ adapter }, count);
    metrics.readings.inc(readings.length);
    for (const { stage, code } of rejections) metrics.rejections.inc({ stage, code });
  }

  return {
    name: "normalize",
    async start() {
      warnOfUnknownAdapters(city, adapters, logger);
      await log.ensureTopics([MESSAGES, READINGS, REJECTIONS]);
      consumer = await log.consume(MESSAGES, {
        group: GROUP,
        maxValues: MAX_BATCH,
        onBatch,
        onRevoked: async (partitions) => {
          for (const partition of partitions) failing.delete(partition);
        },
        onError: (error) => {
          metrics.retries.inc({ service: "normalize" });
          logger.warn({ err: error }, "A batch of messages was not normalized and will be tried again");
        },
      });
    },
    async stop() {
      const running = consumer;
      consumer = undefined;
      await running?.stop();
    },
    notReady() {
      if (!consumer) return ["Normalize is not running."];
      return Array.from(
        failing,
        ([partition, { since, reason }]) =>
          `Partition ${partition} of the messages has failed since ${new Date(since).toISOString()}: ${reason}`,
      );
    },
  };
}

/** A device whose adapter does not exist would be rejected for ever; say so once, at the start. */
function warnOfUnknownAdapters(city: City, adapters: readonly Adapter[], logger: Logger): void {
  const known = new Set(adapters.map((adapter) => adapter.id));
  for (const { id, adapter } of city.devices) {
    if (adapter !== null && !known.has(adapter)) {
      logger.warn(
        { device: id, adapter, adapters: [...known] },
        "devices.csv names an adapter that does not exist: no message of this device will be taken",
      );
    }
  }
}
