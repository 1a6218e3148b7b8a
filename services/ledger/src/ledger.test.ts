import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type EventLog, GROUPS, openEmbeddedLog, READINGS, REJECTIONS, TOPICS } from "@kota/event-log";
import { openDuckDbStore, type TimeSeriesStore } from "@kota/time-series";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { handedOn, ledgerOn, reading, rejection, START, storeStage } from "./test-setup.ts";

const undo: (() => unknown)[] = [];
let dir: string;
let log: EventLog;
let store: TimeSeriesStore;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "kota-ledger-"));
  undo.push(() => rm(dir, { recursive: true, force: true }));
  log = await openEmbeddedLog({ dir: join(dir, "log") });
  undo.push(() => log.close());
  await log.ensureTopics(TOPICS);
  store = await openDuckDbStore({ dir: join(dir, "time-series") });
  undo.push(() => store.close());
});

afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

async function runLedger(
  ...over: Parameters<typeof ledgerOn> extends [unknown, unknown, ...infer R] ? R : never
) {
  const ledger = ledgerOn(log, store, ...over);
  undo.push(() => ledger.service.stop());
  await ledger.service.start();
  return ledger;
}

async function gauge(metric: {
  get(): Promise<{ values: { value: number }[] }>;
}): Promise<number | undefined> {
  return (await metric.get()).values[0]?.value;
}

const soon = { timeout: 15_000, interval: 50 };

describe("the ledger on the embedded log", () => {
  it("says of every device and hour what came and what became of it, and is what it was after a restart", async () => {
    const first = await runLedger();
    await storeStage(log, store);
    await log.append(READINGS, [
      ...Array.from({ length: 100 }, (_, n) => reading("a", START + n * 60_000)),
      ...Array.from({ length: 10 }, (_, n) => reading("a", START + n * 60_000)),
      reading("a", START, 2),
      reading("b", START),
    ]);
    await log.append(REJECTIONS, [rejection("r1", "a", START), rejection("r1", "a", START)]);
    await log.append(REJECTIONS, [rejection("r2", null, START)]);
    const whole = {
      received: 115,
      stored: 101,
      rejected: 2,
      duplicate: 12,
      conflict: 1,
      pending: 0,
      difference: 0,
    };
    await vi.waitFor(async () => expect((await handedOn(log)).total).toMatchObject(whole), soon);
    await vi.waitFor(async () => {
      const { book } = await handedOn(log);
      expect([...book.records()].every(({ open }) => !open)).toBe(true);
    }, soon);
    await first.service.stop();

    await log.append(READINGS, [reading("b", START), reading("b", START + 1)]);
    await runLedger();
    await vi.waitFor(
      async () =>
        expect((await handedOn(log)).total).toMatchObject({
          ...whole,
          received: 117,
          stored: 102,
          duplicate: 13,
        }),
      soon,
    );
    await vi.waitFor(async () => {
      const lags = await log.lag(READINGS, GROUPS.ledgerReadings);
      expect(lags.map(({ committed, end }) => end - committed)).toEqual(lags.map(() => 0));
    }, soon);
  });

  it("counts as pending what is not stored yet, and as a difference what is gone", async () => {
    const { metrics } = await runLedger();
    await log.append(
      READINGS,
      Array.from({ length: 20 }, (_, n) => reading("a", START + n)),
    );
    await vi.waitFor(async () => expect(await gauge(metrics.ledgerPending)).toBe(20), soon);
    await storeStage(log, store, ({ time }) => time === START + 7);
    await vi.waitFor(async () => expect(await gauge(metrics.ledgerDifference)).toBe(1), soon);
    expect(await gauge(metrics.ledgerPending)).toBe(0);
    await vi.waitFor(
      async () =>
        expect((await handedOn(log)).total).toMatchObject({ received: 20, stored: 19, difference: 1 }),
      soon,
    );
    await store.writeReadings([reading("a", START + 7)]);
    await vi.waitFor(async () => expect(await gauge(metrics.ledgerDifference)).toBe(0), soon);
    await vi.waitFor(
      async () =>
        expect((await handedOn(log)).total).toMatchObject({ received: 20, stored: 20, difference: 0 }),
      soon,
    );
  });

  it("takes no more while open hours hold all they may, and misses nothing by that", async () => {
    const { metrics } = await runLedger({ maxTimes: 50, graceMs: 1e9 });
    await storeStage(log, store);
    for (let n = 0; n < 10; n++) {
      await log.append(
        READINGS,
        Array.from({ length: 40 }, (_, at) => reading(`d-${n % 3}`, START + n * 40 + at)),
      );
    }
    await vi.waitFor(
      async () => {
        const { total } = await handedOn(log);
        expect(total).toMatchObject({ received: 400, stored: 400, duplicate: 0, difference: 0 });
      },
      { ...soon, timeout: 30_000 },
    );
    expect(await gauge(metrics.ledgerDifference)).toBe(0);
  }, 40_000);

  it("does not hold up a stop while the time series does not answer", async () => {
    let asked = 0;
    const silent = () => {
      asked++;
      return new Promise<never>(() => {});
    };
    const { service } = ledgerOn(log, { ...store, countByHour: silent, readingTimes: silent });
    await service.start();
    await storeStage(log, store);
    await log.append(READINGS, [reading("a", START)]);
    await vi.waitFor(() => expect(asked).toBeGreaterThan(0), soon);
    const begun = performance.now();
    await service.stop();
    expect(performance.now() - begun).toBeLessThan(2000);
  });

  it("finds what is from another time with few questions", async () => {
    const asked: unknown[] = [];
    const countByHour: TimeSeriesStore["countByHour"] = (query) => {
      asked.push(query);
      return store.countByHour(query);
    };
    const ledger = ledgerOn(log, {
      ...store,
      countByHour,
      readingTimes: (query) => store.readingTimes(query),
    });
    undo.push(() => ledger.service.stop());
    await storeStage(log, store);
    await log.append(
      READINGS,
      Array.from({ length: 2000 }, (_, n) => reading("old", START - n * 3_600_000)),
    );
    await vi.waitFor(async () => {
      const lags = await log.lag(READINGS, GROUPS.storeReadings);
      expect(lags.every(({ committed, end }) => committed === end)).toBe(true);
    }, soon);
    await ledger.service.start();
    await vi.waitFor(
      async () => expect((await handedOn(log)).total).toMatchObject({ received: 2000, stored: 2000 }),
      soon,
    );
    expect(asked.length).toBeLessThan(200);
  });
});
