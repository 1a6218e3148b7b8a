import { readFileSync } from "node:fs";
import { SCORES } from "@kota/event-log";
import type { Reading } from "@kota/model";
import { evaluate, parseScoreModel, recompute, Windows } from "@kota/scoring";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CITY, HOUR, MINUTE, NOW, reading, startTestApi, type TestApi } from "../test-setup.ts";

const scoreModel = readFileSync(
  new URL("../../../../infra/example-city/scores.yaml", import.meta.url),
  "utf8",
);
const city = { ...CITY, scoreModel };
const readings: Reading[] = [];
for (let time = NOW - 26 * HOUR; time <= NOW; time += 5 * MINUTE) {
  readings.push(reading("bin-1", time, { fill_level: 30 + ((time / MINUTE / 5) % 50) }));
  readings.push(reading("bin-2", time, { fill_level: 85 }));
  readings.push(reading("air-1", time, { pm2_5: 12 + Math.sin(time), pm10: 33.3 }));
}
const scoresAt = (at: number) => {
  const windows = new Windows();
  for (const { device, time, values } of readings) {
    for (const [metric, value] of Object.entries(values))
      windows.getOrCreate(device, metric).add(time, value);
  }
  const areas = city.areas.features.map(({ properties }) => properties);
  return evaluate(parseScoreModel(scoreModel), windows, areas, city.devices, at);
};

const undo: (() => unknown)[] = [];
let api: TestApi;
beforeAll(async () => {
  api = await startTestApi((step) => undo.unshift(step), {
    city,
    before: async ({ log, store }) => {
      await store.writeReadings(readings);
      await log.append(SCORES, scoresAt(NOW - MINUTE));
    },
  });
});
afterAll(async () => {
  for (const step of undo) await step();
});

describe("GET /v1/scores/receipt", () => {
  it("opens a published score at its own time, and recomputes to the same number", async () => {
    for (const score of scoresAt(NOW - MINUTE)) {
      const query = new URLSearchParams({ area: score.area });
      for (const level of ["dimension", "aspect", "indicator"] as const)
        if (score[level] !== null) query.set(level, score[level]);
      const { body } = await api.get(`/v1/scores/receipt?${query}`);
      expect(body.receipt.score).toBe(score.score);
      expect(body.recomputed).toBe(score.score);
      expect(recompute(body.receipt)).toBe(score.score);
      expect(body.published).toEqual({ score: score.score, at: "2026-11-24T11:59:00.000Z" });
    }
  });

  it("opens a past moment from the stored readings", async () => {
    const at = NOW - 3 * HOUR - 17 * MINUTE;
    const { body } = await api.get(`/v1/scores/receipt?area=leith&dimension=environment&at=${at}`);
    const expected = scoresAt(at).find(
      ({ area, dimension, aspect }) => area === "leith" && dimension === "environment" && aspect === null,
    );
    expect(expected?.score).toBeGreaterThan(0);
    expect(body).toMatchObject({
      receipt: { score: expected?.score, at: "2026-11-24T08:43:00.000Z", kind: "whole", across: "geometric" },
      published: null,
    });
  });

  it("names devices with their values, and those that were left out with the reason", async () => {
    const path = "/v1/scores/receipt?area=leith&dimension=environment&aspect=waste&indicator=bins_full";
    const { body } = await api.get(path);
    expect(body.receipt).toMatchObject({
      kind: "indicator",
      value: 100,
      method: {
        metric: "fill_level",
        goalposts: [
          [0, 100],
          [10, 80],
          [25, 50],
          [50, 0],
        ],
      },
      devices: [{ device: "bin-2", leftOut: null, value: 85, readings: 1 }],
    });
    const long = await api.get(`${path}&at=${NOW + 7 * HOUR}`);
    expect(long.body.receipt.devices).toMatchObject([
      {
        device: "bin-2",
        leftOut: { code: "no_readings", reason: "no reading in the last 6 h" },
        value: null,
      },
    ]);
  });

  it("goes one level deep when asked to", async () => {
    const { body } = await api.get("/v1/scores/receipt?depth=one");
    expect(body.receipt.parts.map(({ receipt }: { receipt: unknown }) => receipt)).toEqual([null, null]);
    expect(recompute(body.receipt)).toBe(body.receipt.score);
  });

  it("says what the model does not have", async () => {
    expect(
      await api.problem("/v1/scores/receipt?area=leith&dimension=environment&aspect=noise"),
    ).toMatchObject({ status: 404, code: "not_found" });
    expect(await api.problem("/v1/scores/receipt?aspect=waste")).toMatchObject({ status: 400 });
  });
});
