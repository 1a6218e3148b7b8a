import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type EventLog,
  GROUPS,
  openEmbeddedLog,
  READINGS,
  REPORTS,
  ROLL_UPS,
  readTopic,
  SCORE_REVISIONS,
  SCORES,
  TOPICS,
  type Topic,
} from "@kota/event-log";
import {
  type City,
  CitySettings,
  type Device,
  type Reading,
  type Report,
  type ScoreRevision,
} from "@kota/model";
import { createLogger, createMetrics, type Service } from "@kota/runtime";
import { type Difference, HOUR_MS, MINUTE_MS, parseScoreModel, ReportBook, verify } from "@kota/scoring";
import { openDuckDbStore, type TimeSeriesStore } from "@kota/time-series";
import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createScore } from "./score.ts";

const START = Date.UTC(2026, 0, 2, 11, 50);

const scoreModel = `
version: 1
coverage: { minimum: 0, ok: 0.5 }
quality:
  pm2_5: { range: [0, 95], rate: { most: 25, per: 1m }, stuck: { for: 1h, readings: 3 }, silence: 2h, neighbours: { z: 8, devices: 3, spread: 1 } }
dimensions:
  living:
    aspects:
      air:
        title: Air
        indicators:
          now: { title: Now, metric: pm2_5, kinds: [air], window: 1h, overTime: mean, overDevices: mean, unit: ug/m3, goalposts: [[0, 100], [100, 0]], every: 5m, source: editorial }
          day: { title: Day, metric: pm2_5, kinds: [air], window: 3h, overTime: mean, overDevices: median, unit: ug/m3, goalposts: [[0, 100], [100, 0]], every: 5m, source: editorial }
      comfort:
        title: Comfort
        indicators:
          mild: { title: Mild, metric: temperature, window: 1h, overTime: mean, overDevices: mean, unit: Cel, goalposts: [[0, 100], [100, 0]], every: 5m, source: editorial }
          warm: { title: Warm, metric: temperature, window: 15m, overTime: max, overDevices: mean, unit: Cel, goalposts: [[0, 0], [100, 100]], every: 5m, source: editorial }
  economy:
    aspects:
      work:
        title: Work
        indicators:
          jobless: { title: Jobless, from: reports, scope: city, validity: 90m, unit: "%", goalposts: [[0, 100], [100, 0]], source: editorial }
          stalls: { title: Stalls, from: reports, validity: 3h, unit: "%", goalposts: [[0, 0], [100, 100]], source: editorial }
`;
const device = (id: string, area: string): Device => ({
  id,
  name: id,
  kind: "air",
  adapter: null,
  nativeId: null,
  area,
  lat: null,
  lon: null,
  origin: "live",
  attribution: null,
});
const area = (id: string, population: number) => ({
  type: "Feature" as const,
  properties: { id, name: id, population },
  geometry: { type: "Polygon" as const, coordinates: [] as [number, number][][] },
});
const city: City = {
  settings: CitySettings.parse({ name: "Test", timeZone: "UTC" }),
  areas: { type: "FeatureCollection", features: [area("north", 3), area("south", 1)] },
  devices: [device("a", "north"), device("b", "north"), device("c", "south")],
  scoreModel,
};
const model = parseScoreModel(scoreModel);
const logger = createLogger({ level: "silent", format: "json" });

/** A city whose scorer, log and store can be driven by hand. */
interface Driven {
  readonly log: EventLog;
  readonly store: TimeSeriesStore;
  now: number;
  send(readings: readonly Reading[], reports?: readonly Report[]): Promise<void>;
  /** Moves the clock and waits until everything that is due has been done. */
  advance(ms: number): Promise<void>;
  /** What is reported while it is away is there when it comes back. */
  restart(whileAway?: readonly Report[]): Promise<void>;
  differences(from?: number): Promise<{ readonly found: readonly Difference[]; readonly scores: number }>;
  close(): Promise<void>;
}

const opened: Driven[] = [];
afterEach(async () => {
  for (const each of opened.splice(0)) await each.close();
});

async function drive(): Promise<Driven> {
  const dir = mkdtempSync(join(tmpdir(), "kota-batch-"));
  const log = await openEmbeddedLog({ dir: join(dir, "log") });
  await log.ensureTopics(TOPICS);
  const store = await openDuckDbStore({ dir: join(dir, "store") });
  const stored = [
    await log.consume(READINGS, {
      group: GROUPS.storeReadings,
      onBatch: async ({ values }) => void (await store.writeReadings(values)),
    }),
    await log.consume(SCORES, {
      group: GROUPS.storeScores,
      onBatch: ({ values }) => store.writeScores(values),
    }),
  ];
  let slides = 0;
  let service: Service;
  const start = async () => {
    service = createScore({
      log,
      city,
      store,
      clock: () => {
        slides++;
        return driven.now;
      },
      logger,
      metrics: createMetrics(),
      intervalMs: 1,
      slideMs: 3,
    });
    await service.start();
    await vi.waitFor(() => expect(service.notReady()).toEqual([]), { timeout: 30_000, interval: 2 });
  };
  /** Long enough for several slides, counted by their looks at the clock. */
  const settle = async () => {
    const before = slides;
    await vi.waitFor(() => expect(slides).toBeGreaterThan(before + 12), { timeout: 30_000, interval: 3 });
    await new Promise((resolve) => setTimeout(resolve, 10));
  };
  const driven: Driven = {
    log,
    store,
    now: START,
    async send(readings, reports = []) {
      if (reports.length > 0) await log.append(REPORTS, reports);
      if (readings.length > 0) await log.append(READINGS, readings);
      await settle();
    },
    async advance(ms) {
      driven.now += ms;
      await settle();
    },
    async restart(whileAway = []) {
      await service.stop();
      if (whileAway.length > 0) await log.append(REPORTS, whileAway);
      await start();
      await settle();
    },
    async differences(from = START - HOUR_MS) {
      const rollUps = await everything(log, ROLL_UPS);
      const reports = new ReportBook();
      for (const each of await everything(log, REPORTS)) reports.add(each);
      const found: Difference[] = [];
      let scores = 0;
      const areas = city.areas.features.map(({ properties }) => properties);
      const range = { from, to: driven.now - MINUTE_MS };
      for await (const event of verify({
        stored: store,
        model,
        areas,
        devices: city.devices,
        reports,
        rollUps,
        now: driven.now,
        ...range,
      })) {
        if (event.kind === "done") scores = event.scores;
        else if (event.kind !== "progress") found.push(event);
      }
      return { found, scores };
    },
    async close() {
      await service.stop();
      for (const consumer of stored) await consumer.stop();
      await log.close();
      await store.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
  opened.push(driven);
  await start();
  return driven;
}

async function everything<T>(log: EventLog, topic: Topic<T>): Promise<T[]> {
  const values = new Map<string, T>();
  await readTopic(log, topic, (some) => {
    for (const value of some) values.set(topic.keyOf(value), value);
  });
  return [...values.values()];
}

async function expectNoDifferences(driven: Driven): Promise<void> {
  await vi.waitFor(async () => expect((await driven.differences()).found).toEqual([]), {
    timeout: 25_000,
    interval: 20,
  });
}

function reading(id: string, time: number, value: number): Reading {
  return {
    device: id,
    time,
    values: { pm2_5: value, temperature: value / 3 },
    adapter: "test@1",
    receivedAt: time,
  };
}

function report(indicator: "jobless" | "stalls", area: string, value: number, receivedAt: number): Report {
  const to = START - HOUR_MS;
  return {
    id: `${indicator}/${area}/${value}/${receivedAt}`,
    indicator,
    area,
    value,
    unit: "%",
    period: { from: to - HOUR_MS, to, label: "before" },
    author: "Office",
    date: "2026-01-02",
    evidence: null,
    quality: "D",
    source: "Register",
    note: null,
    via: "http",
    receivedAt,
  };
}

describe("what is published live", () => {
  it("is what the stored readings give, when each minute is over", async () => {
    const driven = await drive();
    for (let i = 0; i < 4; i++) {
      await driven.send([reading("a", driven.now - 7, 10 + i), reading("c", driven.now - 1, 40.1 - i)]);
      await driven.advance(MINUTE_MS / 2);
    }
    await driven.advance(2 * MINUTE_MS);
    await expectNoDifferences(driven);
    expect((await driven.differences()).scores).toBeGreaterThan(20);
  });

  it("is corrected for readings that come late, in open and in closed hours", async () => {
    const driven = await drive();
    const sent = (minutesAgo: number, value: number) => [
      reading("a", driven.now - minutesAgo * MINUTE_MS, value),
      reading("b", driven.now - minutesAgo * MINUTE_MS - 5, value * 2),
    ];
    await driven.send(sent(0, 20));
    await driven.advance(10 * MINUTE_MS);
    await driven.send(sent(0, 30));
    await driven.advance(3 * MINUTE_MS);
    await driven.send(sent(8, 77));
    await driven.advance(20_000);
    await expectNoDifferences(driven);
    for (let i = 0; i < 3; i++) {
      await driven.advance(HOUR_MS);
      await driven.send(sent(0, 12.3 * i));
    }
    await driven.advance(2 * MINUTE_MS);
    // Two and a half hours late: its hour is a roll-up, and its minutes are not held any more.
    await driven.send([reading("c", START + 61_000, 3.3)]);
    await driven.advance(20_000);
    await driven.advance(2 * MINUTE_MS);
    await expectNoDifferences(driven);
  });

  it("is corrected for readings that come late, or again, for minutes of which the readings were dense and are not kept any more", async () => {
    const driven = await drive();
    const all: Reading[] = [];
    for (let round = 0; round < 4; round++) {
      const dense = Array.from({ length: 200 }, (_, i) => reading("a", driven.now - (200 - i) * 900, i / 7));
      all.push(...dense);
      await driven.send(dense);
      await driven.advance(3 * MINUTE_MS);
    }
    await driven.advance(2 * MINUTE_MS);
    await expectNoDifferences(driven);
    await driven.send([reading("a", START - 100_001, 88), ...all.slice(0, 50)]);
    await driven.advance(20_000);
    await expectNoDifferences(driven);
    await driven.restart();
    await driven.send([reading("a", START - 100_002, 99)]);
    await driven.advance(20_000);
    await driven.advance(2 * MINUTE_MS);
    await expectNoDifferences(driven);
    // Its hour is over by now, and becomes a roll-up.
    for (let i = 0; i < 3; i++) {
      await driven.advance(HOUR_MS);
      await driven.send([reading("a", driven.now, 12.3 * i)]);
    }
    await driven.advance(2 * MINUTE_MS);
    await expectNoDifferences(driven);
  });

  it("is revised for late readings: the earlier value stays readable, with the reason", async () => {
    const driven = await drive();
    await driven.send([reading("a", driven.now, 20)]);
    await driven.advance(2 * MINUTE_MS);
    expect(await everything(driven.log, SCORE_REVISIONS)).toEqual([]);
    const revisionsOf = async () => {
      const all: ScoreRevision[] = [];
      await readTopic(driven.log, SCORE_REVISIONS, (values) => void all.push(...values));
      return all.filter(
        ({ area: of, indicator, minute }) => of === "north" && indicator === "now" && minute === START,
      );
    };
    const late = async (id: string, value: number, count: number) => {
      await driven.send([reading(id, START - 1000, value)]);
      await driven.advance(15_000);
      await vi.waitFor(async () => expect(await revisionsOf()).toHaveLength(count), { timeout: 25_000 });
    };
    await late("b", 40, 1);
    // An adapter that was put right sends the same reading with another value.
    await late("b", 60, 2);
    expect(await revisionsOf()).toMatchObject([
      { revision: 1, before: { value: 20 }, after: { value: 30 }, devices: ["b"] },
      {
        revision: 2,
        before: { value: 30, score: 70 },
        after: { value: 40, score: 60 },
        reason: "2 values came, or came with another number, after this score was published; from b.",
      },
    ]);
    await driven.restart();
    await driven.advance(15_000);
    expect(await revisionsOf()).toHaveLength(2);
    await expectNoDifferences(driven);
  });

  it("has the reports that were known, and is revised for one that is corrected, also while the scorer was away", async () => {
    const driven = await drive();
    const revisions = async () => {
      const all: ScoreRevision[] = [];
      await readTopic(driven.log, SCORE_REVISIONS, (values) => void all.push(...values));
      return all.filter(({ area: of, indicator }) => of === "south" && indicator === "jobless");
    };
    const history = () =>
      driven.store.scoreHistory({
        area: "south",
        dimension: "economy",
        aspect: "work",
        indicator: "jobless",
        from: START,
        to: driven.now + MINUTE_MS,
        stepMs: null,
        limit: 100,
      });
    await driven.send([reading("a", driven.now, 20)], [report("jobless", "city", 10, driven.now)]);
    await driven.advance(2 * MINUTE_MS);
    await vi.waitFor(async () => expect((await history())[0]).toMatchObject({ score: 90 }), {
      timeout: 25_000,
    });
    expect(await revisions()).toEqual([]);
    // The same again is no correction.
    await driven.send([], [report("jobless", "city", 10, driven.now)]);
    await driven.advance(MINUTE_MS);
    expect(await revisions()).toEqual([]);

    await driven.send([], [report("jobless", "city", 30, driven.now)]);
    await driven.advance(15_000);
    await vi.waitFor(async () => expect((await history())[0]).toMatchObject({ score: 70 }), {
      timeout: 25_000,
    });
    expect((await revisions())[0]).toMatchObject({
      revision: 1,
      before: { score: 90 },
      after: { score: 70 },
      reason: "A report came, or was corrected, after this score was published: jobless for city.",
    });
    await driven.restart([report("jobless", "city", 50, driven.now)]);
    await driven.advance(15_000);
    await vi.waitFor(async () => expect((await history())[0]).toMatchObject({ score: 50 }), {
      timeout: 25_000,
    });
    await driven.advance(2 * MINUTE_MS);
    await expectNoDifferences(driven);
    // Its validity ends at half past.
    await driven.advance(40 * MINUTE_MS);
    await vi.waitFor(async () => expect((await history()).at(-1)).toMatchObject({ score: null }), {
      timeout: 25_000,
    });
    await driven.advance(2 * MINUTE_MS);
    await expectNoDifferences(driven);
  });

  it("has a report that came late though the scorer stopped before it had made the past right, more than an hour after", async () => {
    const driven = await drive();
    await driven.send(
      [reading("c", driven.now - 2000, 5)],
      [report("stalls", "south", 70, driven.now - 3000)],
    );
    await driven.advance(61_000);
    await driven.advance(61_000);
    await driven.send([], [report("stalls", "north", 70, driven.now - 20 * MINUTE_MS)]);
    await driven.advance(17 * MINUTE_MS);
    await driven.advance(55 * MINUTE_MS);
    await driven.restart();
    await driven.advance(20_000);
    await driven.advance(2 * MINUTE_MS);
    await expectNoDifferences(driven);
  });

  it("shows a difference when a stored reading never came to the scorer", async () => {
    const driven = await drive();
    await driven.send([reading("a", driven.now, 20)]);
    await driven.store.writeReadings([reading("a", driven.now - 1, 90)]);
    await driven.advance(2 * MINUTE_MS);
    const { found } = await driven.differences();
    expect(found.length).toBeGreaterThan(0);
    expect(found.find((each) => each.kind === "score" && each.indicator === "now")).toMatchObject({
      published: { value: 20 },
      recomputed: { value: 55 },
    });
  });

  it("is what the stored readings and reports give with repeats, any order, late ones and restarts", async () => {
    const step = fc.record({
      readings: fc.array(
        fc.record({
          id: fc.constantFrom("a", "b", "c", "nobody"),
          lateMs: fc.oneof(fc.integer({ min: 0, max: 4000 }), fc.integer({ min: 0, max: 100 * MINUTE_MS })),
          value: fc.double({ min: 0, max: 100, noNaN: true }),
        }),
        { maxLength: 6 },
      ),
      /** So many in the three minutes before: dense, as far as a minute goes. */
      dense: fc.constantFrom(0, 0, 150),
      reports: fc.array(
        fc.record({
          place: fc.constantFrom(
            ["jobless", "city"] as const,
            ["stalls", "north"] as const,
            ["stalls", "south"] as const,
          ),
          lateMs: fc.constantFrom(0, 3000, 20 * MINUTE_MS),
          value: fc.constantFrom(10, 40, 70),
        }),
        { maxLength: 2 },
      ),
      advanceMs: fc.constantFrom(7_000, 61_000, 17 * MINUTE_MS, 55 * MINUTE_MS),
      after: fc.constantFrom("nothing", "nothing", "restart", "repeat"),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 6 }), async (steps) => {
        const driven = await drive();
        const all: Reading[] = [];
        const allReports: Report[] = [];
        for (const { readings, dense, reports, advanceMs, after } of steps) {
          const sent = [
            ...readings.map(({ id, lateMs, value }) => reading(id, driven.now - lateMs, value)),
            ...Array.from({ length: dense }, (_, i) => reading("b", driven.now - (dense - i) * 1100, i / 3)),
          ];
          // One time has one value: a repeat is the same reading again.
          const fresh = sent.filter(
            ({ device: id, time }) => !all.some((other) => other.device === id && other.time === time),
          );
          all.push(...fresh);
          const reported = reports.map(({ place: [indicator, of], lateMs, value }) =>
            report(indicator, of, value, driven.now - lateMs),
          );
          allReports.push(...reported);
          await driven.send(fresh, after === "restart" ? [] : reported);
          if (after === "repeat") await driven.send([...all].reverse(), [...allReports].reverse());
          await driven.advance(advanceMs);
          if (after === "restart") await driven.restart(reported);
        }
        await driven.advance(20_000);
        await driven.advance(2 * MINUTE_MS);
        await expectNoDifferences(driven);
        await driven.close();
        opened.splice(opened.indexOf(driven), 1);
      }),
      { numRuns: 5, endOnFailure: true },
    );
  }, 150_000);
});
