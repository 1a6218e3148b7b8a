import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evaluate } from "../evaluate.ts";
import { parseScoreModel } from "../parse-score-model.ts";
import { closeParts, receiptOf } from "../receipt.ts";
import { Windows } from "../windows.ts";
import { nextGoalpost } from "./candidates.ts";
import { byGain, findMoves } from "./find-moves.ts";

const NOW = Date.UTC(2026, 0, 2, 12);
const model = parseScoreModel(`
version: 1
dimensions:
  environment:
    across: geometric
    aspects:
      protection:
        title: Protection
        indicators:
          pm: { title: PM, metric: pm2_5, kinds: [air], window: 1h, overTime: mean, overDevices: median, unit: ug/m3, goalposts: [[5, 100], [15, 85], [75, 20]], every: 1h, source: editorial }
      waste:
        title: Waste
        weight: 2
        indicators:
          full: { title: Full bins, metric: fill_level, kinds: [bin], validity: 6h, overTime: last, overDevices: { share_at_least: 80 }, unit: "%", goalposts: [[0, 100], [25, 50], [50, 0]], source: editorial }
          fill: { title: Mean fill, metric: fill_level, kinds: [bin], validity: 6h, overTime: last, overDevices: mean, unit: "%", goalposts: [[40, 100], [60, 75], [100, 0]], source: editorial }
      energy:
        title: Energy
  living:
    aspects:
      comfort:
        title: Comfort
        indicators:
          temperature: { title: Temperature, metric: temperature, kinds: [weather], window: 1h, overTime: mean, overDevices: max, unit: Cel, goalposts: [[-10, 0], [10, 100], [25, 100], [40, 0]], every: 1h, source: editorial }
`);
const areas = [
  { id: "north", name: "North", population: 10 },
  { id: "south", name: "South", population: 30 },
];
const KINDS = { bin: "fill_level", air: "pm2_5", weather: "temperature" } as const;
type Kind = keyof typeof KINDS;
const device = (id: string, kind: Kind, area: string) => ({
  ...{ id, name: id, kind, adapter: null, nativeId: null, area, lat: null, lon: null },
  origin: "live" as const,
  attribution: null,
});

type Said = { readonly kind: Kind; readonly area: string; readonly value: number | null };

/** The city with what each device says; null: silent. */
function cityOf(said: readonly Said[]) {
  const devices = said.map(({ kind, area }, index) =>
    device(`d${String(index).padStart(3, "0")}`, kind, area),
  );
  const windowsOf = (change: ReadonlyMap<string, number>) => {
    const windows = new Windows();
    said.forEach(({ kind, value }, index) => {
      const id = devices[index]?.id ?? "";
      const now = change.get(id) ?? value;
      if (now !== null) windows.getOrCreate(id, KINDS[kind]).add(NOW - 60_000, now);
    });
    return windows;
  };
  const scoreOf = (area: string, change: ReadonlyMap<string, number> = new Map()) =>
    evaluate(model, windowsOf(change), areas, devices, NOW).find(
      (score) => score.area === area && score.dimension === null,
    )?.score;
  const place = { dimension: null, aspect: null, indicator: null };
  const basis = { model, windows: windowsOf(new Map()), areas, devices, at: NOW };
  const city = receiptOf(basis, { area: "city", ...place });
  const movesOf = (area: string, most = 1000) => {
    const receipt = receiptOf(basis, { area, ...place });
    if (receipt === undefined || city?.kind !== "whole") throw new Error("receipts were expected");
    return findMoves(receipt, { most, cityParts: closeParts(city).parts });
  };
  return { devices, scoreOf, movesOf };
}

const bins = (...values: readonly number[]): Said[] =>
  values.map((value) => ({ kind: "bin", area: "north", value }));
const others: Said[] = [
  { kind: "air", area: "north", value: 40 },
  { kind: "weather", area: "north", value: 30 },
  { kind: "bin", area: "south", value: 90 },
  { kind: "air", area: "south", value: 20 },
  { kind: "weather", area: "south", value: 12 },
];

describe("what would raise a score", () => {
  it("names the bins to empty, with the gain that an evaluation of the emptied bins has", () => {
    const city = cityOf([...bins(96, 85, 20, 10), ...others]);
    const moves = city.movesOf("north");
    const one = moves.find(({ code, deviceCount }) => code === "empty" && deviceCount === 1);
    expect(one).toMatchObject({ devices: ["d000"], from: 96, to: 0, metric: "fill_level", unit: "%" });
    expect(one?.indicators.map(({ indicator }) => indicator)).toEqual(["full", "fill"]);
    const emptied = new Map([["d000", 0]]);
    for (const area of ["north", "city"] as const) {
      const gain = area === "city" ? one?.cityGain : one?.areaGain;
      expect(gain?.before).toBeCloseTo(city.scoreOf(area) ?? Number.NaN, 9);
      expect(gain?.after).toBeCloseTo(city.scoreOf(area, emptied) ?? Number.NaN, 9);
      expect(gain?.gain).toBeGreaterThan(0);
    }
    const several = moves.find(({ code, deviceCount }) => code === "empty" && deviceCount > 1);
    expect(several).toBeUndefined();
    expect(moves.filter(({ devices }) => devices.includes("d000"))).toHaveLength(1);
  });

  it("says it in a sentence", () => {
    const texts = cityOf([...bins(96, 85, 20, 10), ...others])
      .movesOf("north")
      .map(({ text }) => text);
    expect(texts.find((text) => text.startsWith("Empty d000"))).toMatch(
      /^Empty d000, from 96 to 0 %: \+[\d.]+ points for north, \+[\d.]+ points for the city\.$/,
    );
    expect(texts.some((text) => text.startsWith("Bring PM from 40 to 15 ug/m3: +"))).toBe(true);
    expect(texts.some((text) => text.startsWith("Bring Temperature from 30 to 25 Cel: +"))).toBe(true);
  });

  it("groups as many bins as it takes to the next goalpost", () => {
    const city = cityOf([...bins(99, 98, 97, 96, 20, 10, 5, 1), ...others]);
    const group = city.movesOf("north").find(({ code, deviceCount }) => code === "empty" && deviceCount > 1);
    expect(group).toMatchObject({ devices: ["d000", "d001"], from: 50, to: 25 });
    expect(group?.areaGain.after).toBeCloseTo(
      city.scoreOf(
        "north",
        new Map([
          ["d000", 0],
          ["d001", 0],
        ]),
      ) ?? Number.NaN,
      9,
    );
  });

  it("knows what a silent device costs, and does not invent what it would say", () => {
    const city = cityOf([...bins(50, 10), { kind: "bin", area: "north", value: null }, ...others]);
    const repair = city.movesOf("north").find(({ code }) => code === "repair");
    expect(repair).toMatchObject({ devices: ["d002"], from: null, isAssumed: true });
    expect(repair?.areaGain.coverageGain).toBeGreaterThan(0);
    expect(repair?.text).toContain("taken to say what the others do");
    const alone = cityOf([{ kind: "air", area: "north", value: null }, ...others.slice(1)]);
    const unknown = alone.movesOf("north").find(({ code }) => code === "repair");
    expect(unknown).toMatchObject({ to: null, isAssumed: true, areaGain: { gain: null } });
    expect(unknown?.text).toContain("not known");
  });

  it("gives the difference of two evaluations for any city", () => {
    const saidArbitrary = fc.record({
      kind: fc.constantFrom<Kind>("bin", "air", "weather"),
      area: fc.constantFrom("north", "south"),
      value: fc.option(fc.double({ min: 0, max: 100, noNaN: true }), { freq: 5 }),
    });
    fc.assert(
      fc.property(fc.array(saidArbitrary, { minLength: 4, maxLength: 30 }), (said) => {
        const city = cityOf(said);
        const before = city.scoreOf("north") ?? null;
        const cityBefore = city.scoreOf("city") ?? null;
        for (const move of city.movesOf("north")) {
          expect(move.areaGain.before ?? -1).toBeCloseTo(before ?? -1, 6);
          if (move.code !== "empty" || move.deviceCount > 20) continue;
          const emptied = new Map(move.devices.map((id) => [id, 0]));
          const after = city.scoreOf("north", emptied) ?? null;
          const cityAfter = city.scoreOf("city", emptied) ?? null;
          expect(move.areaGain.after ?? -1).toBeCloseTo(after ?? -1, 6);
          if (before !== null && after !== null) expect(move.areaGain.gain).toBeCloseTo(after - before, 6);
          if (cityBefore !== null && cityAfter !== null)
            expect(move.cityGain?.gain).toBeCloseTo(cityAfter - cityBefore, 6);
        }
      }),
      { numRuns: 200 },
    );
  });

  it("is ordered by the gain, and cut", () => {
    const city = cityOf([...bins(96, 85, 20, 10), ...others]);
    const moves = city.movesOf("north");
    expect([...moves].sort(byGain(({ areaGain }) => areaGain))).toEqual(moves);
    expect(city.movesOf("north", 2)).toEqual(moves.slice(0, 2));
  });

  it("takes ten thousand devices in one area in well under a second of tries", () => {
    const city = cityOf([
      ...Array.from({ length: 10_000 }, (_, n): Said => ({ kind: "bin", area: "north", value: n % 101 })),
      ...others,
    ]);
    const tried = city.movesOf("north").filter(({ code }) => code === "empty");
    expect(tried.length).toBeLessThanOrEqual(12);
  });
});

describe("the next goalpost", () => {
  it("is the nearest one that gives more, on either side", () => {
    const twoSided = [
      [-10, 0],
      [10, 100],
      [25, 100],
      [40, 0],
    ] as const;
    expect(nextGoalpost(twoSided, 30, 66)).toEqual([25, 100]);
    expect(nextGoalpost(twoSided, 0, 50)).toEqual([10, 100]);
    expect(nextGoalpost(twoSided, 12, 100)).toBeUndefined();
  });
});
