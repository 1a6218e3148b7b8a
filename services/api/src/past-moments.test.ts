import { readFileSync } from "node:fs";
import type { Reading } from "@kota/model";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  CITY,
  HOUR,
  MINUTE,
  NOW,
  openTestPorts,
  reading,
  replacing,
  startTestApi,
  type TestApi,
} from "./test-setup.ts";

const scoreModel = readFileSync(new URL("../../../infra/example-city/scores.yaml", import.meta.url), "utf8");
const readings: Reading[] = [];
for (let time = NOW - 30 * HOUR; time <= NOW; time += 5 * MINUTE) {
  readings.push(reading("bin-1", time, { fill_level: time < NOW - 2 * HOUR ? 20 : 99 }));
  readings.push(reading("bin-2", time, { fill_level: 85 }));
  readings.push(reading("air-1", time, { pm2_5: 12 + Math.sin(time), pm10: 33.3 }));
}
const THEN = NOW - 3 * HOUR;

const undo: (() => unknown)[] = [];
let api: TestApi;
let seriesRead = 0;
let tooMany = false;
beforeAll(async () => {
  const cleanup = (step: () => unknown) => undo.unshift(step);
  const ports = await openTestPorts(cleanup);
  await ports.store.writeReadings(readings);
  const store = replacing(ports.store, {
    series(query) {
      seriesRead++;
      return ports.store.series(query);
    },
    countReadings: (query) => (tooMany ? Promise.resolve(9_000_000) : ports.store.countReadings(query)),
  });
  api = await startTestApi(cleanup, { log: ports.log, store, city: { ...CITY, scoreModel } });
});
afterAll(async () => {
  for (const step of undo) await step();
});

describe("a moment of the past", () => {
  it("has every score that a receipt of that moment recomputes to", async () => {
    const { body: scores } = await api.get(`/v1/scores?level=all&at=${THEN}`);
    const scored = scores.filter((row: { score: number | null }) => row.score !== null);
    expect(scored.length).toBeGreaterThan(10);
    for (const { area, dimension, aspect, indicator, score } of scored) {
      const query = new URLSearchParams({ area, at: String(THEN) });
      for (const [level, name] of Object.entries({ dimension, aspect, indicator })) {
        if (name !== null) query.set(level, name);
      }
      const { body } = await api.get(`/v1/scores/receipt?${query}`);
      expect(body.receipt.score).toBe(score);
    }
    expect(new Set(scored.map((row: { at: string }) => row.at))).toEqual(
      new Set([new Date(THEN).toISOString()]),
    );
  });

  it("is opened down to the devices as they were", async () => {
    const path = "/v1/scores/explain?area=south&dimension=environment&aspect=waste&indicator=bins_full";
    const value = async (at: number) => (await api.get(`${path}&at=${at}`)).body.value;
    expect([await value(THEN), await value(NOW)]).toEqual([0, 100]);
  });

  it("has the devices with their values of then, and those that had none without", async () => {
    const fill = async (at: string) => {
      const { body } = await api.get(`/v1/devices?at=${at}`);
      return Object.fromEntries(
        body.devices.map((device: { id: string; latest: Record<string, { value: number }> }) => [
          device.id,
          device.latest.fill_level?.value,
        ]),
      );
    };
    expect(await fill(String(THEN))).toEqual({ "air-1": undefined, "bin-1": 20, "bin-2": 85 });
    expect(await fill(String(NOW))).toMatchObject({ "bin-1": 99 });
    expect(await fill("2026-11-01T00:00:00Z")).toEqual({
      "air-1": undefined,
      "bin-1": undefined,
      "bin-2": undefined,
    });
  });

  it("costs one reading of the windows for the hours of a stretch, and none when it is asked for again", async () => {
    await api.get(`/v1/scores?at=${NOW - 17 * HOUR}`);
    const before = seriesRead;
    for (const hours of [16, 15, 14, 17, 16]) await api.get(`/v1/scores?at=${NOW - hours * HOUR}`);
    expect(seriesRead).toBe(before);
  });

  it("is refused in the future, and when too many readings would have to be read", async () => {
    expect(await api.problem(`/v1/scores?at=${NOW + MINUTE}`)).toMatchObject({
      status: 400,
      detail: expect.stringContaining("future"),
    });
    tooMany = true;
    expect(await api.problem(`/v1/scores?at=${NOW - 29 * HOUR}`)).toMatchObject({
      status: 400,
      detail: expect.stringContaining("/v1/scores/history"),
    });
    tooMany = false;
    expect((await api.get(`/v1/scores?at=${NOW - 29 * HOUR}`)).status).toBe(200);
  });
});
