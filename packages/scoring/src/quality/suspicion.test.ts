import { describe, expect, it } from "vitest";
import { SeriesWindow } from "../series-window.ts";
import { HOUR_MS } from "../summary.ts";
import type { QualityRules } from "./rules.ts";
import { suspicionOf } from "./suspicion.ts";

const MINUTE = 60_000;
const NOW = Date.UTC(2026, 0, 2, 12, 30);
const none: QualityRules = { range: null, rate: null, stuck: null, silenceMs: null, neighbours: null };

/** The newest value is of now. */
function suspicion(values: readonly number[], rules: Partial<QualityRules>, everyMs = 5 * MINUTE) {
  const all = { ...none, ...rules };
  const series = new SeriesWindow("d", "m", all);
  values.forEach((value, index) => {
    series.add(NOW - (values.length - 1 - index) * everyMs, value);
  });
  return suspicionOf(series, all, NOW);
}

describe("a series is suspect", () => {
  it("when a tenth of the last hour is out of range, three readings at least", () => {
    const range = [0, 100] as const;
    expect(suspicion([5, 5, 200, 5, 300, 5, 400, 5], { range })).toEqual({
      flag: "range",
      count: 3,
      of: 8,
      value: 400,
      time: NOW - 5 * MINUTE,
      since: NOW - 25 * MINUTE,
    });
    expect(suspicion([5, 5, 200, 5, 300, 5, 5, 5], { range })).toBeNull();
    expect(suspicion([200, 300, 400, ...Array(28).fill(5)], { range }, MINUTE)).toBeNull();
    expect(suspicion([200, 300, 400, 500, ...Array(28).fill(5)], { range }, MINUTE)?.count).toBe(4);
  });

  it("when all it sent in the last hour is out of range, be it one reading", () => {
    expect(suspicion([5, 400], { range: [0, 100] }, 2 * HOUR_MS)).toMatchObject({ count: 1, of: 1 });
    expect(suspicion([400, 5], { range: [0, 100] }, 2 * HOUR_MS)).toBeNull();
  });

  it("when it jumps too fast, and not when its level changes once", () => {
    const rate = { most: 5, perMs: MINUTE };
    expect(suspicion([20, 90, 20, 90, 20, 90, 20, 20], { rate })).toMatchObject({ flag: "rate", value: 90 });
    expect(suspicion([20, 20, 20, 90, 90, 90], { rate })).toBeNull();
  });

  it("when it is stuck, by the hours before too, and until another value comes", () => {
    const stuck = { forMs: 3 * HOUR_MS, readings: 10 };
    const same = Array(30).fill(7);
    expect(suspicion([1, ...same], { stuck }, 10 * MINUTE)).toMatchObject({
      flag: "stuck",
      value: 7,
      since: NOW - 210 * MINUTE,
      count: 22,
    });
    expect(suspicion([...same, 8], { stuck }, 10 * MINUTE)).toBeNull();
    expect(suspicion(same, { stuck }, MINUTE)).toBeNull();
  });

  it("by no rule that the model does not state", () => {
    expect(suspicion(Array(40).fill(1e9), {}, 10 * MINUTE)).toBeNull();
  });
});
