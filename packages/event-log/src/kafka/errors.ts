import { KotaError, messageOf } from "@kota/model";
import kafkajs from "kafkajs";

/** Answers of Kafka that trying again will not change, and what to do about them. */
const REFUSALS: Readonly<Record<string, string>> = {
  INVALID_RECORD: "the broker refuses the record; did someone else make the topic a compacted one?",
  INVALID_TOPIC_EXCEPTION: "the name of the topic is not allowed",
  INVALID_CONFIG: "the cluster does not allow the settings of the topic",
  INVALID_REPLICATION_FACTOR: "there are fewer brokers than KOTA_KAFKA_REPLICATION asks for",
  POLICY_VIOLATION: "a policy of the cluster forbids it",
  UNKNOWN_TOPIC_OR_PARTITION: "there is no such topic; `kota start` and `kota run` create what is missing",
  TOPIC_AUTHORIZATION_FAILED: "kota may not use the topic; grant read, write and create on kota.*",
  GROUP_AUTHORIZATION_FAILED: "kota may not use the consumer group; grant read and delete on groups kota.*",
  CLUSTER_AUTHORIZATION_FAILED: "kota may not use the cluster; grant create and describe",
  SASL_AUTHENTICATION_FAILED: "the credentials are wrong",
  UNSUPPORTED_VERSION: "the brokers are too old; kota wants Kafka 3.5 or newer",
};

const TOO_LARGE: Readonly<Record<string, string>> = {
  MESSAGE_TOO_LARGE: "the topic's max.message.bytes",
  RECORD_LIST_TOO_LARGE: "the broker's message.max.bytes",
};

/** What a group's members hear while brokers start, or members come and go. It passes by itself. */
const ROUTINE: ReadonlySet<string> = new Set([
  "GROUP_COORDINATOR_NOT_AVAILABLE",
  "GROUP_LOAD_IN_PROGRESS",
  "NOT_COORDINATOR_FOR_GROUP",
  "REBALANCE_IN_PROGRESS",
  "ILLEGAL_GENERATION",
  "UNKNOWN_MEMBER_ID",
  "MEMBER_ID_REQUIRED",
]);

/** What went wrong with Kafka, in kota's terms: whether to wait for it, or to change something. */
export function kafkaError(doing: string, cause: unknown): KotaError {
  if (cause instanceof KotaError) return cause;
  const type = answerOf(cause, (name) => name in REFUSALS);
  if (type) return new KotaError("log_refused", `Kafka refused ${doing}: ${REFUSALS[type]}.`, { cause });
  const limit = TOO_LARGE[answerOf(cause, (name) => name in TOO_LARGE) ?? ""];
  if (limit !== undefined) {
    const problem = `Kafka refused ${doing}: a record is larger than ${limit}; raise it to 2 MiB.`;
    return new KotaError("log_too_large", problem, { cause });
  }
  if (answerOf(cause, (name) => name === "KAFKA_STORAGE_ERROR")) {
    const problem = `Kafka has no room for ${doing}, or cannot write to its disk. Make room on the broker; kota goes on by itself.`;
    return new KotaError("log_full", problem, { cause });
  }
  return new KotaError("log_unavailable", `Kafka could not be reached for ${doing}: ${messageOf(cause)}`, {
    cause,
  });
}

/** Also the answer of a broker that has not heard of a new topic yet. */
export function isUnknownTopic(cause: unknown): boolean {
  return answerOf(cause, (name) => name === "UNKNOWN_TOPIC_OR_PARTITION") !== undefined;
}

/** What a group had not read is gone: records from `first` up to the one before `next`. */
export function recordsExpired(
  topic: string,
  partition: number,
  group: string,
  first: number,
  next: number,
): KotaError {
  const which = `${next - first} records of ${topic}, partition ${partition}, from ${first} on`;
  const problem = `Kafka has removed ${which}, which ${group} had not read: it was behind for longer than they are kept. What they held is lost to it; raise the topic's retention.ms, or retention.bytes where someone set it.`;
  return new KotaError("records_expired", problem);
}

export function isRoutine(cause: unknown): boolean {
  return answerOf(cause, (name) => ROUTINE.has(name)) !== undefined;
}

/** The name of Kafka's answer, wherever kafkajs has wrapped it: in causes, or in the parts of an aggregate. */
function answerOf(error: unknown, isWanted: (name: string) => boolean): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error instanceof kafkajs.KafkaJSProtocolError && isWanted(error.type)) return error.type;
  const parts: readonly unknown[] = "errors" in error && Array.isArray(error.errors) ? error.errors : [];
  for (const inner of [error.cause, ...parts]) {
    const answer = inner === error ? undefined : answerOf(inner, isWanted);
    if (answer) return answer;
  }
  return undefined;
}
