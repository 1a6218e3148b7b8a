import { type Device, type Score, scoreKey } from "@kota/model";
import { describe, expect, it } from "vitest";
import { createEvaluator, evaluate } from "./evaluate.ts";
import { parseScoreModel } from "./parse-score-model.ts";
import { receiptOf } from "./receipt.ts";
import { recompute } from "./recompute.ts";
import type { ScoredArea } from "./scored-area.ts";
import { Windows } from "./windows.ts";

const NOW = Date.UTC(2026, 0, 2, 12, 30);
const MINUTE = 60_000;

const areas: ScoredArea[] = [
  { id: "north", name: "North", population: 3000 },
  { id: "south", name: "South", population: 1000 },
];

const model = parseScoreModel(`
version: "7"
coverage: { minimum: 0.4, ok: 0.8 }
dimensions:
  environment:
    weight: 3
    across: geometric
    aspects:
      protection:
        title: Protection
        weight: 2
        indicators:
          pm:
            title: PM2.5, 1 h
            metric: pm2_5
            kinds: [air]
            window: 1h
            overTime: mean
            overDevices: median
            unit: ug/m3
            goalposts: [[5, 100], [15, 85], [75, 20]]
            weight: 3
            source: editorial
          pm10:
            title: PM10, 1 h
            metric: pm10
            kinds: [air]
            window: 1h
            overTime: mean
            overDevices: max
            unit: ug/m3
            goalposts: [[0, 100], [100, 0]]
            minDevices: 2
            source: editorial
      waste:
        title: Waste
        weight: 1
        indicators:
          full:
            title: Full bins
            metric: fill_level
            kinds: [bin]
            overTime: last
            validity: 2h
            overDevices: { share_at_least: 80 }
            unit: "%"
            goalposts: [[0, 100], [50, 0]]
            source: editorial
      energy: { title: Energy }
  living:
    aspects:
      comfort:
        title: Comfort
        indicators:
          warm:
            title: Temperature
            metric: temperature
            window: 1h
            overTime: mean
            overDevices: mean
            unit: Cel
            goalposts: [[0, 0], [20, 100], [40, 0]]
            source: editorial
`);

function device(id: string, kind: string, area: string | null): Device {
  return {
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
  };
}

const devices = [
  ...["a1", "a2", "a3"].map((id) => device(id, "air", "north")),
  ...["b1", "b2", "b3", "b4"].map((id) => device(id, "bin", "north")),
  device("a4", "air", "south"),
  device("nowhere", "air", null),
];

function readings(
  ...all: (readonly [device: string, metric: string, value: number, time?: number])[]
): Windows {
  const windows = new Windows();
  for (const [id, metric, value, time] of all)
    windows.getOrCreate(id, metric).add(time ?? NOW - MINUTE, value);
  return windows;
}

function scoresAt(windows: Windows, at = NOW): Map<string, Score> {
  return new Map(evaluate(model, windows, areas, devices, at).map((score) => [scoreKey(score), score]));
}

const north = readings(
  ["a1", "pm2_5", 10],
  ["a2", "pm2_5", 5],
  ["a3", "pm2_5", 45],
  ["a1", "pm10", 20],
  ["b1", "fill_level", 81],
  ["b2", "fill_level", 80],
  ["b3", "fill_level", 79],
  ["b4", "fill_level", 10],
  ["nowhere", "pm2_5", 1000],
);

describe("the score of an indicator", () => {
  const scores = scoresAt(north);

  it("is read from the goalposts and says how", () => {
    expect(scores.get("north/environment/protection/pm")).toEqual({
      area: "north",
      dimension: "environment",
      aspect: "protection",
      indicator: "pm",
      title: "PM2.5, 1 h",
      score: 92.5,
      status: "ok",
      coverage: 1,
      at: NOW,
      value: 10,
      unit: "ug/m3",
      explanation:
        "PM2.5, 1 h: the median of 3 devices (1 h mean of each) is 10.0 ug/m3, which gives 92.5: 5 gives 100, 15 gives 85.",
      parts: [],
      sources: [
        { device: "a3", metric: "pm2_5", value: 45, readings: 1, lastTime: NOW - MINUTE },
        { device: "a1", metric: "pm2_5", value: 10, readings: 1, lastTime: NOW - MINUTE },
        { device: "a2", metric: "pm2_5", value: 5, readings: 1, lastTime: NOW - MINUTE },
      ],
      devices: 3,
      readings: 3,
      model: { version: "7", hash: model.hash },
    });
  });

  it("counts devices at or above a threshold, the fullest first", () => {
    const full = scores.get("north/environment/waste/full");
    expect(full).toMatchObject({ score: 0, value: 50, unit: "%", devices: 4, status: "ok" });
    expect(full?.explanation).toBe(
      "Full bins: 2 of 4 devices are at or above 80 %, a share of 50.0 %, which gives 0: 50 gives 0.",
    );
    expect(full?.sources.map(({ device: id }) => id)).toEqual(["b1", "b2", "b3", "b4"]);
  });

  it("is not given when too few devices have data", () => {
    const pm10 = scores.get("north/environment/protection/pm10");
    expect(pm10).toMatchObject({ score: null, value: null, status: "no_data", devices: 1 });
    expect(pm10?.explanation).toBe(
      "PM10, 1 h: no data: 1 of 3 devices has readings for 40 % of the last 1 h, and at least 2 must.",
    );
  });

  it("is provisional when part of the devices is silent, and not given when most are", () => {
    const at = (fills: number) => {
      const windows = readings(
        ...["b1", "b2", "b3"].slice(0, fills).map((id) => [id, "fill_level", 10] as const),
      );
      return scoresAt(windows).get("north/environment/waste/full");
    };
    expect(at(3)).toMatchObject({ score: 100, status: "provisional", coverage: 0.75 });
    expect(at(3)?.explanation).toBe(
      "Full bins: 0 of 3 devices are at or above 80 %, a share of 0.0 %, which gives 100: 0 gives 100. 1 of 4 left out for lack of readings. Provisional: 75 % of the data is there.",
    );
    expect(at(1)).toMatchObject({ score: null, value: 0, status: "no_data", coverage: 0.25 });
    expect(at(1)?.explanation).toContain("No score: 25 % of the data is there, and 40 % is needed.");
  });

  it("says when an area has no such device", () => {
    expect(scores.get("south/environment/waste/full")?.explanation).toBe(
      "Full bins: no data: this area has no device of kind bin.",
    );
    expect(scores.get("south/living/comfort/warm")?.explanation).toBe(
      "Temperature: no data: no device in this area sends temperature.",
    );
  });

  it("asks the devices that send the metric when the model names no kind", () => {
    const warm = scoresAt(readings(["b1", "temperature", 30])).get("north/living/comfort/warm");
    expect(warm).toMatchObject({ score: 50, coverage: 1, devices: 1 });
    expect(warm?.explanation).toBe(
      "Temperature: the 1 h mean of 1 device is 30.0 Cel, which gives 50: 20 gives 100, 40 gives 0.",
    );
  });

  it("loses a value when it is no longer valid", () => {
    const hours = (n: number) =>
      scoresAt(north, NOW + n * 60 * MINUTE).get("north/environment/waste/full")?.status;
    expect([hours(0), hours(1), hours(3)]).toEqual(["ok", "ok", "no_data"]);
  });

  it("names twenty sources at most, and counts all", () => {
    const many = Array.from({ length: 30 }, (_, i) => device(`m${i}`, "bin", "north"));
    const windows = readings(...many.map(({ id }, i) => [id, "fill_level", i] as const));
    const full = evaluate(model, windows, areas, many, NOW).find(({ indicator }) => indicator === "full");
    expect(full?.devices).toBe(30);
    expect(full?.sources.map(({ value }) => value)).toEqual(Array.from({ length: 20 }, (_, i) => 29 - i));
  });
});

describe("the score of a whole", () => {
  const scores = scoresAt(north);

  it("leaves out parts without data and scales up the weights of the others", () => {
    expect(scores.get("north/environment/protection/")).toMatchObject({
      score: 92.5,
      coverage: 0.75,
      status: "provisional",
      value: null,
      parts: [
        { id: "pm", score: 92.5, weight: 3, share: 1, coverage: 1 },
        { id: "pm10", score: null, weight: 1, share: 0, coverage: expect.closeTo(1 / 3, 9) as number },
      ],
      explanation:
        "Weighted mean: PM2.5, 1 h 92.5 (100 %). Left out for lack of data: PM10, 1 h. Provisional: 75 % of the data is there.",
    });
  });

  it("is a geometric mean with a floor of 1 where the model says so", () => {
    const environment = scores.get("north/environment//");
    expect(environment?.score).toBeCloseTo(92.5 ** (2 / 3) * 1 ** (1 / 3), 9);
    expect(environment?.coverage).toBeCloseTo((2 * 0.75 + 1) / 3, 9);
    expect(environment?.status).toBe("ok");
    expect(environment?.explanation).toBe(
      "Weighted geometric mean, so that good parts do not buy back a bad one: Protection 92.5 (67 %), Waste 0 (33 %). No indicators yet: Energy.",
    );
    expect(environment?.devices).toBe(7);
  });

  it("says 'no data yet' where the model has no indicators, and does not count that as missing", () => {
    expect(scores.get("north/economy//")).toMatchObject({
      score: null,
      status: "no_data",
      coverage: 0,
      parts: [],
    });
    expect(scores.get("north/economy//")?.explanation).toMatch(/^No data yet/);
    const alone = scoresAt(readings(["b1", "temperature", 20])).get("north///");
    expect(alone?.coverage).toBe(1 / 4);
    expect(alone).toMatchObject({ score: null, status: "no_data" });
  });

  it("is of the dimensions for an area", () => {
    const area = scores.get("north///");
    const environment = scores.get("north/environment//");
    expect(area?.score).toBe(environment?.score);
    expect(area?.coverage).toBeCloseTo((3 * (environment?.coverage ?? 0)) / 4, 9);
    expect(area?.parts.map(({ id, share }) => [id, share])).toEqual([
      ["environment", 1],
      ["living", 0],
      ["governance", 0],
      ["branding", 0],
      ["economy", 0],
      ["community", 0],
    ]);
    expect(area?.explanation).toMatch(
      /Left out for lack of data: Living\. No indicators yet: Governance, Branding, Economy, Community\. Provisional: 63 %/,
    );
  });
});

describe("the score of the city", () => {
  const both = [
    ["a1", "pm2_5", 5],
    ["a2", "pm2_5", 5],
    ["a3", "pm2_5", 5],
    ["a4", "pm2_5", 15],
  ] as const;

  it("is the mean of the areas by population, and its parts are areas", () => {
    const pm = scoresAt(readings(...both)).get("city/environment/protection/pm");
    expect(pm).toMatchObject({
      score: 0.75 * 100 + 0.25 * 85,
      value: 0.75 * 5 + 0.25 * 15,
      devices: 4,
      readings: 4,
    });
    expect(pm?.parts.map(({ id, weight, share }) => [id, weight, share])).toEqual([
      ["north", 3000, 0.75],
      ["south", 1000, 0.25],
    ]);
    expect(pm?.sources[0]?.device).toBe("a4");
    expect(pm?.explanation).toBe(
      "Mean of 2 of 2 areas, weighted by population: lowest South 85, highest North 100.",
    );
  });

  it("lets an area without data go, at the cost of coverage", () => {
    const pm = scoresAt(readings(...both.slice(0, 3))).get("city/environment/protection/pm");
    expect(pm).toMatchObject({ score: 100, coverage: 0.75, status: "provisional" });
    expect(scoresAt(readings(...both.slice(3))).get("city/environment/protection/pm")).toMatchObject({
      score: null,
      coverage: 0.25,
    });
  });

  it("counts areas the same when nobody lives in any, or when the model says so", () => {
    const empty = areas.map((area) => ({ ...area, population: 0 }));
    const scores = evaluate(model, readings(...both), empty, devices, NOW);
    const pm = scores.find((score) => scoreKey(score) === "city/environment/protection/pm");
    expect(pm?.score).toBe(92.5);
  });
});

describe("evaluating", () => {
  it("gives every score of every area and of the city, once", () => {
    const keys = evaluate(model, new Windows(), areas, devices, NOW).map(scoreKey);
    // The whole, six dimensions, four aspects, four indicators, for two areas and the city.
    expect(keys).toHaveLength(3 * (1 + 6 + 4 + 4));
    expect(new Set(keys).size).toBe(keys.length);
  });

  it("gives of touched areas and the city what may have changed, with the numbers of a whole evaluation", () => {
    const evaluator = createEvaluator(model, areas, devices);
    const windows = readings(["a1", "pm2_5", 5], ["a4", "pm2_5", 15]);
    evaluator.evaluate(windows, NOW);
    windows.getOrCreate("a4", "pm2_5").add(NOW, 75);
    const some = evaluator.evaluate(windows, NOW, new Set(["south"]));
    const all = evaluate(model, windows, areas, devices, NOW);
    expect(some).toEqual(
      all.filter(
        ({ area, dimension, aspect, indicator }) =>
          area !== "north" &&
          (dimension ?? "environment") === "environment" &&
          (aspect ?? "protection") === "protection" &&
          (indicator ?? "pm") === "pm",
      ),
    );
    expect(evaluator.evaluate(windows, NOW, new Set(["north", "south"]))).toEqual([]);
  });

  it("evaluates every area at first, whichever are touched", () => {
    const evaluator = createEvaluator(model, areas, devices);
    expect(evaluator.evaluate(north, NOW, new Set())).toEqual(evaluate(model, north, areas, devices, NOW));
  });
});

describe("quality rules", () => {
  const strict = parseScoreModel(`
version: 1
coverage: { minimum: 0, ok: 0.5 }
quality:
  pm2_5:
    range: [0, 500]
    silence: 20m
    neighbours: { z: 5, devices: 3, spread: 2 }
dimensions:
  living:
    aspects:
      air:
        title: Air
        indicators:
          pm: { title: PM, metric: pm2_5, kinds: [air], window: 1h, overTime: mean, overDevices: mean, unit: ug/m3, goalposts: [[0, 100], [100, 0]], every: 1h, source: editorial }
`);
  const many = [1, 2, 3, 4, 5, 6].map((n) => device(`q${n}`, "air", "north"));

  it("leave readings and devices out, and the receipt says which and why", () => {
    const windows = new Windows(strict.quality);
    const add = (id: string, minutesAgo: number, value: number) =>
      windows.getOrCreate(id, "pm2_5").add(NOW - minutesAgo * MINUTE, value);
    for (const [id, value] of [
      ["q1", 10],
      ["q2", 12],
      ["q3", 14],
    ] as const)
      add(id, 5, value);
    add("q1", 3, 900);
    add("q4", 5, 90);
    add("q5", 25, 11);
    add("q6", 4, 501);
    const at = NOW;
    const place = { area: "north", dimension: "living", aspect: "air", indicator: "pm" } as const;
    const score = evaluate(strict, windows, areas, many, at).find(
      (each) => scoreKey(each) === "north/living/air/pm",
    );
    expect(score).toMatchObject({ value: 12, score: 88, devices: 3, readings: 3, coverage: 0.5 });
    expect(score?.explanation).toContain("3 of 6 left out by the quality rules.");
    const receipt = receiptOf({ model: strict, windows, areas, devices: many, at }, place);
    if (receipt?.kind !== "indicator") throw new Error("an indicator was expected");
    expect(recompute(receipt)).toBe(88);
    expect(receipt.devices.map(({ leftOut }) => leftOut?.code ?? null)).toEqual([
      null,
      null,
      null,
      "unlike_neighbours",
      "silent",
      "flagged",
    ]);
    expect(receipt.devices[0]).toMatchObject({
      readings: 1,
      flagged: { range: 1, rate: 0, stuck: 0 },
      flaggedReadings: [{ time: "2026-01-02T12:27:00.000Z", value: 900, rule: "range" }],
    });
    expect(receipt.method.quality).toMatchObject({ range: [0, 500], silenceMs: 20 * MINUTE });
  });
});
