import { type EventLog, GROUPS, READINGS, REJECTIONS, SCORES, type Topic } from "@kota/event-log";
import type { Logger } from "@kota/runtime";
import type { TimeSeriesStore } from "@kota/time-series";

/**
 * A time series without a reading, and a log whose readings were stored: the file was deleted, or moved away because it was
 * damaged. The store is sent back to the beginning of the log, so that it is filled again as far as the log reaches. A
 * reading that is written twice changes nothing. To be called before anyone consumes.
 */
export async function refillIfEmpty(log: EventLog, store: TimeSeriesStore, logger: Logger): Promise<void> {
  const lags = await log.lag(READINGS, GROUPS.storeReadings);
  if (lags.every(({ committed }) => committed === 0)) return;
  if ((await store.countReadings()) > 0) return;
  logger.warn(
    "the time series is empty although readings were stored; it is filled again with what the log has kept. What is older is lost unless a copy is put back",
  );
  await rewind(log, READINGS, GROUPS.storeReadings);
  await rewind(log, REJECTIONS, GROUPS.storeRejections);
  await rewind(log, SCORES, GROUPS.storeScores);
}

async function rewind<T>(log: EventLog, topic: Topic<T>, group: string): Promise<void> {
  const partitions = (await log.lag(topic, group)).map(({ partition }) => partition);
  // Only a member of the group may commit; what it is given meanwhile comes again.
  const consumer = await log.consume(topic, { group, commit: "manual", onBatch: async () => {} });
  for (const partition of partitions) await consumer.commit(partition, 0);
  await consumer.stop();
}
