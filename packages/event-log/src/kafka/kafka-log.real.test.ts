/// <reference path="../../../../test/servers/provided.d.ts" />
import { randomUUID } from "node:crypto";
import { Kafka, logLevel } from "kafkajs";
import { describe, expect, inject, it } from "vitest";
import { jsonLines } from "../codecs.ts";
import { eventLogContract } from "../contract.ts";
import { readTopic } from "../read-topic.ts";
import type { Topic } from "../topic.ts";
import { TOPICS } from "../topics.ts";
import { openKafkaLog } from "./kafka-log.ts";

const brokers = inject("kafkaBrokers");

if (brokers) {
  eventLogContract("Kafka", async () => ({
    open: () => openKafkaLog({ brokers, clientId: "kota-contract", replication: 1 }),
    patience: 15_000,
  }));

  describe("topics on Kafka", () => {
    it("that take smaller records than kota makes get smaller ones; a value that fits in none is refused as too large", async () => {
      const topic: Topic<string> = {
        name: `kota.small.${randomUUID()}`,
        ...{ codec: jsonLines(), keyOf: () => "", partitions: 1, retentionMs: 1e9, cleanup: "delete" },
      };
      const admin = new Kafka({ clientId: "small", brokers, logLevel: logLevel.NOTHING }).admin();
      await admin.connect();
      await admin.createTopics({
        topics: [
          {
            topic: topic.name,
            numPartitions: 1,
            configEntries: [{ name: "max.message.bytes", value: "3000" }],
          },
        ],
      });
      await admin.disconnect();
      const log = await openKafkaLog({ brokers, clientId: "kota-small", replication: 1 });
      try {
        await log.ensureTopics([topic]);
        const values = Array.from({ length: 500 }, (_, n) => `${n} ${"x".repeat(100)}`);
        await log.append(topic, values);
        await expect(log.append(topic, ["y".repeat(4000)])).rejects.toMatchObject({
          ...{ code: "log_too_large", retry: "never" },
          message: expect.stringContaining("max.message.bytes"),
        });
        await log.append(topic, ["last"]);
        const kept: string[] = [];
        await readTopic(log, topic, (read) => void kept.push(...read));
        expect(kept).toEqual([...values, "last"]);
      } finally {
        await log.close();
      }
    });

    it("that lose to retention what a group has not read say so, and how much it was", async () => {
      const topic: Topic<string> = {
        name: `kota.expired.${randomUUID()}`,
        ...{ codec: jsonLines(), keyOf: () => "", partitions: 1, retentionMs: 1e9, cleanup: "delete" },
      };
      const group = `kota.expired.${randomUUID()}`;
      const log = await openKafkaLog({ brokers, clientId: "kota-expired", replication: 1 });
      const admin = new Kafka({ clientId: "expired", brokers, logLevel: logLevel.NOTHING }).admin();
      await admin.connect();
      const read: string[] = [];
      const problems: unknown[] = [];
      const consume = () =>
        log.consume(topic, {
          group,
          onBatch: async ({ values }) => void read.push(...values),
          onError: (error) => problems.push(error),
        });
      try {
        await log.ensureTopics([topic]);
        for (const value of ["a", "b"]) await log.append(topic, [value]);
        const first = await consume();
        await expect.poll(() => read, { timeout: 20_000 }).toEqual(["a", "b"]);
        await expect
          .poll(async () => (await log.lag(topic, group))[0]?.committed, { timeout: 20_000 })
          .toBe(2);
        await first.stop();
        expect(problems).toEqual([]);
        for (const value of ["c", "d", "e", "f"]) await log.append(topic, [value]);
        // What retention does after days. kafkajs deletes only of topics that it has asked about.
        await admin.fetchTopicOffsets(topic.name);
        await admin.deleteTopicRecords({ topic: topic.name, partitions: [{ partition: 0, offset: "5" }] });
        await consume();
        await expect.poll(() => read, { timeout: 20_000 }).toEqual(["a", "b", "f"]);
        expect(problems).toMatchObject([
          { code: "records_expired", message: expect.stringMatching(/3 records of .* from 2 on/) },
        ]);
      } finally {
        await admin.disconnect();
        await log.close();
      }
    }, 90_000);

    it("can be used at once by all that make them at the same time, as services do that start together", async () => {
      const topics = TOPICS.map((topic) => ({ ...topic, name: `${topic.name}.${randomUUID()}` }));
      const logs = await Promise.all(
        Array.from({ length: 5 }, () => openKafkaLog({ brokers, clientId: "kota-together", replication: 1 })),
      );
      try {
        await Promise.all(
          logs.map(async (log) => {
            await log.ensureTopics(topics);
            for (const topic of topics) await log.lag(topic, "kota.together");
          }),
        );
      } finally {
        await Promise.all(logs.map((log) => log.close()));
      }
    });
  });
} else {
  describe("the event log on Kafka", () => {
    it.skip("(no Kafka here: neither Docker nor infra/native/install.sh kafka)", () => {});
  });
}
