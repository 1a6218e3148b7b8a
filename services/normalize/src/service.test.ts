import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ADAPTERS, defineTextAdapter } from "@kota/adapters";
import {
  DEVICES,
  type EventLog,
  MESSAGES,
  openEmbeddedLog,
  POSITIONS,
  READINGS,
  REJECTIONS,
  readTopic,
  TOPICS,
  type Topic,
} from "@kota/event-log";
import {
  type City,
  CitySettings,
  type Device,
  type DeviceRecord,
  KotaError,
  type Message,
} from "@kota/model";
import { createLogger, createMetrics, type Metrics, pause, systemClock } from "@kota/runtime";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createNormalize, type NormalizeDeps } from "./service.ts";

const NOW = Date.UTC(2026, 10, 24, 12);

const city: City = {
  settings: CitySettings.parse({ name: "Test", timeZone: "UTC", devices: { adopt: ["kota/v1/+"] } }),
  areas: { type: "FeatureCollection", features: [] },
  devices: [],
  scoreModel: "",
};

/** One message of one of ten devices, each with its own time; every seventh is out of range. */
function message(n: number): Message {
  const value = n % 7 === 0 ? -1 : n % 1000;
  return {
    topic: `kota/v1/air-${n % 10}`,
    payload: Buffer.from(JSON.stringify({ time: NOW + n, values: { pm2_5: value } })),
    receivedAt: NOW + n,
    source: "mqtt",
  };
}

const messages = (from: number, to: number): Message[] =>
  Array.from({ length: to - from }, (_, index) => message(from + index));

let dir: string;
let log: EventLog;
let metrics: Metrics;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "kota-normalize-"));
  log = await openEmbeddedLog({ dir });
  await log.ensureTopics(TOPICS);
  metrics = createMetrics();
});

afterEach(async () => {
  await log.close();
  await rm(dir, { recursive: true, force: true });
});

function normalizeOn(on: EventLog, decoding?: NormalizeDeps["decoding"], devices: readonly Device[] = []) {
  return createNormalize({
    ...(decoding ? { decoding } : {}),
    log: on,
    city: { ...city, devices },
    clock: systemClock,
    logger: createLogger({ level: "silent", format: "json" }),
    metrics,
  });
}

async function everything<T>(topic: Topic<T>): Promise<T[]> {
  const values: T[] = [];
  await readTopic(log, topic, (some) => void values.push(...some));
  return values;
}

async function untilDone(): Promise<void> {
  await vi.waitFor(
    async () => {
      const lags = await log.lag(MESSAGES, "kota.normalize");
      expect(lags.map(({ committed, end }) => end - committed)).toEqual(lags.map(() => 0));
    },
    { timeout: 15_000, interval: 20 },
  );
}

/** What follows the registry has seen this version: nothing waits for a device that is retired. */
async function untilRetired(version: number): Promise<void> {
  let seen = 0;
  const tail = await log.tail(DEVICES, {
    from: "start",
    onBatch: (batch) => {
      seen = Math.max(seen, ...batch.values.map((record) => record.version));
    },
  });
  await vi.waitFor(() => expect(seen).toBe(version));
  await tail.stop();
  await pause(50);
}

/** Every message is in exactly one of the two topics: `n` of the message, sorted, without repeats. */
async function outcomes(): Promise<{ readings: number[]; rejections: number[] }> {
  const numbers = (list: number[]) => [...new Set(list)].sort((a, b) => a - b);
  return {
    readings: numbers((await everything(READINGS)).map((reading) => reading.time - NOW)),
    rejections: numbers((await everything(REJECTIONS)).map((rejection) => rejection.time - NOW)),
  };
}

function expected(count: number): { readings: number[]; rejections: number[] } {
  const all = Array.from({ length: count }, (_, n) => n);
  return { readings: all.filter((n) => n % 7 !== 0), rejections: all.filter((n) => n % 7 === 0) };
}

async function counted(): Promise<Record<string, number>> {
  const sum = async (metric: { get(): Promise<{ values: { value: number }[] }> }) =>
    (await metric.get()).values.reduce((total, { value }) => total + value, 0);
  return {
    normalized: await sum(metrics.messagesNormalized),
    readings: await sum(metrics.readings),
    rejections: await sum(metrics.rejections),
  };
}

describe("normalize on the embedded log", () => {
  it("turns every message into a reading or a rejection, and counts them", async () => {
    await log.append(MESSAGES, messages(0, 700));
    const normalize = normalizeOn(log);
    await normalize.start();
    await untilDone();
    expect(await outcomes()).toEqual(expected(700));
    expect(await counted()).toEqual({ normalized: 600, readings: 600, rejections: 100 });
    expect((await metrics.rejections.get()).values).toEqual([
      { labels: { stage: "normalize", code: "value_out_of_range" }, value: 100 },
    ]);
    await normalize.stop();
  });

  it("loses nothing when it is stopped in the middle and started again, log and all", async () => {
    await log.append(MESSAGES, messages(0, 9000));
    let appends = 0;
    const failing: EventLog = {
      ...bound(log),
      async append(topic, values) {
        if (topic.name === READINGS.name && appends++ > 0)
          throw new KotaError("log_unavailable", "Disk full.");
        await log.append(topic, values);
      },
    };
    const first = normalizeOn(failing);
    await first.start();
    await vi.waitFor(() => expect(appends).toBeGreaterThan(1), { timeout: 10_000 });
    await first.stop();
    const behind = await log.lag(MESSAGES, "kota.normalize");
    expect(behind.some(({ committed, end }) => committed < end)).toBe(true);
    expect((await outcomes()).readings.length).toBeGreaterThan(0);
    await log.close();

    log = await openEmbeddedLog({ dir });
    await log.append(MESSAGES, messages(9000, 10_000));
    const second = normalizeOn(log);
    await second.start();
    await untilDone();
    await second.stop();
    expect(await outcomes()).toEqual(expected(10_000));
  });

  it("does a batch again that was appended and not committed, to the same effect, and counts it once", async () => {
    let answers = false;
    const faulty: EventLog = {
      ...bound(log),
      async append(topic, values) {
        await log.append(topic, values);
        if (!answers) throw new KotaError("log_unavailable", "The answer of the log was lost.");
      },
    };
    await log.append(MESSAGES, messages(0, 70));
    const normalize = normalizeOn(faulty);
    await normalize.start();
    await vi.waitFor(async () => expect(await normalize.notReady()).not.toEqual([]), { timeout: 15_000 });
    expect((await normalize.notReady())[0]).toContain("The answer of the log was lost.");
    answers = true;
    await untilDone();
    expect(await normalize.notReady()).toEqual([]);
    await normalize.stop();
    expect((await everything(READINGS)).length).toBeGreaterThan(60);
    expect(await outcomes()).toEqual(expected(70));
    expect(await counted()).toEqual({ normalized: 60, readings: 60, rejections: 10 });
    expect((await metrics.retries.get()).values[0]?.value).toBeGreaterThanOrEqual(1);
  });

  it("knows a device that was registered before its message came, and no longer one that was retired", async () => {
    const registered = (id: string, version: number, retired = false): DeviceRecord => ({
      id,
      device: retired
        ? null
        : {
            id,
            name: id,
            kind: "air",
            adapter: null,
            nativeId: "plug-7",
            area: null,
            lat: null,
            lon: null,
            origin: "live",
            attribution: null,
          },
      version,
      at: NOW,
    });
    const plug = (n: number): Message => ({
      ...message(n),
      topic: "tele/plug-7/SENSOR",
      payload: Buffer.from('{"ENERGY":{"Power":40}}'),
    });
    const normalize = normalizeOn(log);
    await normalize.start();
    await log.append(MESSAGES, [plug(1)]);
    await untilDone();
    for (let n = 2; n < 12; n += 2) {
      await log.append(DEVICES, [registered("plug", n)]);
      await log.append(MESSAGES, [plug(n)]);
      await untilDone();
      await log.append(DEVICES, [registered("plug", n + 1, true)]);
      await untilRetired(n + 1);
      await log.append(MESSAGES, [plug(n + 1)]);
      await untilDone();
    }
    await normalize.stop();
    expect(await outcomes()).toEqual({ readings: [2, 4, 6, 8, 10], rejections: [1, 3, 5, 7, 9, 11] });
    expect((await everything(READINGS))[0]?.device).toBe("plug");
    expect((await everything(REJECTIONS))[0]?.code).toBe("unknown_device");
  });

  it("goes on with the devices from before when two contradict each other", async () => {
    const normalize = normalizeOn(log);
    const twin = (id: string): DeviceRecord => ({
      id,
      device: {
        id,
        name: id,
        kind: "air",
        adapter: null,
        nativeId: "same",
        area: null,
        lat: null,
        lon: null,
        origin: "live",
        attribution: null,
      },
      version: 1,
      at: NOW,
    });
    await log.append(DEVICES, [twin("a"), twin("b")]);
    await normalize.start();
    await log.append(MESSAGES, messages(1, 7));
    await untilDone();
    await normalize.stop();
    expect((await outcomes()).readings).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it("tells where a device is that may move, also after a restart not where it was, and not twice", async () => {
    const bus: Device = {
      id: "bus-7",
      name: "Bus 7",
      kind: "bus",
      adapter: null,
      nativeId: null,
      area: null,
      lat: null,
      lon: null,
      moves: true,
      origin: "live",
      attribution: null,
    };
    const uplink = (time: number, latitude: number): Message => ({
      topic: "v3/app/devices/bus-7/up",
      payload: Buffer.from(
        JSON.stringify({
          uplink_message: {
            received_at: new Date(NOW + time).toISOString(),
            decoded_payload: { pm2_5: 7 },
            locations: { gps: { latitude, longitude: 106.8 } },
          },
        }),
      ),
      receivedAt: NOW + 10_000,
      source: "mqtt",
    });
    const run = async (...some: Message[]) => {
      const normalize = normalizeOn(log, undefined, [bus]);
      await normalize.start();
      for (const one of some) {
        await log.append(MESSAGES, [one]);
        await untilDone();
      }
      await normalize.stop();
      return (await everything(POSITIONS)).map(({ time, lat }) => [time - NOW, lat]);
    };
    expect(await run(uplink(5000, -6.2), uplink(6000, -6.2))).toEqual([[5000, -6.2]]);
    expect(await run(uplink(4000, -6.1), uplink(7000, -6.2), uplink(8000, -6.3))).toEqual([
      [5000, -6.2],
      [8000, -6.3],
    ]);
    expect(await everything(REJECTIONS)).toEqual([]);
  });

  it("takes up other adapters between two batches", async () => {
    const version = (number: number) => ({
      adapters: [
        defineTextAdapter({
          id: "later",
          title: "Later",
          version: number,
          source: "a test",
          claims: { topics: ["kota/v1/+"] },
          decode: (text, { message: { topic } }) => [
            { device: topic.slice(8), time: JSON.parse(text).time, values: { pm2_5: number } },
          ],
        }),
        ...ADAPTERS,
      ],
    });
    let decoding = version(1);
    const normalize = normalizeOn(log, () => decoding);
    await normalize.start();
    await log.append(MESSAGES, messages(0, 50));
    await untilDone();
    decoding = version(2);
    await log.append(MESSAGES, messages(50, 100));
    await untilDone();
    await normalize.stop();
    const readings = await everything(READINGS);
    expect(readings).toHaveLength(100);
    for (const { adapter, time, values } of readings) {
      const expectedVersion = time - NOW < 50 ? 1 : 2;
      expect([adapter, values.pm2_5]).toEqual([`later@${expectedVersion}`, expectedVersion]);
    }
  });

  it("is not ready before it runs and after it stopped, and stops twice", async () => {
    const normalize = normalizeOn(log);
    expect(await normalize.notReady()).toEqual(["Normalize is not running."]);
    await normalize.start();
    expect(await normalize.notReady()).toEqual([]);
    await normalize.stop();
    await normalize.stop();
    expect(await normalize.notReady()).toEqual(["Normalize is not running."]);
  });
});

function bound(inner: EventLog): EventLog {
  return {
    ensureTopics: (topics) => inner.ensureTopics(topics),
    append: (topic, values) => inner.append(topic, values),
    consume: (topic, options) => inner.consume(topic, options),
    tail: (topic, options) => inner.tail(topic, options),
    lag: (topic, group) => inner.lag(topic, group),
    check: () => inner.check(),
    close: () => inner.close(),
  };
}
