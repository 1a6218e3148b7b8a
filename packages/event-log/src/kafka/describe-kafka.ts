import kafkajs, { Kafka, logLevel } from "kafkajs";
import { kafkaError } from "./errors.ts";

/** A topic as the cluster has it. */
export interface KafkaTopicFacts {
  readonly name: string;
  readonly partitions: number;
  /** Of the partition that has fewest. */
  readonly replicas: number;
  /** Of the partition that has fewest now. */
  readonly inSyncReplicas: number;
  readonly minInSyncReplicas: number;
  /** Milliseconds; null: for ever. */
  readonly retentionMs: number | null;
  /** Bytes of a partition; null: no limit. */
  readonly retentionBytes: number | null;
  readonly maxMessageBytes: number;
}

/** What a cluster is, as far as it decides whether something can be lost. */
export interface KafkaFacts {
  readonly brokers: number;
  /** Those of the names asked for that exist. */
  readonly topics: readonly KafkaTopicFacts[];
}

const SETTINGS = ["min.insync.replicas", "retention.ms", "retention.bytes", "max.message.bytes"];

/**
 * Asks a cluster what it is; changes nothing.
 * @throws KotaError `log_unavailable` when no broker answers, `log_refused` when it will not say.
 */
export async function describeKafka(
  brokers: readonly string[],
  topicNames: readonly string[],
): Promise<KafkaFacts> {
  const admin = new Kafka({
    clientId: "kota-doctor",
    brokers: [...brokers],
    logLevel: logLevel.NOTHING,
    connectionTimeout: 3000,
    requestTimeout: 10_000,
    retry: { initialRetryTime: 100, retries: 2 },
  }).admin();
  try {
    await admin.connect();
    const { brokers: nodes } = await admin.describeCluster();
    const present = new Set(await admin.listTopics());
    const topics = topicNames.filter((name) => present.has(name));
    if (topics.length === 0) return { brokers: nodes.length, topics: [] };
    const [metadata, { resources }] = await Promise.all([
      admin.fetchTopicMetadata({ topics }),
      admin.describeConfigs({
        includeSynonyms: false,
        resources: topics.map((name) => ({
          type: kafkajs.ConfigResourceTypes.TOPIC,
          name,
          configNames: SETTINGS,
        })),
      }),
    ]);
    return {
      brokers: nodes.length,
      topics: metadata.topics.map(({ name, partitions }) => {
        const entries = resources.find((resource) => resource.resourceName === name)?.configEntries ?? [];
        const setting = (key: string) =>
          Number(entries.find(({ configName }) => configName === key)?.configValue);
        const limit = (key: string) => (setting(key) < 0 ? null : setting(key));
        return {
          name,
          partitions: partitions.length,
          replicas: Math.min(...partitions.map(({ replicas }) => replicas.length)),
          inSyncReplicas: Math.min(...partitions.map(({ isr }) => isr.length)),
          minInSyncReplicas: setting("min.insync.replicas"),
          retentionMs: limit("retention.ms"),
          retentionBytes: limit("retention.bytes"),
          maxMessageBytes: setting("max.message.bytes"),
        };
      }),
    };
  } catch (cause) {
    throw kafkaError("a description of the cluster", cause);
  } finally {
    await admin.disconnect().catch(() => {});
  }
}
