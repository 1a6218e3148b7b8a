import type { Consumer as KafkaJsConsumer } from "kafkajs";
import { type EachBatchPayload, type Kafka, PartitionAssigners } from "kafkajs";
import type { Batch, ConsumeOptions, Consumer } from "../port.ts";
import type { Topic } from "../topic.ts";
import { kafkaError } from "./errors.ts";
import { isRoutine } from "./logging.ts";
import { singleAssigner } from "./single-assigner.ts";

/** A member that was killed holds its partitions for this long; one that is only busy still heartbeats in time. */
const SESSION_TIMEOUT_MS = 10_000;
const HEARTBEAT_EVERY_MS = 2000;
const RETRY_MS = { first: 100, last: 10_000 };
const RECREATE_AFTER_MS = 1000;

/** Starts a member of a group. Resolves when it is running; partitions come by and by. */
export async function startKafkaConsumer<T>(
  kafka: Kafka,
  topic: Topic<T>,
  options: ConsumeOptions<T>,
  partitions: number,
  /** Where to read a partition from whenever it is assigned; without it, from the group's commit. */
  startAt?: (partition: number) => number,
): Promise<Consumer> {
  const { group, commit = "auto", maxValues = 10_000 } = options;
  const joinedAt = Date.now();
  let client: KafkaJsConsumer;
  let stopped = false;
  let assigned: readonly number[] = [];
  let generation = 0;
  // Batches wait until the partitions that were lost are given up and the new ones are taken.
  let handedOver: Promise<void> = Promise.resolve();
  const failures = new Map<number, number>();

  /**
   * After every rebalance kafkajs reads all partitions from their committed offsets again, those that stayed too. So
   * all of them are given up and taken anew.
   */
  function onJoin(now: readonly number[]): void {
    const before = assigned;
    assigned = now;
    generation++;
    failures.clear();
    // Taken up by kafkajs before its first fetch after the join.
    if (startAt) {
      for (const partition of now) {
        client.seek({ topic: topic.name, partition, offset: String(startAt(partition)) });
      }
    }
    handedOver = handedOver
      .then(async () => {
        if (before.length > 0) await options.onRevoked?.(before);
        if (now.length > 0) await options.onAssigned?.(now);
      })
      .catch((error: unknown) => {
        options.onError?.(error);
        throw error;
      });
    handedOver.catch(() => {});
  }

  async function eachBatch(payload: EachBatchPayload): Promise<void> {
    const { batch, commitOffsetsIfNecessary, heartbeat, isRunning, isStale, resolveOffset, pause } = payload;
    const { partition } = batch;
    const beat = setInterval(() => heartbeat().catch(() => {}), HEARTBEAT_EVERY_MS);
    const joined = generation;
    // Another member may have the partition by now, or this one reads it again from the commit.
    const lost = () => joined !== generation || isStale();
    try {
      await handedOver;
      for (const part of split(topic, partition, batch.messages, maxValues)) {
        if (lost() || !isRunning()) return;
        await options.onBatch(part);
        if (lost()) return;
        if (commit === "auto") {
          // Not `client.commitOffsets`: once a stop has begun, that one does nothing and says nothing.
          const partitions = [{ partition, offset: String(part.nextOffset) }];
          await commitOffsetsIfNecessary({ topics: [{ topic: topic.name, partitions }] });
        }
        resolveOffset(String(part.nextOffset - 1));
        failures.delete(partition);
      }
    } catch (error) {
      options.onError?.(error);
      // kafkajs fetches for all partitions of a broker at once and waits for all: pausing keeps the others going.
      const attempt = failures.get(partition) ?? 0;
      failures.set(partition, attempt + 1);
      const resume = pause();
      setTimeout(resume, Math.min(RETRY_MS.last, RETRY_MS.first * 2 ** attempt)).unref();
    } finally {
      clearInterval(beat);
    }
  }

  async function launch(): Promise<void> {
    client = kafka.consumer({
      groupId: group,
      sessionTimeout: SESSION_TIMEOUT_MS,
      rebalanceTimeout: 2 * SESSION_TIMEOUT_MS,
      heartbeatInterval: HEARTBEAT_EVERY_MS,
      maxWaitTimeInMs: 250,
      minBytes: 1,
      maxBytesPerPartition: 2 * 1024 * 1024,
      allowAutoTopicCreation: false,
      partitionAssigners: [
        options.assignment === "single" ? singleAssigner(joinedAt) : PartitionAssigners.roundRobin,
      ],
      retry: {
        initialRetryTime: 100,
        maxRetryTime: 5000,
        retries: 10,
        restartOnFailure: async () => !stopped,
      },
    });
    client.on(client.events.GROUP_JOIN, ({ payload }) => onJoin(payload.memberAssignment[topic.name] ?? []));
    client.on(client.events.CRASH, ({ payload }) => {
      if (!payload.restart || !isRoutine(payload.error.message)) options.onError?.(payload.error);
      if (payload.restart || stopped) return;
      // kafkajs gives up on what it deems final; a fresh member is the only way on.
      setTimeout(() => {
        if (!stopped) launch().catch((error: unknown) => options.onError?.(error));
      }, RECREATE_AFTER_MS).unref();
    });
    await client.connect();
    await client.subscribe({ topics: [topic.name], fromBeginning: true });
    await client.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: partitions,
      eachBatch,
    });
  }

  try {
    await launch();
  } catch (cause) {
    throw kafkaError(`consuming ${topic.name} as ${group}`, cause);
  }
  return {
    async commit(partition, offset) {
      try {
        if (assigned.includes(partition)) {
          await client.commitOffsets([{ topic: topic.name, partition, offset: String(offset) }]);
        }
      } catch (cause) {
        throw kafkaError(`committing for ${group}`, cause);
      }
    },
    async stop() {
      if (stopped) return;
      stopped = true;
      // Waits for the running batches; their commits are in by then.
      await client.disconnect();
      const last = assigned;
      assigned = [];
      if (last.length > 0) await options.onRevoked?.(last);
    },
  };
}

/** The records of one fetch as batches of at most `maxValues`, as far as records allow. */
function* split<T>(
  topic: Topic<T>,
  partition: number,
  records: readonly { readonly offset: string; readonly value: Buffer | null }[],
  maxValues: number,
): Generator<Batch<T>> {
  let values: T[] = [];
  let offset = Number(records[0]?.offset ?? 0);
  let nextOffset = offset;
  for (const record of records) {
    const decoded = record.value === null ? [] : topic.codec.decode(record.value);
    if (values.length > 0 && values.length + decoded.length > maxValues) {
      yield { topic: topic.name, partition, offset, nextOffset, values };
      values = [];
      offset = Number(record.offset);
    }
    for (const value of decoded) values.push(value);
    nextOffset = Number(record.offset) + 1;
  }
  if (records.length > 0) yield { topic: topic.name, partition, offset, nextOffset, values };
}
