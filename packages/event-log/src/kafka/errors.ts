import { KotaError, messageOf } from "@kota/model";
import kafkajs from "kafkajs";

/** Answers of Kafka that trying again will not change, and what to do about them. */
const REFUSALS: Readonly<Record<string, string>> = {
  MESSAGE_TOO_LARGE: "a record is larger than the topic's max.message.bytes; raise it to 2 MiB",
  RECORD_LIST_TOO_LARGE: "a record is larger than the broker's message.max.bytes; raise it to 2 MiB",
  INVALID_RECORD: "the broker refuses the record; is the topic compacted by someone else?",
  TOPIC_AUTHORIZATION_FAILED: "kota may not use the topic; grant read, write and create on kota.*",
  GROUP_AUTHORIZATION_FAILED: "kota may not use the consumer group; grant read on groups kota.*",
  CLUSTER_AUTHORIZATION_FAILED: "kota may not use the cluster; grant create and describe",
  SASL_AUTHENTICATION_FAILED: "the credentials are wrong",
  INVALID_REPLICATION_FACTOR: "there are fewer brokers than KOTA_KAFKA_REPLICATION asks for",
  POLICY_VIOLATION: "a policy of the cluster forbids it",
};

/** What went wrong with Kafka, in kota's terms: whether to wait for it, or to change something. */
export function kafkaError(doing: string, cause: unknown): KotaError {
  if (cause instanceof KotaError) return cause;
  for (let error = cause; error instanceof Error; error = error.cause) {
    const remedy = error instanceof kafkajs.KafkaJSProtocolError ? REFUSALS[error.type] : undefined;
    if (remedy) return new KotaError("log_refused", `Kafka refused ${doing}: ${remedy}.`, { cause });
  }
  return new KotaError("log_unavailable", `Kafka could not be reached for ${doing}: ${messageOf(cause)}`, {
    cause,
  });
}
