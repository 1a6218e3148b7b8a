import { readFileSync } from "node:fs";
import { CITY_AREA, type Device, type Score, scoreKey } from "@kota/model";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evaluate } from "./evaluate.ts";
import { parseScoreModel } from "./parse-score-model.ts";
import { closeParts, type IndicatorReceipt, type Receipt, receiptOf } from "./receipt.ts";
import { disagreements, recompute, recomputeAll } from "./recompute.ts";
import type { ScoredArea } from "./scored-area.ts";
import { Windows } from "./windows.ts";

const NOW = Date.UTC(2026, 0, 2, 12, 30);
const MINUTE = 60_000;

const model = parseScoreModel(
  readFileSync(new URL("../../../infra/example-city/scores.yaml", import.meta.url), "utf8"),
);
const areas: ScoredArea[] = [
  { id: "north", name: "North", population: 3000 },
  { id: "south", name: "South", population: 1001 },
  { id: "empty", name: "Empty", population: 7 },
];
const METRICS_OF: Record<string, readonly string[]> = {
  air: ["pm2_5", "pm10"],
  bin: ["fill_level"],
  meter: ["energy_total", "power"],
  noise: ["noise_laeq"],
  weather: ["temperature"],
};
const devices: Device[] = Object.keys(METRICS_OF).flatMap((kind) =>
  [0, 1, 2, 3].map((index) => ({
    id: `${kind}-${index}`,
    name: kind,
    kind,
    adapter: null,
    nativeId: null,
    area: index === 3 ? null : index === 2 ? "south" : "north",
    lat: null,
    lon: null,
    origin: "live" as const,
    attribution: null,
  })),
);

/** Readings of any of the devices in the last day and a bit, sparse or dense. */
const windowsArbitrary = fc
  .array(
    fc.record({
      device: fc.nat(devices.length - 1),
      from: fc.integer({ min: 0, max: 26 * 60 }),
      count: fc.integer({ min: 1, max: 60 }),
      every: fc.integer({ min: 1, max: 30 }),
      value: fc.double({ min: 0, max: 120, noNaN: true }),
      wave: fc.double({ min: 0, max: 30, noNaN: true }),
    }),
    { maxLength: 40 },
  )
  .map((runs) => {
    const windows = new Windows();
    for (const { device, from, count, every, value, wave } of runs) {
      const { id, kind } = devices[device] as Device;
      for (const metric of METRICS_OF[kind] ?? []) {
        for (let i = 0; i < count; i++) {
          const time = NOW - (from - i * every) * MINUTE;
          windows.getOrCreate(id, metric).add(time, value + wave * Math.sin(i));
        }
      }
    }
    return windows;
  });

const asJson = (receipt: Receipt): Receipt => JSON.parse(JSON.stringify(receipt));

function receiptFor(
  windows: Windows,
  score: Pick<Score, "area" | "dimension" | "aspect" | "indicator">,
): Receipt {
  const receipt = receiptOf({ model, windows, areas, devices, at: NOW }, score);
  if (receipt === undefined) throw new Error(`no receipt for ${scoreKey(score)}`);
  return receipt;
}

describe("a receipt", () => {
  it("recomputes every score to the last digit, after JSON, open or one level deep", () => {
    fc.assert(
      fc.property(windowsArbitrary, (windows) => {
        for (const score of evaluate(model, windows, areas, devices, NOW)) {
          const { score: number, status, coverage, value } = score;
          const open = asJson(receiptFor(windows, score));
          expect(recompute(open)).toBe(number);
          expect(recomputeAll(open)).toStrictEqual({ score: number, status, coverage, value });
          expect(recomputeAll(closeParts(open))).toStrictEqual({ score: number, status, coverage, value });
          expect(disagreements(open)).toEqual([]);
          expect(open).toMatchObject({
            title: score.title,
            unit: score.unit,
            at: new Date(NOW).toISOString(),
            model: score.model,
          });
        }
      }),
      { numRuns: 25 },
    );
  });

  it("has contributions that add up to an arithmetic mean and multiply to a geometric one", () => {
    fc.assert(
      fc.property(windowsArbitrary, (windows) => {
        for (const score of evaluate(model, windows, areas, devices, NOW)) {
          const receipt = receiptFor(windows, score);
          if (receipt.kind !== "whole" || receipt.score === null) continue;
          const contributions = receipt.parts.flatMap(({ contribution }) => contribution ?? []);
          const whole =
            receipt.across === "geometric"
              ? contributions.reduce((product, each) => product * each, 1)
              : contributions.reduce((sum, each) => sum + each, 0);
          expect(whole).toBeCloseTo(receipt.score, 8);
        }
      }),
      { numRuns: 15 },
    );
  });

  it("names each device with its value, and why one is left out", () => {
    const windows = new Windows();
    for (let i = 0; i < 12; i++) windows.getOrCreate("noise-0", "noise_laeq").add(NOW - i * 5 * MINUTE, 60);
    windows.getOrCreate("noise-1", "noise_laeq").add(NOW - 5 * MINUTE, 90);
    const place = { dimension: "living", aspect: "noise", indicator: "laeq_hour" } as const;
    const north = receiptFor(windows, { area: "north", ...place }) as IndicatorReceipt;
    expect(north.window).toEqual({ from: "2026-01-02T11:30:00.000Z", to: "2026-01-02T12:30:00.001Z" });
    expect(north.devices).toMatchObject([
      {
        device: "noise-0",
        leftOut: null,
        value: expect.closeTo(60, 9),
        coverage: 1,
        readings: 12,
        lastTime: "2026-01-02T12:30:00.000Z",
      },
      {
        device: "noise-1",
        leftOut: { code: "too_little", reason: "readings for 8.3 % of the last 1 h, and 50 % is needed" },
        value: expect.closeTo(90, 9),
        coverage: expect.closeTo(1 / 12, 9),
        readings: 1,
        lastTime: "2026-01-02T12:25:00.000Z",
      },
    ]);
    const south = receiptFor(windows, { area: "south", ...place }) as IndicatorReceipt;
    expect(south.devices).toMatchObject([
      {
        device: "noise-2",
        leftOut: { code: "no_readings", reason: "no reading in the last 1 h" },
        value: null,
      },
    ]);
    const city = receiptFor(windows, { area: CITY_AREA, ...place });
    expect(city).toMatchObject({
      kind: "whole",
      parts: [{ id: "north", share: 1 }, { id: "south", share: 0, contribution: null }, { id: "empty" }],
    });
  });

  it("shows where it was tampered with", () => {
    const windows = new Windows();
    for (let i = 0; i < 12; i++) windows.getOrCreate("noise-0", "noise_laeq").add(NOW - i * 5 * MINUTE, 60);
    const receipt = receiptFor(windows, {
      area: "south",
      dimension: "living",
      aspect: null,
      indicator: null,
    });
    expect(disagreements({ ...receipt, score: 99 })).toEqual([
      "south/living: score 99, and the evidence gives null",
    ]);
  });

  it("is undefined for what model and city do not have", () => {
    const basis = { model, windows: new Windows(), areas, devices, at: NOW };
    const none = { area: "north", dimension: "living", aspect: null, indicator: null } as const;
    expect(receiptOf(basis, { ...none, area: "west" })).toBeUndefined();
    expect(receiptOf(basis, { ...none, aspect: "waste" })).toBeUndefined();
    expect(receiptOf(basis, { ...none, aspect: "noise", indicator: "x" })).toBeUndefined();
  });
});

describe("an indicator without kinds", () => {
  const free = parseScoreModel(`
version: 1
dimensions:
  living:
    aspects:
      comfort:
        title: Comfort
        indicators:
          warm: { title: Warm, metric: temperature, window: 1h, overTime: mean, overDevices: mean, unit: Cel, goalposts: [[0, 0], [20, 100]], source: editorial }
          day: { title: Day, metric: temperature, window: 3h, overTime: mean, overDevices: mean, unit: Cel, goalposts: [[0, 0], [20, 100]], source: editorial }
`);

  it("asks the devices that sent it in the longest window of the metric, whatever was sent before", () => {
    const windows = new Windows();
    windows.getOrCreate("weather-0", "temperature").add(NOW - 2 * 60 * MINUTE, 5);
    windows.getOrCreate("weather-1", "temperature").add(NOW - 5 * 60 * MINUTE, 5);
    const place = { area: "north", dimension: "living", aspect: "comfort", indicator: "warm" } as const;
    const receipt = receiptOf({ model: free, windows, areas, devices, at: NOW }, place) as IndicatorReceipt;
    expect(receipt.devices.map(({ device }) => device)).toEqual(["weather-0"]);
  });
});
