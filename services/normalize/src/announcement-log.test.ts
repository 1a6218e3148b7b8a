import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ADAPTERS } from "@kota/adapters";
import {
  ANNOUNCEMENTS,
  type EventLog,
  MESSAGES,
  openEmbeddedLog,
  READINGS,
  REJECTIONS,
  readTopic,
  TOPICS,
  type Topic,
} from "@kota/event-log";
import { type City, CitySettings, KotaError, type Message, type Reading } from "@kota/model";
import { createLogger, createMetrics, type Service, systemClock } from "@kota/runtime";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { announcedSoFar } from "./announcement-log.ts";
import { createNormalizer } from "./normalize-message.ts";
import { createNormalize } from "./service.ts";

const NOW = Date.UTC(2026, 10, 24, 12);

const city: City = {
  settings: CitySettings.parse({ name: "Test", timeZone: "UTC", devices: { adopt: ["#"] } }),
  areas: { type: "FeatureCollection", features: [] },
  // Edge nodes are adopted under no id of their own: theirs has a slash.
  devices: ["plant/edge", ...Array.from({ length: 4 }, (_, n) => `plant/edge/d${n}`)].map((native) => ({
    id: native.replaceAll("/", "-"),
    name: native,
    kind: "air" as const,
    adapter: "sparkplug-b",
    nativeId: native,
    area: null,
    lat: null,
    lon: null,
    origin: "live" as const,
    attribution: null,
  })),
  scoreModel: "",
};

let dir: string;
let log: EventLog;
let running: Service[];
let clock: number;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "kota-announced-"));
  log = await openEmbeddedLog({ dir });
  await log.ensureTopics(TOPICS);
  running = [];
  clock = NOW;
});

afterEach(async () => {
  await Promise.all(running.map((service) => service.stop()));
  await log.close();
  await rm(dir, { recursive: true, force: true });
});

async function startNormalize(on: EventLog = log): Promise<Service> {
  const service = createNormalize({
    log: on,
    city,
    clock: systemClock,
    logger: createLogger({ level: "silent", format: "json" }),
    metrics: createMetrics(),
  });
  running.push(service);
  await service.start();
  return service;
}

/** All that a restart of the whole machine leaves is the folder. */
async function reopen(): Promise<void> {
  await Promise.all(running.splice(0).map((service) => service.stop()));
  await log.close();
  log = await openEmbeddedLog({ dir });
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
    { timeout: 20_000, interval: 20 },
  );
}

async function publish(...messages: readonly (readonly [topic: string, payload: string | Buffer])[]) {
  await log.append(
    MESSAGES,
    messages.map(
      ([topic, payload]): Message => ({
        topic,
        payload: Buffer.from(payload),
        receivedAt: clock++,
        source: "mqtt",
      }),
    ),
  );
  await untilDone();
}

/** Without the messages that only announce something. */
async function refused(): Promise<string[]> {
  return (await everything(REJECTIONS))
    .filter(({ code }) => code !== "no_values")
    .map(({ code, topic, reason }) => `${topic}: ${code}, ${reason}`);
}

const valuesOf = (readings: readonly Reading[]) =>
  new Set(readings.flatMap(({ values }) => Object.values(values)));

describe("Home Assistant", () => {
  const config = (n: number): [string, string] => [
    `homeassistant/sensor/room${n}/config`,
    JSON.stringify({
      state_topic: `rooms/${n}`,
      device_class: "temperature",
      unit_of_measurement: "°C",
      device: { identifiers: [`room-${n}`] },
    }),
  ];
  const state = (n: number, value: number): [string, string] => [`rooms/${n}`, String(value)];
  const all = Array.from({ length: 12 }, (_, n) => n);

  it("needs no discovery message again after a restart", async () => {
    await startNormalize();
    await publish(...all.map(config));
    await reopen();
    await startNormalize();
    await publish(...all.map((n) => state(n, n + 10)));
    expect(await refused()).toEqual([]);
    expect(valuesOf(await everything(READINGS))).toEqual(new Set(all.map((n) => n + 10)));
  });

  it("is understood by a trial beside the normalizer, and what the trial announces is not kept", async () => {
    await startNormalize();
    await publish(config(1));
    const trial = async () => {
      const announcements = await announcedSoFar(log, ADAPTERS);
      const normalize = createNormalizer(city, ADAPTERS, { announcements });
      return (topic: string, payload: string) =>
        normalize({ topic, payload: Buffer.from(payload), receivedAt: NOW, source: "mqtt" });
    };
    const first = await trial();
    expect(first(...state(1, 21)).readings).toMatchObject([
      { device: "room-1:room1", values: { temperature: 21 } },
    ]);
    expect(first(...state(2, 22)).rejection?.code).toBe("no_adapter");
    first(...config(2));
    expect(first(...state(2, 22)).readings).toHaveLength(1);
    expect((await trial())(...state(2, 22)).rejection?.code).toBe("no_adapter");
  });

  it("is understood by every normalizer, whichever read the discovery messages, and by those that are left", async () => {
    const first = await startNormalize();
    await startNormalize();
    await publish(...all.map(config));
    await publish(...all.map((n) => state(n, n)));
    await first.stop();
    await publish(...all.map((n) => state(n, n + 20)));
    await startNormalize();
    await publish(...all.map((n) => state(n, n + 40)));
    expect(await refused()).toEqual([]);
    expect(valuesOf(await everything(READINGS)).size).toBe(36);
  });

  it("keeps all sensors of one topic, when different normalizers read what announced them", async () => {
    await startNormalize();
    await startNormalize();
    const classes = ["temperature", "humidity", "illuminance", "battery", "power", "current", "wind_speed"];
    await publish(
      ...classes.map((name): [string, string] => [
        `homeassistant/sensor/node/${name}/config`,
        JSON.stringify({
          state_topic: "node",
          device_class: name,
          value_template: `{{ value_json.${name} }}`,
          device: { identifiers: ["node"] },
        }),
      ]),
    );
    await publish(["node", JSON.stringify(Object.fromEntries(classes.map((name) => [name, 25])))]);
    await reopen();
    await startNormalize();
    await publish(["node", JSON.stringify(Object.fromEntries(classes.map((name) => [name, 26])))]);
    const [before, after] = await everything(READINGS);
    expect(Object.keys(before?.values ?? {}).sort()).toEqual([...classes].sort());
    expect(Object.keys(after?.values ?? {}).sort()).toEqual([...classes].sort());
  });

  it("adds nothing to the log when it announces the same again", async () => {
    await startNormalize();
    await publish(config(1));
    await publish(config(1));
    await reopen();
    await startNormalize();
    await publish(config(1));
    expect(await everything(ANNOUNCEMENTS)).toHaveLength(1);
  });
});

describe("OpenAQ", () => {
  it("knows the sensors of a location after a restart", async () => {
    await startNormalize();
    const sensors = [{ id: 3916, parameter: { name: "pm25", units: "µg/m³" } }];
    await publish(["openaq/v3/locations/8118", JSON.stringify({ results: [{ id: 8118, sensors }] })]);
    await reopen();
    await startNormalize();
    const latest = {
      value: 7,
      datetime: { utc: new Date(NOW).toISOString() },
      sensorsId: 3916,
      locationsId: 8118,
    };
    await publish(["openaq/v3/locations/8118/latest", JSON.stringify({ results: [latest] })]);
    expect(await refused()).toEqual([]);
    expect(await everything(READINGS)).toMatchObject([{ device: "3916", values: { pm2_5: 7 } }]);
  });
});

describe("Sparkplug", () => {
  const devices = [0, 1, 2, 3];
  let seq = 0;
  const next = () => seq++ & 0xff;
  const birth = (alias = 1): [string, Buffer][] => {
    seq = 0;
    return [
      ["spBv1.0/plant/NBIRTH/edge", sparkplug(next(), [{ name: "bdSeq", alias: 0, value: 0 }])],
      ...devices.map((n): [string, Buffer] => [
        `spBv1.0/plant/DBIRTH/edge/d${n}`,
        sparkplug(next(), [{ name: "Temperature", alias: alias + n, value: 20 }]),
      ]),
    ];
  };
  const data = (value: number, alias = 1): [string, Buffer][] =>
    devices.map((n) => [
      `spBv1.0/plant/DDATA/edge/d${n}`,
      sparkplug(next(), [{ alias: alias + n, value: value + n / 10 }]),
    ]);

  it("has no gap in the sequence of a node whose many topics several normalizers share", async () => {
    await startNormalize();
    await startNormalize();
    await publish(...birth());
    for (let round = 0; round < 5; round++) await publish(...data(round), ...data(round + 30));
    expect(await refused()).toEqual([]);
    expect(await everything(READINGS)).toHaveLength(4 + 40);
  });

  it("needs no birth again after a restart, and sees a gap over it", async () => {
    await startNormalize();
    await publish(...birth(), ...data(1));
    await reopen();
    await startNormalize();
    await publish(...data(2));
    expect(await refused()).toEqual([]);
    expect(await everything(READINGS)).toHaveLength(12);
    await reopen();
    next(); // lost on its way
    await startNormalize();
    await publish(...data(3));
    expect((await refused()).map((text) => text.replace(/,.*/, "")).sort()).toEqual(
      devices.map((n) => `spBv1.0/plant/DDATA/edge/d${n}: not_announced`),
    );
  });

  it("goes to another normalizer with its births when the one that read them stops", async () => {
    await startNormalize();
    await publish(...birth());
    await startNormalize();
    for (let round = 0; round < 3; round++) {
      await publish(...data(round));
      await running.shift()?.stop();
      await startNormalize();
    }
    expect(await refused()).toEqual([]);
    expect(await everything(READINGS)).toHaveLength(16);
  });

  it("is decoded as before when a batch comes again after its births were saved and its readings were not", async () => {
    let away = true;
    const failing: EventLog = {
      ...bound(log),
      async append(topic, values) {
        if (topic.name === READINGS.name && away) throw new KotaError("log_unavailable", "The log is away.");
        await log.append(topic, values);
      },
    };
    const service = await startNormalize(failing);
    const before = [...birth(1), ...data(1, 1)];
    const after = [...birth(11), ...data(2, 11)];
    const messages = [...before, ...after].map(
      ([topic, payload]): Message => ({ topic, payload, receivedAt: clock++, source: "mqtt" }),
    );
    await log.append(MESSAGES, messages);
    await vi.waitFor(async () => expect(await everything(ANNOUNCEMENTS)).not.toEqual([]), {
      timeout: 10_000,
    });
    await service.stop();
    expect(await everything(READINGS)).toEqual([]);
    await reopen();
    away = false;
    await startNormalize();
    await untilDone();
    expect(await refused()).toEqual([]);
    expect(await everything(READINGS)).toHaveLength(16);
  });

  it("commits nothing as long as what was announced cannot be saved", async () => {
    let away = true;
    const failing: EventLog = {
      ...bound(log),
      async append(topic, values) {
        if (topic.name === ANNOUNCEMENTS.name && away)
          throw new KotaError("log_unavailable", "The log is away.");
        await log.append(topic, values);
      },
    };
    const service = await startNormalize(failing);
    await log.append(
      MESSAGES,
      birth().map(([topic, payload]): Message => ({ topic, payload, receivedAt: clock++, source: "mqtt" })),
    );
    await vi.waitFor(async () => expect(await service.notReady()).not.toEqual([]), { timeout: 10_000 });
    const lags = await log.lag(MESSAGES, "kota.normalize");
    expect(lags.some(({ committed, end }) => committed < end)).toBe(true);
    away = false;
    await untilDone();
    await reopen();
    await startNormalize();
    await publish(...data(1));
    expect(await refused()).toEqual([]);
  });
});

it("forgets what has no form that an adapter knows", async () => {
  const record = { adapter: "home-assistant", key: "rooms/1", part: "x", version: 1 };
  await log.append(ANNOUNCEMENTS, [
    { ...record, value: { metric: "warmth" } },
    { ...record, adapter: "gone", value: 1 },
    { ...record, adapter: "kota-json", value: 1 },
  ]);
  await startNormalize();
  await publish(["rooms/1", "21"]);
  expect(await refused()).toEqual([expect.stringContaining("no_adapter")]);
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

/** A payload of Sparkplug B: seq, and metrics that are doubles. */
function sparkplug(
  seq: number,
  metrics: readonly { readonly name?: string; readonly alias: number; readonly value: number }[],
): Buffer {
  const field = (number: number, bytes: Buffer) =>
    Buffer.concat([Buffer.from([(number << 3) | 2]), varint(bytes.length), bytes]);
  const whole = (number: number, value: number) => Buffer.concat([Buffer.from([number << 3]), varint(value)]);
  const body = metrics.map(({ name, alias, value }) => {
    const double = Buffer.alloc(9);
    double[0] = (13 << 3) | 1;
    double.writeDoubleLE(value, 1);
    const named = name === undefined ? [] : [field(1, Buffer.from(name))];
    return field(2, Buffer.concat([...named, whole(2, alias), whole(4, 10), double]));
  });
  return Buffer.concat([...body, whole(3, seq)]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let left = value;
  for (; left > 0x7f; left >>>= 7) bytes.push((left & 0x7f) | 0x80);
  return Buffer.from([...bytes, left]);
}
