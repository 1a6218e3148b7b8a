import type { Device } from "@kota/model";
import { describe, expect, it } from "vitest";
import { compareScores, compareSettings, type ModelSide } from "./compare-models.ts";
import { parseScoreModel } from "./parse-score-model.ts";
import type { ScoreModel } from "./score-model.ts";
import { loadWindows, type StoredReadings } from "./stored-windows.ts";

const NOW = Date.UTC(2026, 0, 2, 12, 30);
const MINUTE = 60_000;

const indicator = (goalposts: string) => `
          pm:
            title: PM2.5
            metric: pm2_5
            kinds: [air]
            window: 1h
            overTime: mean
            overDevices: mean
            unit: ug/m3
            goalposts: ${goalposts}
            source: editorial`;

const modelOf = (indicators: string) =>
  parseScoreModel(`
version: "1"
dimensions:
  living:
    aspects:
      air:
        title: Air
        indicators: ${indicators}
`);

const device = (id: string, kind: string, area: string | null): Device => ({
  id,
  name: id,
  kind,
  adapter: null,
  nativeId: null,
  area,
  lat: null,
  lon: null,
  origin: "live",
  attribution: null,
});

const areas = [{ id: "north", name: "North", population: 1 }];
const devices = [device("a", "air", "north"), device("b", "bin", "north"), device("c", "air", null)];
const older = modelOf(indicator("[[0, 100], [100, 0]]"));
const newer = modelOf(indicator("[[0, 100], [50, 0]]"));

/** A reading a minute of 20 for every series that is asked for, and what was asked. */
function constantStore(page = Number.POSITIVE_INFINITY) {
  const asked: string[] = [];
  const stored: StoredReadings = {
    async series({ device: id, metric, from, to, limit }) {
      asked.push(`${id}/${metric}`);
      const points = [];
      for (let time = Math.ceil(from / MINUTE) * MINUTE; time < to; time += MINUTE)
        points.push({ time, last: 20 });
      return points.slice(0, Math.min(limit, page));
    },
  };
  return { stored, asked };
}

const sideOf = async (stored: StoredReadings, model: ScoreModel): Promise<ModelSide> => ({
  model,
  windows: await loadWindows(stored, model, devices, { first: NOW, last: NOW }),
});

describe("two models on the same readings", () => {
  it("gives every score under each, from what is stored", async () => {
    const { stored, asked } = constantStore();
    const before = await sideOf(stored, older);
    expect(asked).toEqual(["a/pm2_5"]);
    const changes = compareScores(before, await sideOf(stored, newer), areas, devices, NOW);
    const of = (area: string, id: string | null) =>
      changes.find((change) => change.area === area && change.indicator === id);
    expect(of("north", "pm")).toMatchObject({ before: 80, after: 60, title: "PM2.5", aspect: "air" });
    expect(of("city", null)).toMatchObject({ before: 80, after: 60 });
  });

  it("tells a score that one model does not have from one without data", async () => {
    const { stored } = constantStore();
    const both = modelOf(`${indicator("[[0, 100], [100, 0]]")}
          noise:
            title: Noise
            metric: noise_laeq
            kinds: [noise]
            window: 1h
            overTime: level_mean
            overDevices: mean
            unit: dB(A)
            goalposts: [[40, 100], [80, 0]]
            source: editorial`);
    const one = await sideOf(stored, older);
    const other = await sideOf(stored, both);
    const noise = (changes: ReturnType<typeof compareScores>) =>
      changes.filter((change) => change.indicator === "noise").map(({ before, after }) => [before, after]);
    expect(noise(compareScores(one, other, areas, devices, NOW))).toEqual([
      [undefined, null],
      [undefined, null],
    ]);
    expect(noise(compareScores(other, one, areas, devices, NOW))).toEqual([
      [null, undefined],
      [null, undefined],
    ]);
  });
});

describe("the settings of two models", () => {
  it("differ where the text does, by path", () => {
    expect(compareSettings(older, newer)).toEqual([
      {
        path: "dimensions.living.aspects.air.indicators.pm.goalposts",
        before: "[[0,100],[100,0]]",
        after: "[[0,100],[50,0]]",
      },
    ]);
    expect(compareSettings(older, older)).toEqual([]);
  });

  it("say what one of them does not have", () => {
    const paths = compareSettings(older, modelOf("{}")).map(({ path, after }) => [path, after]);
    expect(paths).toContainEqual(["dimensions.living.aspects.air.indicators.pm.title", undefined]);
  });
});
