import { describe, expect, it } from "vitest";
import { eaqi } from "./eaqi.ts";
import { EAQI_2024 } from "./tables/eaqi-2024.ts";

describe("the European air quality index", () => {
  it.each([
    ["PM25", 5, 1],
    ["PM25", 5.1, 2],
    ["PM25", 39, 3],
    ["PM10", 130, 4],
    ["NO2", 60, 3],
    ["O3", 170, 5],
    ["SO2", 276, 6],
    ["SO2", 0, 1],
    ["SO2", 100_000, 6],
  ] as const)("of %s at %d µg/m³ is band %i", (pollutant, concentration, band) => {
    expect(eaqi(pollutant, "1h", concentration, "ug/m3")).toMatchObject({
      band,
      name: EAQI_2024.bands[band - 1],
      table: "eaqi",
      version: "2024",
    });
  });

  it("puts every bound into the better band and what is above into the next", () => {
    for (const pollutant of ["PM25", "PM10", "NO2", "O3", "SO2"] as const) {
      EAQI_2024.upperBounds[pollutant].forEach((bound, i) => {
        expect(eaqi(pollutant, "1h", bound, "ug/m3")).toMatchObject({ band: i + 1 });
        expect(eaqi(pollutant, "1h", bound / 1000, "mg/m3")).toMatchObject({ band: i + 1 });
        expect(eaqi(pollutant, "1h", bound + 0.01, "ug/m3")).toMatchObject({ band: i + 2 });
      });
    }
  });

  it("is hourly, for five pollutants", () => {
    expect(eaqi("PM25", "24h", 5, "ug/m3")).toMatchObject({ error: { code: "unsupported_averaging" } });
    expect(eaqi("CO", "1h", 5, "ug/m3")).toMatchObject({ error: { code: "unsupported_averaging" } });
    expect(eaqi("NO2", "1h", 5, "ppb")).toMatchObject({ error: { code: "needs_temperature" } });
    expect(eaqi("NO2", "1h", 5, "ppb", { tC: 20, pAtm: 1 })).toMatchObject({ band: 1 });
    expect(eaqi("NO2", "1h", -5, "ug/m3")).toMatchObject({ error: { code: "negative" } });
  });
});
