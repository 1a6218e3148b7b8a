import { HOUR_MS, MINUTE_MS, SeriesWindow } from "@kota/scoring";
import { describe, expect, it } from "vitest";
import { MinuteExtremes } from "./minute-extremes.ts";

const FROM = 1_700_000_000_000 - (1_700_000_000_000 % HOUR_MS);
const SECOND = 1_000;

/** What is kept of a series that was sent these values, a second apart. */
function kept(values: readonly number[], rate: { most: number; perMs: number } | null = null): number[] {
  const series = new SeriesWindow("d", "m", {
    range: null,
    rate,
    stuck: null,
    silenceMs: null,
    neighbours: null,
  });
  const extremes = new MinuteExtremes();
  values.forEach((value, n) => {
    extremes.add(series, FROM + n * SECOND, value);
  });
  const all: number[] = [];
  series.openHour(FROM)?.kept.forEach((number, index) => {
    if (index % 2 === 1) all.push(number);
  });
  return all;
}

describe("what a dense series is judged by", () => {
  const dense = [...Array(10).fill(5), 5, 6, 5.5, 4, 6, 7];
  const minute = [...dense, ...Array(60 - dense.length).fill(5)];

  it("is the first ten readings of a minute, and each that is lower or higher than all before it", () => {
    expect(kept(dense)).toEqual([...Array(10).fill(5), 6, 4, 7]);
  });

  it("is the lowest and the highest of a minute that is over", () => {
    expect(kept([...minute, 8])).toEqual([4, 7, 8]);
    expect(kept([...minute, ...minute, 8])).toEqual([4, 7, 4, 7, 8]);
  });

  it("is one reading of a minute that is over and had one value", () => {
    expect(kept([...Array(60).fill(5), 5])).toEqual([5, 5]);
  });

  it("is more of them where it is judged how fast they change within seconds", () => {
    expect(kept([...minute, 8], { most: 5, perMs: MINUTE_MS })).toEqual([4, 7, 8]);
    expect(kept([...minute, 8], { most: 5, perMs: 10 * SECOND })).toEqual([...Array(10).fill(5), 6, 4, 7, 8]);
  });

  it("is every reading of a series that sends one a minute, also one that comes late", () => {
    const series = new SeriesWindow("d", "m");
    const extremes = new MinuteExtremes();
    for (const n of [0, 3, 1, 4, 2]) extremes.add(series, FROM + n * MINUTE_MS, n);
    expect(series.openHour(FROM)?.count).toBe(5);
  });
});
