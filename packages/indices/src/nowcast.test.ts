import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Hours } from "./hourly-mean.ts";
import { nowcast } from "./nowcast.ts";

const EPA_EXAMPLE = [13, 16, 10, 21, 74, 64, 53, 82, 90, 75, 80, 50];

describe("the NowCast", () => {
  it("is 17.4 in EPA's example", () => {
    expect(nowcast("PM25", EPA_EXAMPLE, "ug/m3")).toEqual({
      valid: true,
      pollutant: "PM25",
      weight: 0.5,
      nowcast: 17.41,
      truncated: 17.4,
      unit: "ug/m3",
      aqi: 66,
      category: "Moderate",
      method: "weighted mean",
      table: "us-epa-nowcast",
      version: "2024",
    });
    expect(nowcast("PM10", EPA_EXAMPLE, "ug/m3")).toMatchObject({ nowcast: 17.41, truncated: 17, aqi: 16 });
  });

  it("drops missing hours from both sums and keeps the age of the others", () => {
    // (8 + 0.25 · 4) / (1 + 0.25), w = 4/8
    expect(nowcast("PM25", [8, null, 4], "ug/m3")).toMatchObject({
      weight: 0.5,
      nowcast: 7.2,
      truncated: 7.2,
    });
    expect(nowcast("PM25", [null, 8, 4], "ug/m3")).toMatchObject({ nowcast: 6.67 });
  });

  it("needs two of the newest three hours", () => {
    for (const hours of [[10, null, null, 10], [null, 10, null, 10], [null, null, 10, 10], [10], []]) {
      expect(nowcast("PM25", hours, "ug/m3")).toMatchObject({
        valid: false,
        error: { code: "insufficient" },
      });
    }
    expect(nowcast("PM25", [null, 10, 10], "ug/m3")).toMatchObject({ valid: true });
    expect(nowcast("PM25", [10, 10], "ug/m3")).toMatchObject({ valid: true, nowcast: 10 });
  });

  it("is 0 when every hour is", () => {
    expect(nowcast("PM25", [0, 0, 0], "ug/m3")).toMatchObject({
      weight: 1,
      nowcast: 0,
      truncated: 0,
      aqi: 0,
    });
  });

  it("of steady air is that air, to the digit that is truncated", () => {
    for (const level of [9.1, 12.1, 35.9, 55.5]) {
      expect(nowcast("PM25", Array(12).fill(level), "ug/m3")).toMatchObject({ truncated: level, weight: 1 });
    }
  });

  it("looks at twelve hours only, and has no AQI beyond the table", () => {
    expect(nowcast("PM25", [...EPA_EXAMPLE, 5000], "ug/m3")).toMatchObject({ nowcast: 17.41 });
    expect(nowcast("PM25", [400, 400], "ug/m3")).toMatchObject({
      nowcast: 400,
      aqi: null,
      category: "Hazardous",
    });
  });

  it("refuses hours that are no concentrations of particles", () => {
    expect(nowcast("PM25", [10, -1], "ug/m3")).toMatchObject({ error: { code: "negative" } });
    expect(nowcast("PM25", [10, 10], "ppb")).toMatchObject({ error: { code: "unit_mismatch" } });
    expect(nowcast("PM25", [0.013, 0.016], "mg/m3")).toMatchObject({ unit: "ug/m3", nowcast: 14.34 });
  });

  it("of ozone is EPA's surrogate, and says so", () => {
    expect(nowcast("O3", [60], "ppb")).toMatchObject({
      method: "surrogate",
      nowcast: 55.5,
      truncated: 55,
      unit: "ppb",
      aqi: 51,
    });
    expect(nowcast("O3", [null, null, 0.06], "ppm")).toMatchObject({ nowcast: 55.5 });
    expect(nowcast("O3", [null, null, null, 60], "ppb")).toMatchObject({
      valid: false,
      error: { code: "insufficient" },
    });
    expect(nowcast("O3", [60], "ug/m3")).toMatchObject({ error: { code: "needs_temperature" } });
  });

  it("lies between the smallest and the largest hour, with a weight of 0.5 to 1", () => {
    const hour = fc.double({ min: 0, max: 600, noNaN: true });
    const hours: fc.Arbitrary<Hours> = fc
      .tuple(hour, hour, fc.array(fc.option(hour), { maxLength: 10 }))
      .map(([first, second, others]) => [first, second, ...others]);
    fc.assert(
      fc.property(hours, (series) => {
        const result = nowcast("PM25", series, "ug/m3");
        if (!("nowcast" in result)) throw new Error("expected a value");
        const present = series.filter((one) => one !== null);
        expect(result.nowcast).toBeGreaterThanOrEqual(Math.min(...present) - 0.005);
        expect(result.nowcast).toBeLessThanOrEqual(Math.max(...present) + 0.005);
        expect(result.weight).toBeGreaterThanOrEqual(0.5);
        expect(result.weight).toBeLessThanOrEqual(1);
        expect(result.truncated).toBeLessThanOrEqual(result.nowcast + 0.005);
      }),
    );
  });
});
