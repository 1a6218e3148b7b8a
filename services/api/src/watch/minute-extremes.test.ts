import { MINUTE_MS } from "@kota/scoring";
import { describe, expect, it } from "vitest";
import { MinuteExtremes } from "./minute-extremes.ts";

const FROM = 1_700_000_000_000 - (1_700_000_000_000 % MINUTE_MS);

describe("what a dense series is judged by", () => {
  it("is the first ten readings of a minute, and each that is lower or higher than all before it", () => {
    const extremes = new MinuteExtremes();
    const values = [...Array(10).fill(5), 5, 6, 5.5, 4, 6, 7];
    const kept = values.filter((value, n) => extremes.isNew(3, FROM + n * 1000, value));
    expect(kept).toEqual([...Array(10).fill(5), 6, 4, 7]);
    expect(extremes.isNew(3, FROM + MINUTE_MS, 5)).toBe(true);
    expect(extremes.isNew(200, FROM, 5)).toBe(true);
  });

  it("is every reading of a series that sends one a minute, also one that comes late", () => {
    const extremes = new MinuteExtremes();
    const times = [0, 3, 1, 4, 2].map((n) => FROM + n * MINUTE_MS);
    expect(times.filter((time) => extremes.isNew(0, time, 1))).toEqual(times);
  });
});
