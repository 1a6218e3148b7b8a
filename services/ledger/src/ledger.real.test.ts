/// <reference path="../../../test/servers/provided.d.ts" />
import { randomUUID } from "node:crypto";
import { GROUPS, openKafkaLog, READINGS, REJECTIONS, TOPICS } from "@kota/event-log";
import { openInfluxStore } from "@kota/time-series";
import { afterEach, describe, expect, inject, it, vi } from "vitest";
import { handedOn, ledgerOn, reading, rejection, START, storeStage } from "./test-setup.ts";

const brokers = inject("kafkaBrokers");
const influxdb = inject("influxdb");
const undo: (() => unknown)[] = [];

afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

const soon = { timeout: 60_000, interval: 200 };

describe.skipIf(!brokers || !influxdb)("the ledger on Kafka and InfluxDB", () => {
  it("balances over repeats, rejections and a restart, and misses what is deleted from InfluxDB", async () => {
    if (!brokers || !influxdb) throw new Error("no servers");
    const log = await openKafkaLog({ brokers, clientId: "kota-ledger-test", replication: 1 });
    undo.push(() => log.close());
    await log.ensureTopics(TOPICS);
    const store = await openInfluxStore(influxdb);
    undo.push(() => store.close());
    const device = `ledger-${randomUUID()}`;
    const totalOf = async () => {
      const { book } = await handedOn(log);
      return [...book.records({ device })];
    };
    const stage = await storeStage(log, store);
    undo.push(() => stage.stop());
    const first = ledgerOn(log, store, { intervalMs: 300 });
    await first.service.start();
    for (let n = 0; n < 300; n += 30) {
      await log.append(
        READINGS,
        Array.from({ length: 30 }, (_, at) => reading(device, START + (n + at) * 10_000)),
      );
    }
    await log.append(READINGS, [reading(device, START), reading(device, START, 2)]);
    await log.append(REJECTIONS, [rejection(randomUUID(), device, START)]);
    await vi.waitFor(async () => {
      expect(await totalOf()).toMatchObject([
        { readings: 302, distinct: 300, conflicts: 1, rejected: { not_json: 1 }, stored: 300, pending: 0 },
      ]);
    }, soon);
    await vi.waitFor(async () => expect((await totalOf())[0]?.open).toBeUndefined(), soon);
    await first.service.stop();

    const second = ledgerOn(log, store, { intervalMs: 300 });
    undo.push(() => second.service.stop());
    await second.service.start();
    await log.append(READINGS, [reading(device, START + 10_000), reading(device, START + 1)]);
    await vi.waitFor(async () => {
      expect(await totalOf()).toMatchObject([{ readings: 304, distinct: 301, stored: 301, pending: 0 }]);
    }, soon);
    expect(
      (await store.series({ device, metric: "pm10", from: START, to: START + 1, stepMs: null, limit: 1 }))[0],
    ).toMatchObject({ last: 2 });

    const gone = START + 50_000;
    const response = await fetch(
      `${influxdb.url}/api/v2/delete?org=${influxdb.org}&bucket=${influxdb.bucket}`,
      {
        method: "POST",
        headers: { authorization: `Token ${influxdb.token}`, "content-type": "application/json" },
        body: JSON.stringify({
          start: new Date(gone).toISOString(),
          stop: new Date(gone).toISOString(),
          predicate: `_measurement="readings" AND device="${device}"`,
        }),
      },
    );
    expect(response.status).toBe(204);
    await vi.waitFor(async () => {
      expect(await totalOf()).toMatchObject([{ distinct: 301, stored: 300, pending: 0 }]);
    }, soon);
    const lags = await log.lag(READINGS, GROUPS.ledgerReadings);
    expect(lags.every(({ committed, end }) => committed <= end)).toBe(true);
  }, 200_000);
});
