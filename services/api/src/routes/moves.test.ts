import { readFileSync } from "node:fs";
import { SCORES } from "@kota/event-log";
import type { Reading } from "@kota/model";
import { evaluate, parseScoreModel, Windows } from "@kota/scoring";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CITY, HOUR, MINUTE, NOW, reading, startTestApi, type TestApi } from "../test-setup.ts";

const scoreModel = readFileSync(
  new URL("../../../../infra/example-city/scores.yaml", import.meta.url),
  "utf8",
);
const city = { ...CITY, scoreModel };
const readings: Reading[] = [];
for (let time = NOW - 26 * HOUR; time <= NOW; time += 5 * MINUTE) {
  readings.push(reading("bin-1", time, { fill_level: 30 }));
  readings.push(reading("bin-2", time, { fill_level: 85 }));
  readings.push(reading("air-1", time, { pm2_5: 40 + Math.sin(time), pm10: 33 + Math.cos(time) }));
}
/** The score with the newest reading of a bin as it would be. */
const scoreOf = (area: string, emptied?: string) => {
  const model = parseScoreModel(scoreModel);
  const windows = new Windows(model.quality);
  for (const { device, time, values } of readings) {
    for (const [metric, value] of Object.entries(values))
      windows.getOrCreate(device, metric).add(time, device === emptied && time === NOW ? 0 : value);
  }
  const areas = city.areas.features.map(({ properties }) => properties);
  const scores = evaluate(model, windows, areas, city.devices, NOW);
  return {
    scores,
    environment: scores.find(
      (score) => score.area === area && score.dimension === "environment" && score.aspect === null,
    )?.score,
  };
};

const undo: (() => unknown)[] = [];
let api: TestApi;
beforeAll(async () => {
  api = await startTestApi((step) => undo.unshift(step), {
    city,
    before: async ({ log, store }) => {
      await store.writeReadings(readings);
      await log.append(SCORES, scoreOf("leith").scores);
    },
  });
});
afterAll(async () => {
  for (const step of undo) await step();
});

describe("GET /v1/scores/moves", () => {
  it("says which bin to empty, with the gain that an evaluation gives, for the area and the city", async () => {
    const { body } = await api.get("/v1/scores/moves?area=leith&dimension=environment");
    const move = body.moves.find(({ code }: { code: string }) => code === "empty");
    expect(move).toMatchObject({
      area: "leith",
      devices: [{ id: "bin-2", name: "Name of bin-2" }],
      ...{ from: 85, to: 0, unit: "%", metric: "fill_level", isAssumed: false },
    });
    for (const [area, { gain }] of [
      ["leith", move.areaGain],
      ["city", move.cityGain],
    ] as const) {
      const after = scoreOf(area, "bin-2").environment ?? Number.NaN;
      const before = scoreOf(area).environment ?? Number.NaN;
      expect(gain).toBeGreaterThan(0);
      expect(gain).toBeCloseTo(after - before, 9);
    }
    expect(move.text).toMatch(/^Empty Name of bin-2, from 85 to 0 %: \+[\d.]+ points for leith/);
  });

  it("brings a value to its next goalpost", async () => {
    const { body } = await api.get("/v1/scores/moves?area=leith&dimension=environment");
    const reach = body.moves.find(({ metric }: { metric: string }) => metric === "pm2_5");
    expect(reach).toMatchObject({
      code: "reach",
      indicators: [{ dimension: "environment", aspect: "protection", indicator: "pm2_5_day" }],
      to: 37.5,
    });
    expect(reach.from).toBeCloseTo(40, 0);
  });

  it("gives those of every area for the city, by what the city gains", async () => {
    const { body } = await api.get("/v1/scores/moves?dimension=environment&limit=3");
    const gains = body.moves.map(({ cityGain }: { cityGain: { gain: number } }) => cityGain.gain);
    expect(gains).toHaveLength(3);
    expect([...gains].sort((a, b) => b - a)).toEqual(gains);
    expect(body).toMatchObject({ area: "city", dimension: "environment", notOpened: [] });
  });

  it("refuses an area that there is not", async () => {
    expect(await api.problem("/v1/scores/moves?area=nowhere")).toMatchObject({ status: 400 });
  });
});
