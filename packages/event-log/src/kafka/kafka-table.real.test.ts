/// <reference path="../../../../test/servers/provided.d.ts" />
import { randomUUID } from "node:crypto";
import { expect, inject, it, onTestFinished } from "vitest";
import { jsonLines } from "../codecs.ts";
import { openTable } from "../table.ts";
import type { Topic } from "../topic.ts";
import { openKafkaLog } from "./kafka-log.ts";

const brokers = inject("kafkaBrokers");

it.skipIf(brokers === null)(
  "a table on Kafka has, once it is up to date, every value whose append was acknowledged",
  async () => {
    const topic: Topic<{ key: string; n: number }> = {
      name: `table-${randomUUID()}`,
      codec: jsonLines(),
      keyOf: ({ key }) => key,
      partitions: 1,
      retentionMs: 60_000,
      cleanup: "compact",
    };
    const log = await openKafkaLog({ brokers: brokers ?? [], clientId: "kota-table-test", replication: 1 });
    onTestFinished(() => log.close());
    await log.ensureTopics([topic]);
    const empty = await openTable(log, topic);
    expect(await empty.upToDate(10_000)).toBe(true);
    await log.append(topic, [{ key: "a", n: 0 }]);
    const later = await openTable(log, topic);
    expect(later.values.get("a")).toEqual({ key: "a", n: 0 });
    for (let n = 1; n < 10; n++) {
      await log.append(topic, [{ key: "a", n }]);
      for (const table of [empty, later]) {
        expect(await table.upToDate(10_000)).toBe(true);
        expect(table.values.get("a")).toEqual({ key: "a", n });
      }
    }
    await empty.stop();
    await later.stop();
  },
  60_000,
);
