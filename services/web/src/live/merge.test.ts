import { describe, expect, it } from "vitest";
import type { Device, Score, Series } from "../api-types.ts";
import { extendSeries, mergePositions, mergeReadings, mergeScores } from "./merge.ts";

const score = (area: string, at: string | null, value: number | null): Score => ({
  area,
  dimension: null,
  aspect: null,
  indicator: null,
  title: "Overall",
  score: value,
  status: value === null ? "no_data" : "ok",
  coverage: 1,
  at,
  value: null,
  unit: null,
  explanation: "",
  devices: 1,
  readings: 1,
  reported: null,
});

describe("mergeScores", () => {
  const before = [score("city", "2026-11-24T08:00:00.000Z", 50), score("leith", null, null)];

  it("takes a newer score, and one where there was none", () => {
    const merged = mergeScores(before, [
      score("leith", "2026-11-24T08:01:00.000Z", 70),
      score("city", "2026-11-24T08:01:00.000Z", 51),
    ]);
    expect(merged.map((entry) => entry.score)).toEqual([51, 70]);
  });

  it("takes a correction of the same time, and the last of several", () => {
    const merged = mergeScores(before, [
      score("city", "2026-11-24T08:00:00.000Z", 52),
      score("city", "2026-11-24T08:00:00.000Z", 53),
    ]);
    expect(merged[0]?.score).toBe(53);
  });

  it("ignores what is older than what is shown", () => {
    expect(mergeScores(before, [score("city", "2026-11-24T07:59:00.000Z", 1)])[0]).toBe(before[0]);
  });

  it("adds a score of an area that was not there", () => {
    expect(mergeScores(before, [score("new", "2026-11-24T08:00:00.000Z", 9)])).toHaveLength(3);
  });
});

const device = (id: string): Device => ({
  id,
  name: id,
  kind: "air",
  registered: true,
  area: "leith",
  lat: null,
  lon: null,
  origin: "recorded",
  attribution: null,
  adapter: null,
  lastSeen: "2026-11-24T08:00:00.000Z",
  version: 1,
  retired: false,
  perHour: null,
  movedAt: null,
  latest: { pm2_5: { value: 5, unit: "ug/m3", time: "2026-11-24T08:00:00.000Z" } },
});

describe("mergeReadings", () => {
  it("updates the device that sent, keeps the unit, and leaves the others untouched", () => {
    const before = [device("a"), device("b")];
    const { devices, unknown } = mergeReadings(before, [
      { device: "a", time: "2026-11-24T08:01:00.000Z", values: { pm2_5: 6, pm10: 9 } },
    ]);
    expect(unknown).toBe(false);
    expect(devices[1]).toBe(before[1]);
    expect(devices[0]?.latest).toEqual({
      pm2_5: { value: 6, unit: "ug/m3", time: "2026-11-24T08:01:00.000Z" },
      pm10: { value: 9, unit: null, time: "2026-11-24T08:01:00.000Z" },
    });
    expect(devices[0]?.lastSeen).toBe("2026-11-24T08:01:00.000Z");
  });

  it("does not let a late reading replace a newer value", () => {
    const before = [device("a")];
    const { devices } = mergeReadings(before, [
      { device: "a", time: "2026-11-24T07:00:00.000Z", values: { pm2_5: 99 } },
    ]);
    expect(devices[0]?.latest.pm2_5?.value).toBe(5);
    expect(devices[0]?.lastSeen).toBe("2026-11-24T08:00:00.000Z");
  });

  it("says when a device is new, so that the registry is read again", () => {
    expect(
      mergeReadings([], [{ device: "x", time: "2026-11-24T08:00:00.000Z", values: { a: 1 } }]).unknown,
    ).toBe(true);
  });
});

describe("mergePositions", () => {
  const position = { device: "a", lat: 1, lon: 2, time: "2026-11-24T08:01:00.000Z" };

  it("puts the device that moved where it is, and leaves the others untouched", () => {
    const before = [device("a"), device("b")];
    const merged = mergePositions(before, [position]);
    expect(merged[0]).toMatchObject({ lat: 1, lon: 2, movedAt: position.time });
    expect(merged[1]).toBe(before[1]);
    expect(mergePositions(merged, [{ ...position, lat: 9, time: "2026-11-24T08:00:00.000Z" }])).toEqual(
      merged,
    );
  });
});

describe("extendSeries", () => {
  const series: Series = {
    device: "a",
    metric: "pm2_5",
    unit: "ug/m3",
    from: "2026-11-24T07:00:00.000Z",
    to: "2026-11-24T08:05:00.000Z",
    step: "15m",
    next: null,
    points: [{ time: "2026-11-24T08:00:00.000Z", count: 1, mean: 10, min: 10, max: 10, last: 10 }],
  };
  const reading = (time: string, value: number, id = "a") => ({ device: id, time, values: { pm2_5: value } });

  it("puts a reading into the step it falls into", () => {
    const { points } = extendSeries(series, reading("2026-11-24T08:07:00.000Z", 20));
    expect(points).toEqual([
      { time: "2026-11-24T08:00:00.000Z", count: 2, mean: 15, min: 10, max: 20, last: 20 },
    ]);
  });

  it("opens a new step, named by its start", () => {
    const { points } = extendSeries(series, reading("2026-11-24T08:31:00.000Z", 20));
    expect(points.at(-1)).toEqual({
      time: "2026-11-24T08:30:00.000Z",
      count: 1,
      mean: 20,
      min: 20,
      max: 20,
      last: 20,
    });
  });

  it("counts a reading once that comes twice", () => {
    const twice = [1, 2].reduce(
      (grown) => extendSeries(grown, reading("2026-11-24T08:07:00.000Z", 20)),
      series,
    );
    expect(twice.points[0]?.count).toBe(2);
  });

  it("leaves late readings, other devices and other metrics alone", () => {
    expect(extendSeries(series, reading("2026-11-24T08:04:59.000Z", 20))).toBe(series);
    expect(extendSeries(series, reading("2026-11-24T08:07:00.000Z", 20, "b"))).toBe(series);
    expect(extendSeries(series, { device: "a", time: "2026-11-24T08:07:00.000Z", values: { pm10: 1 } })).toBe(
      series,
    );
  });

  it("keeps each reading of a raw series as a point of its own", () => {
    const raw = extendSeries({ ...series, step: "raw" }, reading("2026-11-24T08:07:00.000Z", 20));
    expect(raw.points.map(({ time }) => time)).toEqual([
      "2026-11-24T08:00:00.000Z",
      "2026-11-24T08:07:00.000Z",
    ]);
  });
});
