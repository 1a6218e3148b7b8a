import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HOUR_MS } from "../summary.ts";
import { fillCycles } from "./fill-cycles.ts";
import { fillHistory, forecastFill } from "./fill-forecast.ts";
import { type TimedValue, theilSen } from "./theil-sen.ts";

const START = Date.UTC(2026, 0, 2);

/** A bin that fills by `rate` an hour and is emptied at `emptyAt`, a reading every `everyMs`. */
function linearBin(rate: number, emptyAt: number, hours: number, everyMs = 600_000): TimedValue[] {
  const period = Math.ceil(((emptyAt / rate) * HOUR_MS) / everyMs) * everyMs;
  return Array.from({ length: Math.floor((hours * HOUR_MS) / everyMs) }, (_, n) => {
    const time = n * everyMs;
    return { time: START + time, value: ((time % period) / HOUR_MS) * rate };
  });
}

describe("the forecast of a bin", () => {
  it("is exact for one that fills along a straight line, at any moment", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.5, max: 8, noNaN: true }),
        fc.integer({ min: 2, max: 200 }),
        (rate, hours) => {
          const points = linearBin(rate, 90, hours);
          const last = points.at(-1);
          const history = fillHistory(points);
          const { state, fullAt } = forecastFill(history, (last?.time ?? 0) + 60_000);
          if (state === "too_little_history") expect(history.current.length).toBeLessThanOrEqual(6);
          else {
            const since = history.current[0]?.time ?? 0;
            const base = history.current[0]?.value ?? 0;
            expect(state).toBe("filling");
            expect(((fullAt ?? 0) - since) / HOUR_MS).toBeCloseTo((100 - base) / rate, 3);
          }
          if (history.error) expect(history.error.medianHours).toBeCloseTo(0, 3);
        },
      ),
    );
  });

  it("has an error of zero where the past went along a straight line, and says how many forecasts that was", () => {
    const { error, emptyings, typicalRate } = fillHistory(linearBin(5, 80, 100));
    expect(emptyings).toBe(6);
    expect(typicalRate).toBeCloseTo(5, 9);
    expect(error?.forecasts).toBe(18);
    expect(error?.medianHours).toBeCloseTo(0, 9);
  });

  it("has an error where rates differ from cycle to cycle", () => {
    const rates = [2, 6, 3, 8, 4];
    const points: TimedValue[] = [];
    for (const rate of rates) {
      const from = (points.at(-1)?.time ?? START) + HOUR_MS;
      for (let hour = 0; hour * rate <= 80; hour++)
        points.push({ time: from + hour * HOUR_MS, value: hour * rate });
    }
    expect(fillHistory(points).error?.medianHours).toBeGreaterThan(0.1);
  });

  it("says that there is too little history instead of a number", () => {
    const at = START + 2 * HOUR_MS;
    const few = [
      { time: START, value: 10 },
      { time: START + 600_000, value: 11 },
    ];
    expect(forecastFill(fillHistory(few), at)).toMatchObject({
      state: "too_little_history",
      hours: null,
      value: 11,
    });
    expect(forecastFill(fillHistory([]), at)).toMatchObject({ state: "too_little_history", value: null });
  });

  it("takes the typical rate right after an emptying", () => {
    const points = linearBin(5, 80, 32);
    const history = fillHistory(points);
    const last = points.at(-1)?.time ?? 0;
    const emptied = forecastFill(history, last + 600_000, { time: last + 600_000, value: 0 });
    expect(emptied).toMatchObject({ state: "too_little_history" });
    const longer = fillHistory(linearBin(5, 80, 60));
    const time = START + 61 * HOUR_MS;
    expect(forecastFill(longer, time, { time, value: 0 })).toMatchObject({ state: "filling", hours: 20 });
  });

  it("knows what is full, what does not fill and what is silent", () => {
    const flat = Array.from({ length: 20 }, (_, n) => ({ time: START + n * HOUR_MS, value: 30 }));
    const at = START + 20 * HOUR_MS;
    expect(forecastFill(fillHistory(flat), at)).toMatchObject({ state: "not_filling", hours: null });
    expect(forecastFill(fillHistory(flat), at, { time: at, value: 100 })).toMatchObject({
      state: "full",
      hours: 0,
    });
    expect(forecastFill(fillHistory(flat), at + 60 * HOUR_MS)).toMatchObject({ state: "stale", hours: null });
  });

  it("is never before now", () => {
    const points = linearBin(10, 95, 9);
    const last = points.at(-1)?.time ?? 0;
    expect(forecastFill(fillHistory(points), last + 20 * HOUR_MS)).toMatchObject({
      state: "filling",
      hours: 0,
    });
  });
});

describe("emptyings", () => {
  const valuesOf = (...values: readonly number[]) =>
    fillCycles(values.map((value, n) => ({ time: START + n * HOUR_MS, value }))).map((cycle) =>
      cycle.map(({ value }) => value),
    );

  it("are falls that last", () => {
    expect(valuesOf(40, 60, 80, 5, 10)).toEqual([
      [40, 60, 80],
      [5, 10],
    ]);
    expect(valuesOf(40, 60, 80, 5)).toEqual([[40, 60, 80], [5]]);
  });

  it("are no single low reading, no reading after a single high one, and no wavering", () => {
    expect(valuesOf(40, 60, 80, 5, 82, 84)).toHaveLength(1);
    expect(valuesOf(28, 30, 95, 31, 33)).toHaveLength(1);
    expect(valuesOf(60, 50, 58, 45, 52)).toHaveLength(1);
  });
});

describe("the Theil–Sen slope", () => {
  it("is that of the line, with a quarter of the points anywhere", () => {
    fc.assert(
      fc.property(
        fc.double({ min: -10, max: 10, noNaN: true }),
        fc.array(fc.nat(19), { maxLength: 5 }),
        (slope, wrong) => {
          const points = Array.from({ length: 20 }, (_, n) => ({
            time: n,
            value: wrong.includes(n) ? 1e6 * (n % 2 ? 1 : -1) : slope * n,
          }));
          expect(theilSen(points)).toBeCloseTo(slope, 6);
        },
      ),
    );
  });
});
