import { describe, expect, it } from "vitest";
import { deviceValue } from "./device-value.ts";
import type { Indicator } from "./score-model.ts";
import { SeriesWindow } from "./series-window.ts";
import { HOUR_MS } from "./summary.ts";
import { windowBounds } from "./window-bounds.ts";

const MINUTE = 60_000;
const DAY = 24 * HOUR_MS;
/** Half past twelve. */
const NOW = Date.UTC(2026, 0, 2, 12, 30);

const day: Indicator = {
  id: "i",
  title: "I",
  metric: "pm2_5",
  kinds: null,
  windowMs: DAY,
  overTime: "mean",
  overDevices: { by: "mean" },
  unit: "ug/m3",
  goalposts: [
    [0, 100],
    [100, 0],
  ],
  weight: 1,
  minDevices: 1,
  minCoverage: 0,
  everyMs: HOUR_MS,
  source: "editorial",
};
const hour: Indicator = { ...day, windowMs: HOUR_MS, everyMs: 10 * MINUTE };

function seriesOf(...readings: (readonly [time: number, value: number])[]): SeriesWindow {
  const series = new SeriesWindow("d", "pm2_5");
  for (const [time, value] of readings) series.add(time, value);
  return series;
}

describe("the window of an indicator", () => {
  it("moves on with the minute, and has the reading of this moment in it", () => {
    expect(windowBounds(hour, NOW)).toEqual({ from: NOW - HOUR_MS, to: NOW + 1, end: NOW });
    expect(windowBounds(hour, NOW + MINUTE - 2)).toEqual({
      from: NOW - HOUR_MS,
      to: NOW + MINUTE - 1,
      end: NOW,
    });
    const series = seriesOf([NOW - HOUR_MS - 1, 1], [NOW - HOUR_MS, 2], [NOW, 4], [NOW + 1, 8]);
    expect(deviceValue({ ...hour, overTime: "max" }, series, NOW)).toMatchObject({ value: 4, readings: 2 });
  });

  it("is as long as the model says in the last millisecond of a minute, at which minutes are settled", () => {
    const at = NOW + MINUTE - 1;
    expect(windowBounds(hour, at)).toEqual({ from: at + 1 - HOUR_MS, to: at + 1, end: at + 1 });
    expect(windowBounds({ ...hour, windowMs: 90_000 }, at)).toMatchObject({ from: at + 1 - 90_000 });
    expect(windowBounds(day, at)).toMatchObject({ to: at + 1, end: at + 1 });
  });

  it("is the running hour and the full hours before it when it is longer", () => {
    expect(windowBounds(day, NOW)).toEqual({
      from: Date.UTC(2026, 0, 1, 13),
      to: NOW + 1,
      end: NOW + MINUTE,
    });
  });
});

describe("a device's value over the window", () => {
  it("is a mean over time: an hour with many readings counts like one with a few", () => {
    const many = Array.from({ length: 60 }, (_, i) => [NOW - 90 * MINUTE + i * MINUTE, 10] as const);
    const series = seriesOf(...many, [NOW - 3 * HOUR_MS, 40]);
    // Three parts of an hour or more: 09:00 with 40, 11:00 and 12:00 with 10; the running hour is half over and has one half.
    expect(deviceValue({ ...day, everyMs: HOUR_MS }, series, NOW)?.value).toBeCloseTo((40 + 10) / 2, 3);
  });

  it("covers as much of the window as its readings stand for", () => {
    const series = seriesOf([NOW - 5 * MINUTE, 1], [NOW - 15 * MINUTE, 1], [NOW - 25 * MINUTE, 1]);
    expect(deviceValue(hour, series, NOW - 1)?.coverage).toBeCloseTo(0.5, 6);
    expect(deviceValue({ ...hour, everyMs: HOUR_MS }, series, NOW - 1)?.coverage).toBe(1);
    const running = (30 * MINUTE) / (23.5 * HOUR_MS);
    expect(deviceValue(day, series, NOW - 1)?.coverage).toBeCloseTo(running, 4);
    expect(deviceValue({ ...hour, everyMs: MINUTE }, series, NOW - 1)?.coverage).toBeCloseTo(0.05, 6);
    const slow = seriesOf([NOW - 13 * HOUR_MS, 1], [NOW - HOUR_MS, 1]);
    expect(deviceValue({ ...day, everyMs: 6 * HOUR_MS }, slow, NOW - 1)?.coverage).toBeCloseTo(12 / 23.5, 4);
  });

  it("has the newest value as long as it is valid, also from a closed hour", () => {
    const last: Indicator = { ...day, overTime: "last", windowMs: 2 * HOUR_MS };
    const series = seriesOf([NOW - 2 * HOUR_MS, 7], [NOW + 1, 9]);
    expect(deviceValue(last, series, NOW)).toMatchObject({ value: 7, coverage: 1, readings: 1 });
    expect(deviceValue(last, series, NOW + 1)).toMatchObject({ value: 9 });
    series.eachHour(0, NOW - HOUR_MS, (start, summary) => {
      series.setClosed({ start, summary: { ...summary }, through: null });
    });
    expect(deviceValue(last, series, NOW)).toMatchObject({ value: 7, lastTime: NOW - 2 * HOUR_MS });
    expect(deviceValue({ ...last, windowMs: 2 * HOUR_MS - 1 }, series, NOW)).toBeUndefined();
  });

  it("means levels by energy", () => {
    const noise: Indicator = { ...hour, overTime: "level_mean" };
    // Half of the energy of 63 dB is 60 dB.
    const series = seriesOf([NOW - MINUTE, 63.0103], [NOW, 0]);
    expect(deviceValue(noise, series, NOW)?.value).toBeCloseTo(60, 3);
  });

  it("scales what a counter grew by to the whole window, through hours and a reset", () => {
    const energy: Indicator = { ...day, overTime: "increase" };
    // 1 kWh an hour over 12 hours, then the counter starts again at 0.5.
    const before = Array.from({ length: 13 }, (_, i) => [NOW - 13 * HOUR_MS + i * HOUR_MS, 500 + i] as const);
    const series = seriesOf(...before, [NOW - HOUR_MS / 2, 0.5], [NOW, 1]);
    expect(deviceValue(energy, series, NOW)?.value).toBeCloseTo(24, 6);
    expect(deviceValue(energy, seriesOf([NOW, 500]), NOW)?.value).toBeNull();
  });

  it("compares the mean load with the highest hourly mean, over complete hours", () => {
    const load: Indicator = { ...day, overTime: "load_factor" };
    const hourly = [100, 100, 400].flatMap((watts, i) => {
      const start = Date.UTC(2026, 0, 2, 9 + i);
      return [[start, watts - 50] as const, [start + 30 * MINUTE, watts + 50] as const];
    });
    // The peak of the running hour is not an hourly mean yet.
    const series = seriesOf(...hourly, [NOW, 5000]);
    expect(deviceValue(load, series, NOW)?.value).toBeCloseTo((100 * 200) / 400, 9);
    expect(deviceValue(load, seriesOf([NOW, 5000]), NOW)?.value).toBeNull();
  });

  it("has minimum and maximum of the readings", () => {
    const series = seriesOf([NOW, 5], [NOW - MINUTE, 3], [NOW - 2 * MINUTE, 9]);
    expect(deviceValue({ ...hour, overTime: "min" }, series, NOW)?.value).toBe(3);
    expect(deviceValue({ ...hour, overTime: "max" }, series, NOW)?.value).toBe(9);
    expect(deviceValue(hour, seriesOf(), NOW)).toBeUndefined();
  });
});
