/// <reference path="../../../../test/servers/provided.d.ts" />
import { randomUUID } from "node:crypto";
import { describe, inject, it } from "vitest";
import { eventLogContract } from "../contract.ts";
import { TOPICS } from "../topics.ts";
import { openKafkaLog } from "./kafka-log.ts";

const brokers = inject("kafkaBrokers");

if (brokers) {
  eventLogContract("Kafka", async () => ({
    open: () => openKafkaLog({ brokers, clientId: "kota-contract", replication: 1 }),
    patience: 15_000,
  }));

  describe("topics on Kafka", () => {
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
