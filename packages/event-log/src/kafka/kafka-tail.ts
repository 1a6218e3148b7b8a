import { randomUUID } from "node:crypto";
import { KotaError } from "@kota/model";
import type { Admin, Kafka } from "kafkajs";
import { deferred } from "../deferred.ts";
import type { Consumer, Tail, TailOptions } from "../port.ts";
import type { Topic } from "../topic.ts";
import { within } from "../within.ts";
import { kafkaError } from "./errors.ts";
import { startKafkaConsumer } from "./kafka-consumer.ts";

const FORGET_WITHIN_MS = 1000;

/**
 * kafkajs can only read as a member of a group. A tail is the only member of a group with a throw-away name that never
 * commits. Kafka forgets such a group by itself, should this process die.
 */
export async function startKafkaTail<T>(
  kafka: Kafka,
  admin: Admin,
  topic: Topic<T>,
  options: TailOptions<T>,
): Promise<Tail> {
  const group = `kota.tail.${topic.name}.${randomUUID()}`;
  const goals = new Map<number, number>();
  const positions = new Map<number, number>();
  const caughtUp = deferred();
  function settle(): void {
    for (const [partition, goal] of goals) if ((positions.get(partition) ?? 0) < goal) return;
    caughtUp.resolve();
  }
  let consumer: Consumer;
  try {
    for (const { partition, low, high } of await admin.fetchTopicOffsets(topic.name)) {
      goals.set(partition, Number(high));
      positions.set(partition, Number(options.from === "end" ? high : low));
    }
    settle();
    consumer = await startKafkaConsumer(
      kafka,
      topic,
      {
        group,
        commit: "manual",
        startAt: (partition) => positions.get(partition),
        onBatch: async (batch) => options.onBatch(batch),
        onProgress: (partition, nextOffset) => {
          positions.set(partition, nextOffset);
          settle();
        },
        ...(options.onError ? { onError: options.onError } : {}),
      },
      goals.size,
    );
  } catch (cause) {
    throw kafkaError(`reading ${topic.name}`, cause);
  }
  return {
    caughtUp: caughtUp.promise,
    async stop() {
      caughtUp.reject(
        new KotaError("closed", `The tail of ${topic.name} was stopped before it had caught up.`),
      );
      await consumer.stop();
      // It is gone in the end in any case, and a broker that hangs must not hold up who stops.
      const forgotten = admin.deleteGroups([group]).catch(() => {});
      await within(FORGET_WITHIN_MS, forgotten);
    },
  };
}
