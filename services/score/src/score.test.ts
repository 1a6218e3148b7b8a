import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type ConsumeOptions,
  type EventLog,
  GROUPS,
  openEmbeddedLog,
  READINGS,
  ROLL_UPS,
  readTopic,
  SCORES,
  TOPICS,
  type Topic,
} from "@kota/event-log";
import { type City, type Reading, type Score, scoreKey } from "@kota/model";
import { createLogger, createMetrics, loadCity, type Metrics, type Service } from "@kota/runtime";
import { evaluate, HOUR_MS, parseScoreModel, Windows } from "@kota/scoring";
import { openDuckDbStore } from "@kota/time-series";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { shown } from "./published-scores.ts";
import { createScore, type ScoreDependencies } from "./score.ts";

/** Busy machines are slow; a behaviour that never comes still fails. */
function eventually(check: () => void | Promise<void>, options = {}): Promise<void> {
  return vi.waitFor(check, { timeout: 15_000, ...options });
}

const MINUTE = 60_000;
/** Twenty past noon. */
const NOON = Date.UTC(2026, 0, 2, 12, 20);

const city: City = loadCity(new URL("../../../infra/example-city", import.meta.url).pathname);
const model = parseScoreModel(city.scoreModel);
const logger = createLogger({ level: "silent", format: "json" });

let dir: string;
let log: EventLog;
let now: number;
let running: Service[];

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), "kota-score-"));
  now = NOON;
  running = [];
  await openLog();
});

afterEach(async () => {
  await Promise.all(running.map((service) => service.stop()));
  await log.close();
  rmSync(dir, { recursive: true, force: true });
});

async function openLog(): Promise<void> {
  log = await openEmbeddedLog({ dir });
  await log.ensureTopics(TOPICS);
}

async function startScore(
  more: Partial<ScoreDependencies> = {},
): Promise<{ service: Service; metrics: Metrics }> {
  const metrics = createMetrics();
  const service = createScore({
    log,
    city,
    clock: () => now,
    logger,
    metrics,
    intervalMs: 5,
    slideMs: 20,
    ...more,
  });
  running.push(service);
  await service.start();
  return { service, metrics };
}

/** As the death of the process is for the log: it takes nothing more, whatever the service was about to do. */
async function kill(service: Service): Promise<void> {
  await log.close();
  await service.stop();
  await openLog();
}

/** Never commits, so that a restart reads everything again. */
function withoutCommits(inner: EventLog): EventLog {
  return {
    ...inner,
    consume: async <T>(topic: Topic<T>, options: ConsumeOptions<T>) => ({
      ...(await inner.consume(topic, options)),
      commit: async () => {},
    }),
  };
}

async function everything<T>(topic: Topic<T>): Promise<T[]> {
  const values: T[] = [];
  await readTopic(log, topic, (some) => void values.push(...some));
  return values;
}

/** What a person would see of each score. */
function view(scores: readonly Score[]): Record<string, string> {
  return Object.fromEntries(scores.map((score) => [scoreKey(score), shown(score)]));
}

/** The scores worked out in one go from a plain list of readings. */
function batch(readings: readonly Reading[], at = now): Score[] {
  const windows = new Windows();
  for (const { device, time, values } of readings) {
    for (const [metric, value] of Object.entries(values))
      windows.getOrCreate(device, metric).add(time, value);
  }
  return evaluate(model, windows, areas(), city.devices, at);
}

const areas = () => city.areas.features.map(({ properties }) => properties);

async function expectScoresOf(readings: readonly Reading[]): Promise<void> {
  const expected = view(batch(readings));
  await eventually(async () => expect(view(await everything(SCORES))).toEqual(expected), {
    timeout: 15_000,
    interval: 30,
  });
}

/** Every n minutes a reading of every device in the city, of a bin once an hour, with values that rise and fall. */
function readingsOf(from: number, to: number, everyMinutes: number): Reading[] {
  const readings: Reading[] = [];
  for (let time = from; time < to; time += everyMinutes * MINUTE) {
    city.devices.forEach(({ id, kind }, index) => {
      if (kind === "bin" && (time - from) % HOUR_MS !== 0) return;
      const wave = 1 + Math.sin(time / HOUR_MS + index);
      readings.push({
        device: id,
        time: time + index,
        values: valuesOf(kind, time, wave),
        adapter: "test@1",
        receivedAt: time,
      });
    });
  }
  return readings;
}

function valuesOf(kind: string, time: number, wave: number): Record<string, number> {
  switch (kind) {
    case "air":
      return { pm2_5: 12 * wave, pm10: 30 * wave };
    case "meter":
      return { energy_total: (time % (90 * HOUR_MS)) / HOUR_MS / 2 + wave / 100, power: 400 + 300 * wave };
    case "noise":
      return { noise_laeq: 50 + 9 * wave };
    case "weather":
      return { temperature: 2 + 8 * wave, humidity: 70 };
    default:
      return { fill_level: 48 * wave };
  }
}

/**
 * Waits until the scores that are published from now on are those of the readings. A scorer that has just started
 * publishes every score, so that what an earlier one left in the topic proves nothing.
 */
async function expectFreshScoresOf(
  readings: readonly Reading[],
  start: () => Promise<unknown>,
): Promise<void> {
  const published: Score[] = [];
  const tail = await log.tail(SCORES, {
    from: "end",
    onBatch: (each) => void published.push(...each.values),
  });
  await start();
  const expected = view(batch(readings));
  await eventually(() => expect(view(published)).toEqual(expected), { timeout: 15_000, interval: 30 });
  await tail.stop();
}

async function append(readings: readonly Reading[], atOnce = 700): Promise<void> {
  for (let at = 0; at < readings.length; at += atOnce)
    await log.append(READINGS, readings.slice(at, at + atOnce));
}

/** A seeded shuffle: the same at every run. */
function shuffled<T>(values: readonly T[]): T[] {
  const result = [...values];
  let seed = 7;
  for (let i = result.length - 1; i > 0; i--) {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    const j = seed % (i + 1);
    [result[i], result[j]] = [result[j] as T, result[i] as T];
  }
  return result;
}

const day = readingsOf(NOON - 26 * HOUR_MS, NOON, 5);
const lastHours = (hours: number, everyMinutes = 10) =>
  readingsOf(NOON - hours * HOUR_MS, NOON, everyMinutes);

describe("the scorer", () => {
  it("publishes what the stored readings and the model give, for a day of the example city", async () => {
    await startScore();
    await append(day);
    await expectScoresOf(day);
    const overall = (await everything(SCORES)).findLast((score) => scoreKey(score) === "city///");
    // The four dimensions that are reported are not: a third of the weight.
    expect(overall?.status).toBe("provisional");
    expect(overall?.score).toBeGreaterThan(0);
  });

  it("gives the same scores for readings in any order, and for all of them twice", async () => {
    const some = lastHours(4);
    await startScore();
    await append(shuffled([...some, ...some]));
    await expectScoresOf(some);
  });

  it("leaves devices without an area and unknown devices out", async () => {
    const some = lastHours(1);
    const strangers = some.map((reading) => ({ ...reading, device: `unknown-${reading.device}` }));
    await startScore();
    await append([...some, ...strangers]);
    await expectScoresOf(some);
  });

  it("follows the clock: readings leave the window, and nothing is published that stayed the same", async () => {
    const some = lastHours(1);
    const { metrics } = await startScore();
    await append(some);
    await expectScoresOf(some);
    const published = async () => (await metrics.scoresPublished.get()).values[0]?.value ?? 0;
    const before = await published();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await published()).toBe(before);
    now += 90 * MINUTE;
    await expectScoresOf(some);
    const noise = (await everything(SCORES)).findLast((score) => score.indicator === "laeq_hour");
    expect(noise).toMatchObject({ score: null, status: "no_data" });
  });

  it("measures the time from the receipt of a reading to the scores", async () => {
    const { metrics } = await startScore();
    await append([{ ...(lastHours(1)[0] as Reading), receivedAt: NOON - 2000 }]);
    await eventually(async () => {
      const seconds = (await metrics.readingToScoreSeconds.get()).values;
      expect(seconds.find(({ metricName }) => metricName?.endsWith("_sum"))?.value).toBe(2);
    });
  });
});

describe("after a restart", () => {
  const first = day.filter(({ time }) => time < NOON - 2 * HOUR_MS);
  const second = day.filter(({ time }) => time >= NOON - 2 * HOUR_MS);

  async function closedHours(count: number): Promise<void> {
    await eventually(
      async () =>
        expect(new Set((await everything(ROLL_UPS)).map(({ start }) => start)).size).toBeGreaterThanOrEqual(
          count,
        ),
      { timeout: 15_000, interval: 30 },
    );
  }

  it.each([
    ["with what it had committed", false],
    ["when nothing was ever committed", true],
  ])("the scores are what they were, %s", async (_name, neverCommits) => {
    const start = () => startScore({ log: neverCommits ? withoutCommits(log) : log });
    now = NOON - 2 * HOUR_MS;
    const { service } = await start();
    await append(first);
    await expectScoresOf(first);
    now += 2 * MINUTE;
    await closedHours(22);
    await kill(service);
    now = NOON;
    const { service: again } = await start();
    await append(second);
    await expectScoresOf(day);
    now += 2 * MINUTE;
    await closedHours(24);
    await kill(again);
    await expectFreshScoresOf(day, async () => {
      await start();
      // The devices send the last hour again.
      await append(second.filter(({ time }) => time >= NOON - HOUR_MS));
    });
  });

  it("the readings of closed hours are not read again", async () => {
    const { service } = await startScore();
    await append(day);
    await expectScoresOf(day);
    now = NOON + 2 * HOUR_MS;
    await eventually(async () => {
      const lags = await log.lag(READINGS, "kota.score");
      expect(lags.map(({ committed, end }) => end - committed)).toEqual([0, 0, 0, 0, 0, 0]);
    });
    await kill(service);
    await expectFreshScoresOf(day, startScore);
  });

  it("no score is published before the past is read back", async () => {
    const { service } = await startScore({ log: withoutCommits(log) });
    await append(day);
    await expectScoresOf(day);
    const expected = view(batch(day));
    await kill(service);
    const published: Score[] = [];
    const tail = await log.tail(SCORES, {
      from: "end",
      onBatch: (each) => void published.push(...each.values),
    });
    const { service: again } = await startScore();
    await eventually(() =>
      expect(published.filter(({ at }) => at === now).length).toBeGreaterThanOrEqual(
        Object.keys(expected).length,
      ),
    );
    await tail.stop();
    // Minutes that the first scorer left unsettled may be published once more, at their own time.
    const ofNow = published.filter(({ at }) => at === now);
    for (const score of ofNow) expect(shown(score)).toBe(expected[scoreKey(score)]);
    expect(again.notReady()).toEqual([]);
  });
});

describe("a second scorer", () => {
  it("stands by and takes over with the same windows", async () => {
    const some = lastHours(3);
    const { service: one } = await startScore();
    const { service: two, metrics } = await startScore();
    await append(some);
    await expectScoresOf(some);
    expect((await metrics.scoresPublished.get()).values[0]?.value).toBe(0);
    expect(two.notReady()).toEqual([]);
    await one.stop();
    const more = readingsOf(NOON, NOON + 5 * MINUTE, 1);
    now = NOON + 5 * MINUTE;
    await append(more);
    await expectScoresOf([...some, ...more]);
  });
});

describe("a reading that comes after its hour was closed", () => {
  const air = day.filter(({ device }) => device.startsWith("air-"));
  /** Higher than the others, so that it shows in the scores of a day whether they count. */
  const raised = air.map((reading) =>
    isLate(reading) ? { ...reading, values: { pm2_5: 90, pm10: 180 } } : reading,
  );
  const inTime = raised.filter((reading) => !isLate(reading));
  const late = raised.filter(isLate);

  /** Every second reading of one station, in three hours of the evening before. */
  function isLate({ device, time }: Reading): boolean {
    const ago = NOON - time;
    return (
      device === "air-8554" &&
      ago < 15 * HOUR_MS &&
      ago > 12 * HOUR_MS &&
      Math.floor(time / MINUTE / 5) % 2 === 0
    );
  }

  async function expectRollUpsOf(readings: readonly Reading[]): Promise<void> {
    const counts = new Map<string, number>();
    for (const { device, time } of readings) {
      const start = time - (time % HOUR_MS);
      if (start + 2 * HOUR_MS > now || start < now - 24 * HOUR_MS) continue;
      const key = `${device}/pm10/${start}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    await eventually(
      async () => {
        const rollUps = new Map(
          (await everything(ROLL_UPS)).map((rollUp) => [ROLL_UPS.keyOf(rollUp), rollUp.count]),
        );
        for (const [key, count] of counts) expect([key, rollUps.get(key)]).toEqual([key, count]);
      },
      { timeout: 15_000, interval: 50 },
    );
  }

  async function closeHoursOf(readings: readonly Reading[]): Promise<void> {
    await expectScoresOf(readings);
    now += 2 * MINUTE;
    await expectRollUpsOf(readings);
  }

  it("corrects the scores and the roll-up from the store, and repeats change nothing", async () => {
    const store = await openDuckDbStore({ dir: join(dir, "store") });
    const follow = () =>
      log.consume(READINGS, {
        group: GROUPS.storeReadings,
        onBatch: async ({ values }) => void (await store.writeReadings(values)),
      });
    const { service } = await startScore({ store });
    const following = await follow();
    await append(inTime);
    await closeHoursOf(inTime);
    await following.stop();
    // The store has not seen them yet; the repeats are of hours that are closed, too.
    await append([...late, ...inTime.slice(0, 500)]);
    await follow();
    await closeHoursOf(raised);
    await kill(service);
    await follow();
    await expectFreshScoresOf(raised, () => startScore({ store }));
    await Promise.all(running.map((each) => each.stop()));
    await store.close();
  });

  it("does not hold up a stop while the store does not answer", async () => {
    let asked = 0;
    const silent = () => {
      asked++;
      return new Promise<never>(() => {});
    };
    const { service } = await startScore({ store: { series: silent, scoreHistory: silent } });
    const following = await log.consume(READINGS, { group: GROUPS.storeReadings, onBatch: async () => {} });
    await append(inTime);
    await closeHoursOf(inTime);
    await append(late);
    await eventually(() => expect(asked).toBeGreaterThan(0));
    const begun = performance.now();
    await service.stop();
    expect(performance.now() - begun).toBeLessThan(2000);
    await following.stop();
  });

  it("never counts twice without a store", async () => {
    await startScore();
    await append(raised);
    await closeHoursOf(raised);
    await append([...raised, ...raised]);
    await expectScoresOf(raised);
    now += 2 * MINUTE;
    await log.append(READINGS, [{ ...(air.at(-1) as Reading), time: now, values: { pm2_5: 5, pm10: 9 } }]);
    await expectScoresOf([
      ...raised,
      { ...(air.at(-1) as Reading), time: now, values: { pm2_5: 5, pm10: 9 } },
    ]);
    await expectRollUpsOf(raised);
  });
});
