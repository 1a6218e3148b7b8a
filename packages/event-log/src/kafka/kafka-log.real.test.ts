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
