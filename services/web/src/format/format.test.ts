import { shownUnit, withUnit } from "@kota/model/shown-unit";
import { describe, expect, it } from "vitest";
import { createFormat } from "./format.ts";

const winter = Date.UTC(2026, 10, 24, 23, 30, 5);
const summer = Date.UTC(2026, 6, 1, 23, 30, 5);

describe("createFormat", () => {
  it("shows times in the city's zone, summer time included", () => {
    const format = createFormat("en-GB", "Europe/London");
    expect(format.clock(winter)).toBe("23:30");
    expect(format.clock(summer)).toBe("00:30");
    expect(createFormat("en-GB", "Asia/Jakarta").clockWithSeconds(winter)).toBe("06:30:05");
  });

  it("adds the date only when the day is another one in the city", () => {
    const format = createFormat("en-GB", "Asia/Jakarta");
    expect(format.moment(winter, winter + 60_000)).toBe("06:30");
    expect(format.moment(winter - 8 * 3_600_000, winter)).toBe("24 Nov, 22:30");
  });

  it("shows midnight as 00, never as 24", () => {
    expect(createFormat("en-US", "UTC").clock(Date.UTC(2026, 0, 1))).toBe("00:00");
  });

  it("keeps the asked digits and groups large counts", () => {
    const format = createFormat("en-GB", "UTC");
    expect(format.number(3, 1)).toBe("3.0");
    expect(format.number(12_345.678, 2)).toBe("12,345.68");
    expect(format.count(1_234_567)).toBe("1,234,567");
    expect(format.percent(0.876)).toBe("88%");
  });

  it("falls back to English for a locale that is none", () => {
    expect(createFormat("not a locale", "UTC").count(1000)).toBe("1,000");
  });
});

describe("shownUnit", () => {
  it("writes UCUM codes as people do", () => {
    expect(["ug/m3", "Cel", "kW.h", "[ppm]", "1", "dB(A)", "%"].map(shownUnit)).toEqual([
      "µg/m³",
      "°C",
      "kWh",
      "ppm",
      "",
      "dB(A)",
      "%",
    ]);
  });

  it("shows an annotation without its braces", () => {
    expect(shownUnit("kW.h/{household}")).toBe("kWh/household");
  });

  it("leaves out the space when there is no unit", () => {
    expect(withUnit("0.98", "1")).toBe("0.98");
    expect(withUnit("12.5", "Cel")).toBe("12.5\u00a0°C");
  });
});
