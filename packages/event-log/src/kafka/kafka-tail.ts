import { randomUUID } from "node:crypto";
import type { Admin, Kafka } from "kafkajs";
import type { Tail, TailOptions } from "../port.ts";
import type { Topic } from "../topic.ts";
import { kafkaError } from "./errors.ts";
import { startKafkaConsumer } from "./kafka-consumer.ts";

/**
 * kafkajs can only read as a member of a group. A tail is a group of its own with a throw-away name that never
 * commits: it seeks to its own positions whenever it has joined, and the group is deleted at the end.
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
  let reached = () => {};
  const caughtUp = new Promise<void>((resolve) => {
    reached = () => {
      for (const [partition, goal] of goals) if ((positions.get(partition) ?? 0) < goal) return;
      resolve();
    };
  });
  try {
    const offsets = await admin.fetchTopicOffsets(topic.name);
    for (const { partition, low, high } of offsets) {
      goals.set(partition, Number(high));
      positions.set(partition, Number(options.from === "end" ? high : low));
    }
  } catch (cause) {
    throw kafkaError(`reading ${topic.name}`, cause);
  }
  reached();
  const consumer = await startKafkaConsumer(
    kafka,
    topic,
    {
      group,
      commit: "manual",
      async onBatch(batch) {
        await options.onBatch(batch);
        positions.set(batch.partition, batch.nextOffset);
        reached();
      },
      ...(options.onError ? { onError: options.onError } : {}),
    },
    goals.size,
    (partition) => positions.get(partition) ?? 0,
  );
  return {
    caughtUp,
    async stop() {
      await consumer.stop();
      await admin.deleteGroups([group]).catch((error: unknown) => options.onError?.(error));
    },
  };
}
