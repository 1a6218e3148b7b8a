import { describe, expect, it } from "vitest";
import { trendOf } from "./trend.ts";

const at = (hour: number): string => `2026-11-24T0${hour}:00:00.000Z`;
const history = (...scores: (number | null)[]) => ({
  points: scores.map((score, hour) => ({ time: at(hour), score })),
});

describe("trendOf", () => {
  it("runs from the first score of the history to the live one", () => {
    const trend = trendOf(history(50, null, 55, 56), { time: Date.parse(at(5)), score: 58.4 });
    expect(trend?.change).toBe(8);
    expect(trend?.since).toBe(Date.parse(at(0)));
    expect(trend?.points).toHaveLength(4);
  });

  it("compares the numbers that are shown, so that 'up 1' never stands beside two equal numbers", () => {
    expect(trendOf(history(50.4, 50, 50, 50.6), null)?.change).toBe(1);
    expect(trendOf(history(49.6, 50, 50, 50.4), null)?.change).toBe(0);
  });

  it("is not there before there is enough of it", () => {
    expect(trendOf(undefined, { time: 1, score: 50 })).toBeNull();
    expect(trendOf(history(null, 50, 51, 52), null)).toBeNull();
  });
});
