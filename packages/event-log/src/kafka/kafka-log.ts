import { KotaError, messageOf } from "@kota/model";
import kafkajs, { Kafka, logLevel, Partitioners } from "kafkajs";
import type { ConsumeOptions, Consumer, EventLog, Lag, Tail } from "../port.ts";
import { type LogRecord, MAX_RECORD_BYTES, recordsOf } from "../records.ts";
import type { Topic, TopicSettings } from "../topic.ts";
import { type Write, writeTogether } from "../write-together.ts";
import { isUnknownTopic, kafkaError, recordsExpired } from "./errors.ts";
import { startKafkaConsumer } from "./kafka-consumer.ts";
import { startKafkaTail } from "./kafka-tail.ts";
import { type KafkaLogger, logTo } from "./logging.ts";
import { orderedSender } from "./ordered-sender.ts";

export interface KafkaLogOptions {
  /** host:port of at least one broker. */
  readonly brokers: readonly string[];
  readonly clientId: string;
  /** Replication factor of topics that are created. */
  readonly replication: number;
  readonly logger?: KafkaLogger;
}

/** A request of Kafka costs its processor and kota's as much as some hundred values. */
const APPEND_EVERY_MS = 20;
/** How long a new topic may take until every broker knows it: at least so many pauses. */
const LEADER_ATTEMPTS = 100;
const LEADER_PAUSE_MS = 100;
/** Appends that wait for one under way become one, up to so many values. */
const MAX_APPEND = 20_000;
/** Kafka's limit is for a batch of records with its header. */
const BATCH_OVERHEAD_BYTES = 200;

/**
 * A connection that is half-open is noticed by an answer that does not come, and kafkajs has several to go through, one after the
 * other. A join, which may take longer, has a limit of its own.
 */
const REQUEST_WITHIN_MS = 10_000;

const CLEANUP = { delete: "delete", compact: "compact", "compact-and-delete": "compact,delete" } as const;

/**
 * The log in Kafka 3.5 or newer, through kafkajs. An append resolves when all in-sync replicas have it (acks=all).
 * The producer is not idempotent: a retry may write a record twice, and every effect behind the log is idempotent anyway.
 * @throws KotaError `log_unavailable` when no broker answers, `log_refused` when it will not have kota.
 */
export async function openKafkaLog(options: KafkaLogOptions): Promise<EventLog> {
  const kafka = new Kafka({
    clientId: options.clientId,
    brokers: [...options.brokers],
    logLevel: logLevel.INFO,
    logCreator: logTo(options.logger),
    connectionTimeout: 5000,
    requestTimeout: REQUEST_WITHIN_MS,
    retry: { initialRetryTime: 100, maxRetryTime: 2000, retries: 4 },
  });
  const admin = kafka.admin();
  const producer = kafka.producer({
    allowAutoTopicCreation: false,
    idempotent: false,
    // Records name their partition; the partitioner is only asked so that it is the same for every version of kafkajs.
    createPartitioner: Partitioners.DefaultPartitioner,
  });
  try {
    await Promise.all([admin.connect(), producer.connect()]);
  } catch (cause) {
    await Promise.allSettled([admin.disconnect(), producer.disconnect()]);
    throw kafkaError(`a connection to ${options.brokers.join(", ")}`, cause);
  }
  const partitionCounts = new Map<string, Promise<number>>();
  const senders = new Map<string, (records: readonly LogRecord[]) => Promise<void>>();
  const limits = new Map<string, number>();
  const appenders = new WeakMap<TopicSettings, Write<unknown>>();
  const running = new Set<{ stop(): Promise<void> }>();
  let closed = false;

  function requireOpen(): void {
    if (closed) throw new KotaError("closed", "The log is closed.");
  }

  /** The same promise for all who ask, so that appends go on in the order in which they came. */
  function partitionsOf({ name }: TopicSettings): Promise<number> {
    let count = partitionCounts.get(name);
    if (!count) {
      count = fetchPartitions(name);
      partitionCounts.set(name, count);
      count.catch(() => partitionCounts.delete(name));
    }
    return count;
  }

  async function fetchPartitions(topic: string): Promise<number> {
    try {
      const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
      return topics[0]?.partitions.length ?? 0;
    } catch (cause) {
      throw kafkaError(`the partitions of ${topic}`, cause);
    }
  }

  function senderOf(topic: string): (records: readonly LogRecord[]) => Promise<void> {
    let sender = senders.get(topic);
    if (!sender) {
      sender = orderedSender(producer, topic, () => limitOf(topic));
      senders.set(topic, sender);
    }
    return sender;
  }

  function limitOf(topic: string): number {
    return limits.get(topic) ?? MAX_RECORD_BYTES;
  }

  /** Asks for what the topic takes. Returns whether that is less than was known. */
  async function learnLimit(topic: string): Promise<boolean> {
    const resources = [
      { type: kafkajs.ConfigResourceTypes.TOPIC, name: topic, configNames: ["max.message.bytes"] },
    ];
    // Who may not ask is left with what the caller can do about it.
    const answer = await admin.describeConfigs({ resources, includeSynonyms: false }).catch(() => undefined);
    const told = Number(answer?.resources[0]?.configEntries[0]?.configValue);
    if (!(told > 0) || told - BATCH_OVERHEAD_BYTES >= limitOf(topic)) return false;
    limits.set(topic, Math.max(1, told - BATCH_OVERHEAD_BYTES));
    return true;
  }

  function appenderTo<T>(topic: Topic<T>, partitions: number): Write<T> {
    // Kept by the topic itself and not by its name: what it holds is of the topic's type.
    let appendTo = appenders.get(topic) as Write<T> | undefined;
    if (!appendTo) {
      const send: Write<T> = (values) =>
        senderOf(topic.name)(recordsOf(topic, values, partitions, limitOf(topic.name)));
      const appendNow: Write<T> = async (values) => {
        try {
          await send(values);
        } catch (cause) {
          // Someone made the topic, or the cluster, for smaller records than kota's.
          const error = kafkaError(`an append to ${topic.name}`, cause);
          if (error.code !== "log_too_large" || !(await learnLimit(topic.name))) throw error;
          await send(values);
        }
      };
      // Of one append a compacted topic keeps only the newest of each key, so two appends stay two.
      appendTo = topic.cleanup === "delete" ? writeTogether(appendNow, MAX_APPEND) : appendNow;
      appenders.set(topic, appendTo as Write<unknown>);
    }
    return appendTo;
  }

  /** Before it creates one, kafkajs asks about those that it knows already, and perhaps a broker that has not heard of the newest yet. */
  async function create(topic: TopicSettings): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        await admin.createTopics({
          // kafkajs takes a broker that has not heard of the new topic yet for a refusal.
          waitForLeaders: false,
          topics: [
            {
              topic: topic.name,
              numPartitions: topic.partitions,
              replicationFactor: options.replication,
              configEntries: [
                { name: "cleanup.policy", value: CLEANUP[topic.cleanup] },
                { name: "retention.ms", value: String(topic.retentionMs) },
                { name: "min.compaction.lag.ms", value: String(topic.compactAfterMs ?? 0) },
                { name: "max.message.bytes", value: String(2 * 1024 * 1024) },
              ],
            },
          ],
        });
        return;
      } catch (cause) {
        if (attempt === LEADER_ATTEMPTS || !isUnknownTopic(cause)) throw cause;
        await new Promise((resolve) => setTimeout(resolve, LEADER_PAUSE_MS));
      }
    }
  }

  /** A new topic, perhaps another process's, is there before every broker knows it and its partitions have leaders. */
  async function leadersAnswer(topic: string): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        await admin.fetchTopicOffsets(topic);
        return;
      } catch (cause) {
        if (attempt === LEADER_ATTEMPTS) {
          const problem = `The topic ${topic} was created, but its partitions do not answer: ${messageOf(cause)}`;
          throw new KotaError("log_unavailable", problem, { cause });
        }
        await new Promise((resolve) => setTimeout(resolve, LEADER_PAUSE_MS));
      }
    }
  }

  /** Kafka removes by age whether a group has read or not, and begins where records begin: that is not to happen without a word. */
  async function reportExpired(
    topic: TopicSettings,
    { group, onError }: Pick<ConsumeOptions<never>, "group" | "onError">,
    partitions: readonly number[],
  ): Promise<void> {
    if (topic.cleanup !== "delete") return;
    try {
      const [ends, [commits]] = await Promise.all([
        admin.fetchTopicOffsets(topic.name),
        admin.fetchOffsets({ groupId: group, topics: [topic.name] }),
      ]);
      for (const { partition, offset } of commits?.partitions ?? []) {
        const low = Number(ends.find((end) => end.partition === partition)?.low ?? 0);
        // A group that has committed nothing yet begins where the records do, and misses none of its own.
        const committed = Number(offset);
        if (partitions.includes(partition) && committed >= 0 && low > committed)
          onError?.(recordsExpired(topic.name, partition, group, committed, low));
      }
    } catch (cause) {
      onError?.(kafkaError(`the first records of ${topic.name}`, cause));
    }
  }

  function keep<R extends Consumer | Tail>(reader: R): R {
    const stop = reader.stop.bind(reader);
    running.add(reader);
    reader.stop = async () => {
      running.delete(reader);
      await stop();
    };
    return reader;
  }

  return {
    appendEveryMs: APPEND_EVERY_MS,

    async ensureTopics(topics) {
      requireOpen();
      try {
        // kafkajs answers false, and creates none, when one of several exists: so one by one.
        for (const topic of topics) {
          await create(topic);
          await leadersAnswer(topic.name);
        }
      } catch (cause) {
        throw kafkaError("creating topics", cause);
      }
    },

    async append(topic, values) {
      requireOpen();
      if (values.length === 0) return;
      const appendTo = appenderTo(topic, await partitionsOf(topic));
      try {
        await appendTo(values);
      } catch (cause) {
        throw kafkaError(`an append to ${topic.name}`, cause);
      }
    },

    async consume(topic, consumeOptions) {
      requireOpen();
      const onAssigned = async (partitions: readonly number[]) => {
        await reportExpired(topic, consumeOptions, partitions);
        await consumeOptions.onAssigned?.(partitions);
      };
      const count = await partitionsOf(topic);
      return keep(await startKafkaConsumer(kafka, topic, { ...consumeOptions, onAssigned }, count));
    },

    async tail(topic, tailOptions) {
      requireOpen();
      return keep(await startKafkaTail(kafka, admin, topic, tailOptions));
    },

    async lag(topic, group): Promise<Lag[]> {
      requireOpen();
      try {
        const [ends, [commits]] = await Promise.all([
          admin.fetchTopicOffsets(topic.name),
          admin.fetchOffsets({ groupId: group, topics: [topic.name] }),
        ]);
        const committed = new Map(
          commits?.partitions.map(({ partition, offset }) => [partition, Number(offset)]),
        );
        return ends
          .map(({ partition, low, high }) => ({
            partition,
            committed: Math.max(committed.get(partition) ?? 0, Number(low)),
            end: Number(high),
          }))
          .sort((a, b) => a.partition - b.partition);
      } catch (cause) {
        throw kafkaError(`the lag of ${group}`, cause);
      }
    },

    async check() {
      requireOpen();
      try {
        await admin.describeCluster();
      } catch (cause) {
        throw kafkaError("a check", cause);
      }
    },

    async close() {
      if (closed) return;
      closed = true;
      await Promise.allSettled([...running].map((reader) => reader.stop()));
      await Promise.allSettled([producer.disconnect(), admin.disconnect()]);
    },
  };
}
