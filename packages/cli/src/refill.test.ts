import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type EventLog, GROUPS, openEmbeddedLog, READINGS, TOPICS } from "@kota/event-log";
import type { Reading } from "@kota/model";
import { createLogger } from "@kota/runtime";
import { openDuckDbStore, type TimeSeriesStore } from "@kota/time-series";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { refillIfEmpty } from "./refill.ts";

const logger = createLogger({ level: "silent", format: "json" });
const readings = Array.from(
  { length: 500 },
  (_, n): Reading => ({
    ...{ device: `d-${n % 7}`, time: 1_700_000_000_000 + n, values: { pm10: n }, adapter: "t@1" },
    receivedAt: 1_700_000_000_000,
  }),
);

let dir: string;
let log: EventLog;
let store: TimeSeriesStore;
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), "kota-refill-"));
  log = await openEmbeddedLog({ dir: join(dir, "log") });
  store = await openDuckDbStore({ dir: join(dir, "time-series") });
  await log.ensureTopics(TOPICS);
});
afterEach(async () => {
  await log.close();
  await store.close();
  rmSync(dir, { recursive: true, force: true });
});

/** What the store's group is given until nothing more comes. */
async function consumed(): Promise<number> {
  let count = 0;
  const consumer = await log.consume(READINGS, {
    group: GROUPS.storeReadings,
    onBatch: async ({ values }) => {
      count += values.length;
    },
  });
  const behind = async () =>
    (await log.lag(READINGS, GROUPS.storeReadings)).reduce((sum, lag) => sum + lag.end - lag.committed, 0);
  await expect.poll(behind, { timeout: 10_000 }).toBe(0);
  await consumer.stop();
  return count;
}

describe("a time series that is empty", () => {
  it("is given everything that the log has once more, when it was stored before", async () => {
    await log.append(READINGS, readings);
    expect(await consumed()).toBe(500);
    await refillIfEmpty(log, store, logger);
    expect(await consumed()).toBe(500);
  });

  it("is only new when nothing was ever stored", async () => {
    await log.append(READINGS, readings);
    await refillIfEmpty(log, store, logger);
    expect(await consumed()).toBe(500);
    expect(await consumed()).toBe(0);
  });
});

describe("a time series that has readings", () => {
  it("is not filled again", async () => {
    await log.append(READINGS, readings);
    await consumed();
    await store.writeReadings(readings.slice(0, 1));
    await refillIfEmpty(log, store, logger);
    expect(await consumed()).toBe(0);
  });
});
