import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type EventLog, GROUPS, openEmbeddedLog, READINGS, readTopic, SCORES, TOPICS } from "@kota/event-log";
import { type City, CitySettings, type Device, type Reading, type Score } from "@kota/model";
import { createLogger, createMetrics, type Service } from "@kota/runtime";
import { HOUR_MS, type IndicatorReceipt, parseScoreModel, recompute, storedReceipt } from "@kota/scoring";
import { openDuckDbStore, type TimeSeriesStore } from "@kota/time-series";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createScore } from "./score.ts";

const MINUTE = 60_000;
/** Twenty past noon, where a minute ends: what is scored live then is what is settled. */
const NOW = Date.UTC(2026, 0, 2, 12, 20) - 1;

const scoreModel = `
version: 1
coverage: { minimum: 0, ok: 0 }
quality:
  pm2_5: { range: [0, 500] }
  temperature: { rate: { most: 5, per: 1m } }
  pm10: { stuck: { for: 3h, readings: 4 } }
  noise_laeq: { silence: 20m }
  humidity: { neighbours: { z: 5, devices: 4, spread: 2 } }
dimensions:
  living:
    aspects:
      air:
        title: Air
        indicators:
          fine: { title: Fine dust, metric: pm2_5, kinds: [air], window: 1h, overTime: mean, overDevices: mean, unit: ug/m3, goalposts: [[0, 100], [1000, 0]], every: 15m, source: editorial }
          warm: { title: Warm, metric: temperature, kinds: [air], window: 1h, overTime: max, overDevices: mean, unit: Cel, goalposts: [[0, 100], [100, 0]], every: 15m, source: editorial }
          dust: { title: Dust, metric: pm10, kinds: [air], window: 1h, overTime: mean, overDevices: mean, unit: ug/m3, goalposts: [[0, 100], [100, 0]], every: 15m, source: editorial }
          loud: { title: Loud, metric: noise_laeq, kinds: [air], window: 1h, overTime: mean, overDevices: mean, unit: dB(A), goalposts: [[0, 100], [100, 0]], every: 15m, source: editorial }
          damp: { title: Damp, metric: humidity, kinds: [air], window: 1h, overTime: mean, overDevices: mean, unit: "%", goalposts: [[0, 100], [100, 0]], every: 15m, source: editorial }
`;
const DEVICES = ["a", "b", "c", "d", "e"];
const city: City = {
  settings: CitySettings.parse({ name: "Test", timeZone: "UTC" }),
  areas: {
    type: "FeatureCollection",
    features: [
      {
        type: "Feature",
        properties: { id: "north", name: "North", population: 1 },
        geometry: { type: "Polygon", coordinates: [] },
      },
    ],
  },
  devices: DEVICES.map(
    (id): Device => ({
      ...{
        id,
        name: id,
        kind: "air",
        adapter: null,
        nativeId: null,
        lat: null,
        lon: null,
        attribution: null,
      },
      area: "north",
      origin: "live",
    }),
  ),
  scoreModel,
};
const model = parseScoreModel(scoreModel);
const areas = city.areas.features.map(({ properties }) => properties);

let dir: string;
let log: EventLog;
let store: TimeSeriesStore;
let service: Service;
let following: { stop(): Promise<void> };
let now: number;

beforeEach(async () => {
  now = NOW;
  dir = mkdtempSync(join(tmpdir(), "kota-quality-"));
  log = await openEmbeddedLog({ dir: join(dir, "log") });
  await log.ensureTopics(TOPICS);
  store = await openDuckDbStore({ dir: join(dir, "store") });
  following = await log.consume(READINGS, {
    group: GROUPS.storeReadings,
    onBatch: async ({ values }) => void (await store.writeReadings(values)),
    onError: (error) => expect.unreachable(String(error)),
  });
  service = createScore({
    ...{ log, city, store, clock: () => now, intervalMs: 5, slideMs: 3_600_000 },
    ...{ logger: createLogger({ level: "silent", format: "json" }), metrics: createMetrics() },
  });
  await service.start();
});

afterEach(async () => {
  await service.stop();
  await following.stop();
  await store.close();
  await log.close();
  rmSync(dir, { recursive: true, force: true });
});

type Metric = "pm2_5" | "temperature" | "pm10" | "noise_laeq" | "humidity";

/** What a device sends of one metric, the last one so many minutes before noon past twenty. */
const sent = (device: string, metric: Metric, values: readonly number[], everyMs: number, untilMs = 0) =>
  values.map((value, n): Reading => {
    const time = NOW - untilMs - (values.length - 1 - n) * everyMs;
    return { device, time, values: { [metric]: value }, adapter: "test@1", receivedAt: time };
  });

interface Outcome {
  /** As the scorer published it. */
  readonly live: Score | undefined;
  /** From what is stored. */
  readonly receipt: IndicatorReceipt;
  readonly stored: readonly number[];
}

/** Readings on their way through log, scorer and time series: what came of them for an indicator and for device e. */
async function outcomeOf(indicator: string, metric: Metric, readings: readonly Reading[]): Promise<Outcome> {
  await log.append(READINGS, readings);
  const place = { area: "north", dimension: "living", aspect: "air", indicator } as const;
  return vi.waitFor(
    async () => {
      const scores: Score[] = [];
      await readTopic(log, SCORES, (some) => void scores.push(...some));
      const live = scores.findLast((score) => score.area === "north" && score.indicator === indicator);
      const series = await store.series({
        ...{ device: "e", metric, from: 0, to: now + HOUR_MS, stepMs: null, limit: 1000 },
      });
      expect(series.length).toBe(readings.filter(({ device }) => device === "e").length);
      const receipt = await storedReceipt(store, { model, areas, devices: city.devices }, place, now);
      if (receipt?.kind !== "indicator") throw new Error("no receipt of an indicator");
      // The live score is that of all that is stored, to the last digit, and the receipt gives it again.
      expect(live?.score ?? null).toBe(receipt.score);
      expect(live?.value ?? null).toBe(receipt.value);
      expect(recompute(receipt)).toBe(receipt.score);
      expect(receipt.value).not.toBeNull();
      return { live, receipt, stored: series.map(({ last }) => last) };
    },
    { timeout: 20_000, interval: 50 },
  );
}

const receiptOfE = ({ receipt }: Outcome) => receipt.devices.find(({ device }) => device === "e");

describe("a reading that is not to be trusted, live", () => {
  it("is kept, flagged and left out of the score when it is out of range, and the receipt names it", async () => {
    const outcome = await outcomeOf("fine", "pm2_5", [
      ...sent("a", "pm2_5", [10, 10], 10 * MINUTE),
      ...sent("e", "pm2_5", [20, 900, 20], 5 * MINUTE),
    ]);
    expect(outcome.stored).toEqual([20, 900, 20]);
    expect(outcome.live).toMatchObject({ value: 15, devices: 2 });
    expect(receiptOfE(outcome)).toMatchObject({
      leftOut: null,
      value: 20,
      flagged: { range: 1, rate: 0, stuck: 0 },
      flaggedReadings: [{ value: 900, rule: "range" }],
    });
  });

  it("takes its device with it when it is the only one, and the receipt says so", async () => {
    const outcome = await outcomeOf("fine", "pm2_5", [
      ...sent("a", "pm2_5", [10], MINUTE),
      ...sent("e", "pm2_5", [900], MINUTE),
    ]);
    expect(outcome.stored).toEqual([900]);
    expect(outcome.live).toMatchObject({ value: 10, devices: 1 });
    expect(outcome.live?.explanation).toMatch(/1 of 5 left out by the quality rules/);
    expect(receiptOfE(outcome)?.leftOut).toEqual({
      code: "flagged",
      reason: "every reading is flagged by the quality rules",
    });
  });

  it("is kept, flagged and left out when it jumps faster than can be, and the receipt names it", async () => {
    const outcome = await outcomeOf("warm", "temperature", [
      ...sent("a", "temperature", [20, 20], 10 * MINUTE),
      ...sent("e", "temperature", [20, 20, 48, 20, 20], MINUTE),
    ]);
    expect(outcome.stored).toEqual([20, 20, 48, 20, 20]);
    expect(outcome.live).toMatchObject({ value: 20, devices: 2 });
    expect(receiptOfE(outcome)).toMatchObject({
      leftOut: null,
      value: 20,
      flagged: { range: 0, rate: 1, stuck: 0 },
      flaggedReadings: [{ value: 48, rule: "rate" }],
    });
  });

  it("is kept and left out when its device says the same for hours, and the receipt counts it", async () => {
    const outcome = await outcomeOf("dust", "pm10", [
      ...sent("a", "pm10", [30, 40], 10 * MINUTE),
      ...sent("e", "pm10", Array(20).fill(77), 15 * MINUTE),
    ]);
    expect(outcome.stored).toHaveLength(20);
    expect(outcome.live).toMatchObject({ value: 35, devices: 1 });
    expect(receiptOfE(outcome)).toMatchObject({
      leftOut: { code: "flagged", reason: "every reading is flagged by the quality rules" },
      flagged: { range: 0, rate: 0, stuck: 4 },
    });
  });

  it("is kept and left out also when the window before the running hour has none, as it goes on with what was before", async () => {
    const outcome = await outcomeOf("dust", "pm10", [
      ...sent("a", "pm10", [30, 40], 10 * MINUTE),
      ...sent("e", "pm10", [77, 77, 77, 77], 70 * MINUTE),
    ]);
    expect(outcome.live).toMatchObject({ value: 35, devices: 1 });
    expect(receiptOfE(outcome)?.leftOut?.code).toBe("flagged");
  });

  it("counts no more when nothing followed it for longer than the model allows, and the receipt says for how long", async () => {
    const outcome = await outcomeOf("loud", "noise_laeq", [
      ...sent("a", "noise_laeq", [50], MINUTE),
      ...sent("e", "noise_laeq", [90, 90], MINUTE, 21 * MINUTE),
    ]);
    expect(outcome.stored).toEqual([90, 90]);
    expect(outcome.live).toMatchObject({ value: 50, devices: 1 });
    expect(receiptOfE(outcome)?.leftOut).toEqual({ code: "silent", reason: "nothing for more than 20 min" });
  });

  it("counts not beside neighbours that all say something else, and does again when it says what they do", async () => {
    const neighbours = ["a", "b", "c", "d"].flatMap((id, n) => sent(id, "humidity", [60 + n], MINUTE));
    const outlier = sent("e", "humidity", [5], MINUTE, 10 * MINUTE);
    const outcome = await outcomeOf("damp", "humidity", [...neighbours, ...outlier]);
    expect(outcome.stored).toEqual([5]);
    expect(outcome.live).toMatchObject({ value: 61.5, devices: 4 });
    expect(receiptOfE(outcome)?.leftOut).toEqual({
      code: "unlike_neighbours",
      reason: "more than 5 robust standard deviations from the median of its neighbours",
    });
    await log.append(READINGS, sent("e", "humidity", [117], MINUTE));
    await vi.waitFor(
      async () => {
        const scores: Score[] = [];
        await readTopic(log, SCORES, (some) => void scores.push(...some));
        const live = scores.findLast(({ area, indicator }) => area === "north" && indicator === "damp");
        expect(live).toMatchObject({ devices: 5 });
      },
      { timeout: 20_000, interval: 50 },
    );
  });

  it("counts for no moment before its own when the clock of its device is ahead, and for those after it", async () => {
    const ahead = 2 * MINUTE;
    const outcome = await outcomeOf("fine", "pm2_5", [
      ...sent("a", "pm2_5", [10], MINUTE),
      ...sent("e", "pm2_5", [40], MINUTE, -ahead),
    ]);
    expect(outcome.stored).toEqual([40]);
    expect(outcome.live).toMatchObject({ value: 10, devices: 1 });
    expect(receiptOfE(outcome)?.leftOut).toEqual({
      code: "no_readings",
      reason: "no reading in the last 1 h",
    });
    now = NOW + ahead;
    await log.append(READINGS, sent("a", "pm2_5", [10], MINUTE, -ahead));
    await vi.waitFor(
      async () => {
        const scores: Score[] = [];
        await readTopic(log, SCORES, (some) => void scores.push(...some));
        const live = scores.findLast(({ area, indicator }) => area === "north" && indicator === "fine");
        expect(live).toMatchObject({ at: now, value: 25, devices: 2 });
      },
      { timeout: 20_000, interval: 50 },
    );
  });
});
