/// <reference path="../../../../test/servers/provided.d.ts" />
import { describe, inject, it } from "vitest";
import { eventLogContract } from "../contract.ts";
import { openKafkaLog } from "./kafka-log.ts";

const brokers = inject("kafkaBrokers");

if (brokers) {
  eventLogContract("Kafka", async () => ({
    open: () => openKafkaLog({ brokers, clientId: "kota-contract", replication: 1 }),
    patience: 15_000,
  }));
} else {
  describe("the event log on Kafka", () => {
    it.skip("(no Kafka here: neither Docker nor infra/native/install.sh kafka)", () => {});
  });
}
