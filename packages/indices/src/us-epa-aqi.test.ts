import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Averaging, Pollutant, Unit } from "./pollutant.ts";
import { isRefused } from "./refused.ts";
import { US_EPA_AQI_2024 } from "./tables/us-epa-aqi-2024.ts";
import { usEpaAqi, usEpaCategory, usEpaSo2Aqi } from "./us-epa-aqi.ts";

function aqi(pollutant: Pollutant, averaging: Averaging, concentration: number, unit: Unit): number | string {
  const result = usEpaAqi(pollutant, averaging, concentration, unit);
  return isRefused(result) ? result.error.code : result.aqi;
}

describe("the US EPA AQI", () => {
  it.each([
    ["PM25", "24h", 35.9, "ug/m3", 102],
    ["CO", "8h", 8.4, "ppm", 90],
    ["O3", "8h", 0.078, "ppm", 126],
    ["O3", "1h", 0.162, "ppm", 147],
    ["PM25", "24h", 49.5, "ug/m3", 135],
    ["PM10", "24h", 100, "ug/m3", 73],
    ["NO2", "1h", 80, "ppb", 79],
    ["SO2", "1h", 100, "ppb", 112],
    ["PM25", "24h", 9.0, "ug/m3", 50],
    ["PM25", "24h", 9.1, "ug/m3", 51],
    ["PM25", "24h", 12.0, "ug/m3", 56],
    ["PM25", "24h", 100.0, "ug/m3", 182],
    ["PM25", "24h", 325.4, "ug/m3", 500],
    ["SO2", "24h", 400, "ppb", 232],
    ["PM25", "24h", 0, "ug/m3", 0],
  ] as const)("of %s %s at %d %s is %i", (pollutant, averaging, concentration, unit, expected) => {
    expect(aqi(pollutant, averaging, concentration, unit)).toBe(expected);
  });

  it("reaches both ends of every row of its table", () => {
    for (const { pollutant, averaging, unit, rows } of US_EPA_AQI_2024.scales) {
      for (const [cLow, cHigh, iLow, iHigh] of rows) {
        expect(aqi(pollutant, averaging, cLow, unit)).toBe(iLow);
        expect(aqi(pollutant, averaging, cHigh, unit)).toBe(iHigh);
      }
    }
  });

  it("has rows that follow one another by one step of concentration and one of index", () => {
    for (const { rows, decimals } of US_EPA_AQI_2024.scales) {
      rows.slice(1).forEach(([cLow, , iLow], i) => {
        expect(cLow - (rows[i]?.[1] ?? 0)).toBeCloseTo(10 ** -decimals, 9);
        expect(iLow - (rows[i]?.[3] ?? 0)).toBe(1);
      });
    }
  });

  it("truncates and does not round the concentration", () => {
    expect(aqi("PM25", "24h", 9.09, "ug/m3")).toBe(50);
    expect(aqi("PM25", "24h", 35.49, "ug/m3")).toBe(100);
    expect(aqi("PM10", "24h", 54.99, "ug/m3")).toBe(50);
    expect(aqi("O3", "8h", 0.0549, "ppm")).toBe(50);
    expect(aqi("O3", "8h", 0.055, "ppm")).toBe(51);
  });

  it("converts the unit before it truncates", () => {
    expect(aqi("O3", "8h", 55, "ppb")).toBe(51);
    expect(aqi("O3", "8h", 54.9, "ppb")).toBe(50);
    expect(aqi("NO2", "1h", 0.053, "ppm")).toBe(50);
    expect(aqi("NO2", "1h", 0.054, "ppm")).toBe(51);
    expect(aqi("CO", "8h", 9400, "ppb")).toBe(100);
    expect(aqi("PM25", "24h", 0.0091, "mg/m3")).toBe(51);
    const no2 = usEpaAqi("NO2", "1h", 188, "ug/m3", { tC: 25, pAtm: 1 });
    expect(no2).toMatchObject({ truncated: 99, unit: "ppb", aqi: 99 });
  });

  it("needs a temperature for a gas by mass, and has no way from particles to ppb", () => {
    expect(aqi("NO2", "1h", 100, "ug/m3")).toBe("needs_temperature");
    expect(aqi("PM25", "24h", 10, "ppb")).toBe("unit_mismatch");
  });

  it("ends where the standard ends, with the category where that is certain", () => {
    expect(usEpaAqi("PM25", "24h", 325.5, "ug/m3")).toMatchObject({
      error: { code: "out_of_table", category: "Hazardous" },
    });
    expect(aqi("PM25", "24h", 325.49, "ug/m3")).toBe(500);
    expect(aqi("NO2", "1h", 2050, "ppb")).toBe("out_of_table");
    expect(aqi("O3", "8h", 0.201, "ppm")).toBe("out_of_table");
    expect(aqi("O3", "1h", 0.124, "ppm")).toBe("out_of_table");
    expect(aqi("SO2", "1h", 305, "ppb")).toBe("out_of_table");
    expect(aqi("SO2", "24h", 304, "ppb")).toBe("out_of_table");
    expect(aqi("PM25", "24h", -0.1, "ug/m3")).toBe("negative");
  });

  it("knows no pollutant or averaging time beyond its table", () => {
    expect(aqi("PM25", "1h", 10, "ug/m3")).toBe("unsupported_averaging");
    expect(aqi("NO2", "24h", 10, "ppb")).toBe("unsupported_averaging");
    expect(aqi("HC", "24h", 10, "ug/m3")).toBe("unsupported_averaging");
  });

  it("takes the averaging time for granted only where there is one", () => {
    expect(usEpaAqi("PM25", undefined, 35.4, "ug/m3")).toMatchObject({ aqi: 100, averaging: "24h" });
    expect(usEpaAqi("O3", undefined, 0.06, "ppm")).toMatchObject({
      error: { code: "unsupported_averaging" },
    });
  });

  it("of SO2 is 200 when only the hour is above 304 ppb, and the day's from 305 ppb on", () => {
    expect(usEpaSo2Aqi(400, 100, "ppb")).toMatchObject({ aqi: 200, averaging: "1h", truncated: 400 });
    expect(usEpaSo2Aqi(0.4, 0.1, "ppm")).toMatchObject({ aqi: 200 });
    expect(usEpaSo2Aqi(100, 100, "ppb")).toMatchObject({ aqi: 112, averaging: "1h" });
    expect(usEpaSo2Aqi(400, 305, "ppb")).toMatchObject({ aqi: 201, averaging: "24h" });
    expect(usEpaSo2Aqi(400, 1005, "ppb")).toMatchObject({ error: { code: "out_of_table" } });
    expect(usEpaSo2Aqi(-1, 100, "ppb")).toMatchObject({ error: { code: "negative" } });
  });

  it("names its category, table and version", () => {
    expect(usEpaAqi("PM25", "24h", 35.4, "ug/m3")).toEqual({
      aqi: 100,
      category: "Moderate",
      pollutant: "PM25",
      averaging: "24h",
      truncated: 35.4,
      unit: "ug/m3",
      table: "us-epa-aqi",
      version: "2024-05",
    });
    expect([0, 50, 51, 100, 101, 150, 151, 200, 201, 300, 301, 500].map(usEpaCategory)).toEqual(
      [
        "Good",
        "Moderate",
        "Unhealthy for Sensitive Groups",
        "Unhealthy",
        "Very Unhealthy",
        "Hazardous",
      ].flatMap((name) => [name, name]),
    );
  });

  it("never falls when the concentration rises", () => {
    const scale = fc.constantFrom(...US_EPA_AQI_2024.scales);
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(scale, share, share, ({ pollutant, averaging, unit, rows }, a, b) => {
        const bottom = rows[0]?.[0] ?? 0;
        const top = rows.at(-1)?.[1] ?? 0;
        const at = (part: number) => Number(aqi(pollutant, averaging, bottom + part * (top - bottom), unit));
        expect(at(Math.max(a, b))).toBeGreaterThanOrEqual(at(Math.min(a, b)));
      }),
    );
  });
});
