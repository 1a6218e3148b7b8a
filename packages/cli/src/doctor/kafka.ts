import { type KafkaFacts, type KafkaTopicFacts, MESSAGES, READINGS, TOPICS } from "@kota/event-log";
import { type Finding, ok, warn } from "./finding.ts";

const HOUR_MS = 3_600_000;
/** kota makes its topics with this; records are smaller. */
const RECORD_BYTES = 1024 * 1024;

/** What a cluster makes of kota's promise that nothing acknowledged is lost. */
export function kafkaFindings({ brokers, topics }: KafkaFacts, replication: number): Finding[] {
  const findings = [
    ok(
      "Kafka",
      `${brokers} ${brokers === 1 ? "broker" : "brokers"}, ${topics.length} of kota's ${TOPICS.length} topics${topics.length === 0 ? "; the first start makes them" : ""}`,
    ),
  ];
  const copies = Math.min(replication, ...topics.map(({ replicas }) => replicas));
  if (copies < 2) {
    findings.push(
      warn(
        "copies",
        "one copy of each record: it survives the death of the process, not a power cut or a broken disk",
        brokers < 3
          ? "For more, three brokers, KOTA_KAFKA_REPLICATION=3 before the topics are made, and min.insync.replicas=2."
          : "Set KOTA_KAFKA_REPLICATION=3 before the topics are made, or reassign their partitions; min.insync.replicas=2.",
      ),
    );
  }
  const named = (which: (topic: KafkaTopicFacts) => boolean) => topics.filter(which).map(({ name }) => name);
  const report = (check: string, names: readonly string[], says: string, remedy: string) => {
    if (names.length > 0) findings.push(warn(check, `${names.join(", ")}: ${says}`, remedy));
  };
  report(
    "copies",
    named(({ replicas, minInSyncReplicas }) => replicas > 1 && minInSyncReplicas < 2),
    "acknowledged when one copy has it (min.insync.replicas=1)",
    "Set min.insync.replicas=2 on these topics.",
  );
  report(
    "in sync",
    named(({ inSyncReplicas, replicas }) => inSyncReplicas < replicas),
    "not every copy is in sync",
    "See which broker is down or behind.",
  );
  report(
    "retention",
    topics
      .filter(({ name, retentionMs }) => {
        const wanted = [MESSAGES, READINGS].find((topic) => topic.name === name)?.retentionMs;
        return wanted !== undefined && retentionMs !== null && retentionMs < wanted;
      })
      .map(({ name, retentionMs }) => `${name} (${Math.round((retentionMs ?? 0) / HOUR_MS)} h)`),
    "kept for less than kota's 7 days: a stage that is away longer loses what it has yet to read",
    "Raise retention.ms above the longest outage that you plan for.",
  );
  report(
    "retention",
    named(({ name, retentionBytes }) => retentionBytes !== null && name === MESSAGES.name),
    "limited by size too (retention.bytes): under load it may be much less than the days say",
    "Remove the limit, or see that it holds the longest outage at full load.",
  );
  report(
    "record size",
    named(({ maxMessageBytes }) => maxMessageBytes < RECORD_BYTES),
    "takes records smaller than kota's of up to 1 MiB, so that more and smaller ones are made",
    "Set max.message.bytes=2097152.",
  );
  const partitions = topics.filter(
    (topic) => topic.partitions < (TOPICS.find(({ name }) => name === topic.name)?.partitions ?? 1),
  );
  report(
    "partitions",
    partitions.map(({ name, partitions: count }) => `${name} (${count})`),
    "fewer partitions than kota makes: no more processes than that share the work",
    "Make the topic anew with more before there is data, since a device's order is kept within a partition.",
  );
  return findings;
}
