import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type EventLog, openEmbeddedLog, READINGS, REJECTIONS, SCORES, TOPICS } from "@kota/event-log";
import { KotaError, type Reading, type Rejection, type Score } from "@kota/model";
import { createLogger, createMetrics, pause, type Service, systemClock } from "@kota/runtime";
import { openDuckDbStore, type TimeSeriesStore } from "@kota/time-series";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createStore } from "./store.ts";

const undo: (() => unknown)[] = [];
let log: EventLog;
let series: TimeSeriesStore;

beforeEach(async () => {
  const dir = await mkdtemp(join(tmpdir(), "kota-store-"));
  undo.push(() => rm(dir, { recursive: true, force: true }));
  log = await openEmbeddedLog({ dir: join(dir, "log") });
  undo.push(() => log.close());
  await log.ensureTopics(TOPICS);
  series = await openDuckDbStore({ dir: join(dir, "series") });
  undo.push(() => series.close());
});

afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

/** The store with some of its methods replaced. */
function withMethods(store: TimeSeriesStore, replaced: Partial<TimeSeriesStore>): TimeSeriesStore {
  return {
    writeReadings: (readings) => store.writeReadings(readings),
    writeScores: (scores) => store.writeScores(scores),
    writeRejections: (rejections) => store.writeRejections(rejections),
    countReadings: (query) => store.countReadings(query),
    countByHour: (query) => store.countByHour(query),
    readingTimes: (query) => store.readingTimes(query),
    latest: (device) => store.latest(device),
    latestAt: (time) => store.latestAt(time),
    series: (query) => store.series(query),
    stepsOfDevices: (query) => store.stepsOfDevices(query),
    scoreHistory: (query) => store.scoreHistory(query),
    rejections: (query) => store.rejections(query),
    countRejections: (range) => store.countRejections(range),
    check: () => store.check(),
    close: () => store.close(),
    ...replaced,
  };
}

function serviceOn(store: TimeSeriesStore): { service: Service; metrics: ReturnType<typeof createMetrics> } {
  const metrics = createMetrics();
  const service = createStore({
    log,
    store,
    clock: systemClock,
    logger: createLogger({ level: "silent", format: "json" }),
    metrics,
  });
  undo.push(() => service.stop());
  return { service, metrics };
}

const START = Date.UTC(2026, 10, 24);

function readings(count: number, from = 0): Reading[] {
  return Array.from({ length: count }, (_, n) => ({
    device: `device-${(from + n) % 20}`,
    time: START + Math.floor((from + n) / 20) * 1000,
    values: { temperature: 20 + (n % 10), humidity: 50 },
    adapter: "test@1",
    receivedAt: START,
  }));
}

const rejection: Rejection = {
  id: "r1",
  time: START,
  stage: "normalize",
  code: "not_json",
  reason: "Not JSON.",
  topic: "a/b",
  source: "mqtt",
  payload: "",
  size: 0,
  adapter: null,
  device: null,
};

const score: Score = {
  area: "city",
  dimension: null,
  aspect: null,
  indicator: null,
  title: "City",
  score: 71,
  status: "ok",
  coverage: 1,
  at: START,
  value: null,
  unit: null,
  explanation: "…",
  parts: [],
  sources: [],
  devices: 1,
  readings: 1,
  model: { version: "1", hash: "x" },
};

async function until(condition: () => unknown): Promise<void> {
  for (let tries = 0; !(await condition()); tries++) {
    if (tries > 1500) throw new Error(`not within 15 s: ${condition}`);
    await pause(10);
  }
}

const lagOf = async (topic: typeof READINGS | typeof SCORES | typeof REJECTIONS, group: string) =>
  (await log.lag(topic, group)).reduce((sum, { end, committed }) => sum + end - committed, 0);

describe("the store service", () => {
  it("stores readings, scores and rejections, and commits them", async () => {
    const { service, metrics } = serviceOn(series);
    await service.start();
    await log.append(READINGS, readings(500));
    await log.append(SCORES, [score]);
    await log.append(REJECTIONS, [rejection]);
    await until(async () => (await series.countReadings()) === 500);
    const history = {
      area: "city",
      dimension: null,
      aspect: null,
      indicator: null,
      from: START,
      to: START + 60_000,
      stepMs: null,
      limit: 10,
    };
    await until(async () => (await series.scoreHistory(history)).length === 1);
    await until(async () => (await series.countRejections()).get("not_json") === 1);
    await until(async () => (await lagOf(READINGS, "kota.store.readings")) === 0);
    await until(async () => (await lagOf(SCORES, "kota.store.scores")) === 0);
    await until(async () => (await lagOf(REJECTIONS, "kota.store.rejections")) === 0);
    expect(await service.notReady()).toEqual([]);
    expect((await metrics.readingsStored.get()).values[0]?.value).toBe(500);
  });

  it("makes a reading queryable well within 250 ms when little is going on", async () => {
    const { service } = serviceOn(series);
    await service.start();
    await log.append(READINGS, readings(1));
    await until(async () => (await series.countReadings()) === 1);
    const took: number[] = [];
    for (let n = 1; n <= 5; n++) {
      const began = performance.now();
      await log.append(READINGS, readings(1, n));
      while ((await series.countReadings()) <= n) await pause(2);
      took.push(performance.now() - began);
    }
    expect(Math.min(...took)).toBeLessThan(250);
  });

  it("stopped in the middle and started again, it stores every reading and none twice", async () => {
    const total = 30_000;
    for (let from = 0; from < total; from += 2000) await log.append(READINGS, readings(2000, from));
    let written = 0;
    const slow = withMethods(series, {
      async writeReadings(batch) {
        const refusals = await series.writeReadings(batch);
        written += batch.length;
        await pause(20);
        return refusals;
      },
    });
    const first = serviceOn(slow).service;
    await first.start();
    await until(() => written > 0);
    await first.stop();
    await first.stop();
    const second = serviceOn(series).service;
    await second.start();
    await until(async () => (await lagOf(READINGS, "kota.store.readings")) === 0);
    expect(await series.countReadings()).toBe(total);
  });

  it("delivered again after a write that was durable and not known to be, changes no count and no value", async () => {
    let answersLost = 3;
    const forgetful = withMethods(series, {
      async writeReadings(batch) {
        const refusals = await series.writeReadings(batch);
        if (answersLost-- > 0) throw new KotaError("store_unavailable", "The answer was lost.");
        return refusals;
      },
    });
    const { service } = serviceOn(forgetful);
    await service.start();
    await log.append(READINGS, readings(1000));
    await until(async () => (await lagOf(READINGS, "kota.store.readings")) === 0);
    expect(answersLost).toBeLessThan(0);
    expect(await series.countReadings()).toBe(1000);
    const [point] = await series.series({
      device: "device-0",
      metric: "temperature",
      from: START,
      to: START + 86_400_000,
      stepMs: 86_400_000,
      limit: 1,
    });
    expect(point).toMatchObject({ count: 50, mean: 20 });
  });

  it("recovers without loss from a store that is away for a while, says so meanwhile, and goes on with the rest", async () => {
    let away = true;
    const { service, metrics } = serviceOn(
      withMethods(series, {
        async writeReadings(batch) {
          if (away) throw new KotaError("store_unavailable", "The time series is away.");
          return series.writeReadings(batch);
        },
      }),
    );
    await service.start();
    await log.append(READINGS, readings(300));
    await until(async () =>
      (await service.notReady()).some((reason) => reason.includes("The time series is away.")),
    );
    await log.append(REJECTIONS, [rejection]);
    await until(async () => (await series.countRejections()).get("not_json") === 1);
    expect(await lagOf(READINGS, "kota.store.readings")).toBeGreaterThan(0);
    await log.append(READINGS, readings(300, 300));
    away = false;
    await until(async () => (await lagOf(READINGS, "kota.store.readings")) === 0);
    expect(await series.countReadings()).toBe(600);
    expect(await service.notReady()).toEqual([]);
    expect((await metrics.retries.get()).values[0]?.labels).toEqual({ service: "store" });
  });

  it("turns readings that the store refuses into rejections, each once, and stores the rest", async () => {
    const refused: Reading = { ...readings(1)[0], device: "refused" } as Reading;
    let failAfterWrite = true;
    const picky = withMethods(series, {
      async writeReadings(batch) {
        const [bad, good] = [
          batch.filter(({ device }) => device === "refused"),
          batch.filter(({ device }) => device !== "refused"),
        ];
        const refusals = await series.writeReadings(good);
        return [...refusals, ...bad.map((reading) => ({ reading, reason: "Of the wrong type." }))];
      },
    });
    const { service, metrics } = serviceOn(picky);
    // The first append of the rejection gets through and is not known to have: the batch comes again.
    const append = log.append.bind(log);
    log.append = async (topic, values) => {
      await append(topic, values);
      if (topic.name === REJECTIONS.name && failAfterWrite) {
        failAfterWrite = false;
        throw new KotaError("log_unavailable", "The answer was lost.");
      }
    };
    await service.start();
    await append(READINGS, [...readings(20), refused]);
    await until(async () => (await lagOf(READINGS, "kota.store.readings")) === 0);
    await until(async () => (await lagOf(REJECTIONS, "kota.store.rejections")) === 0);
    expect(failAfterWrite).toBe(false);
    expect(await series.countReadings()).toBe(20);
    const kept = await series.rejections({ limit: 10 });
    expect(kept).toMatchObject([
      {
        stage: "store",
        code: "store_refused",
        device: "refused",
        adapter: "test@1",
        time: START,
        topic: "kota.readings",
      },
    ]);
    expect(kept[0]?.reason).toContain("Of the wrong type.");
    expect(JSON.parse(Buffer.from(kept[0]?.payload ?? "", "base64").toString())).toEqual(refused);
    expect((await metrics.readingsStored.get()).values[0]?.value).toBeGreaterThanOrEqual(20);
  });

  it("is not ready while the store does not answer, also when there is nothing to write", async () => {
    const { service } = serviceOn(
      withMethods(series, {
        async check() {
          throw new KotaError("store_unavailable", "No route to it.");
        },
      }),
    );
    await service.start();
    await until(async () => (await service.notReady()).toString().includes("No route to it."));
  });
});
