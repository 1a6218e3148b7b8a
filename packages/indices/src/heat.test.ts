import { describe, expect, it } from "vitest";
import { heatIndex, wbgtSimple } from "./heat.ts";

function hi(tF: number, rh: number): number {
  const result = heatIndex(tF, rh);
  return "hi_f" in result ? result.hi_f : Number.NaN;
}

/** The chart of the National Weather Service (Tulsa): heat index in °F by air temperature from 40 % humidity in steps of 5. */
const NWS_CHART: Readonly<Record<number, readonly number[]>> = {
  110: [136],
  108: [130, 137],
  106: [124, 130, 137],
  104: [119, 124, 131, 137],
  102: [114, 119, 124, 130, 137],
  100: [109, 114, 118, 124, 129, 136],
  98: [105, 109, 113, 117, 123, 128, 134],
  96: [101, 104, 108, 112, 116, 121, 126, 132],
  94: [97, 100, 103, 106, 110, 114, 119, 124, 129, 135],
  92: [94, 96, 99, 101, 105, 108, 112, 116, 121, 126, 131],
  90: [91, 93, 95, 97, 100, 103, 106, 109, 113, 117, 122, 127, 132],
  88: [88, 89, 91, 93, 95, 98, 100, 103, 106, 110, 113, 117, 121],
  86: [85, 87, 88, 89, 91, 93, 95, 97, 100, 102, 105, 108, 112],
  84: [83, 84, 85, 86, 88, 89, 90, 92, 94, 96, 98, 100, 103],
  82: [81, 82, 83, 84, 84, 85, 86, 88, 89, 90, 91, 93, 95],
  80: [80, 80, 81, 81, 82, 82, 83, 84, 84, 85, 86, 86, 87],
};

describe("the heat index", () => {
  it("is the simple formula in mild air, not averaged a second time", () => {
    expect(heatIndex(70, 50)).toEqual({
      hi_f: 69.05,
      hi_c: 20.58,
      category: "No caution",
      table: "nws-heat-index",
      version: "SR90-23",
    });
  });

  it.each([
    [90, 50, 94.6],
    [100, 40, 109.3],
    [86, 90, 105.4],
    [96, 65, 121.0],
  ])("at %d °F and %d %% is %d", (tF, rh, expected) => {
    expect(hi(tF, rh)).toBeCloseTo(expected, 1);
  });

  it("is the NWS chart to the degree, once the humid adjustment that the chart leaves out is taken off", () => {
    const differing: string[] = [];
    for (const [row, charted] of Object.entries(NWS_CHART)) {
      const tF = Number(row);
      charted.forEach((chart, i) => {
        const rh = 40 + 5 * i;
        const adjustment = rh > 85 && tF <= 87 ? ((rh - 85) / 10) * ((87 - tF) / 5) : 0;
        const value = hi(tF, rh) - adjustment;
        if (Math.round(value) !== chart) differing.push(`${tF} °F, ${rh} %: ${chart}, not ${value}`);
      });
    }
    expect(differing).toEqual(["90 °F, 45 %: 93, not 92.49"]);
  });

  it("is lowered in dry and raised in humid air by the NWS adjustments", () => {
    // Rothfusz at 95 °F and 5 % less (13-5)/4; at 82 °F and 95 % plus (95-85)/10 · (87-82)/5.
    expect(hi(95, 5)).toBeCloseTo(regression(95, 5) - 2, 2);
    expect(hi(82, 95)).toBeCloseTo(regression(82, 95) + 1, 2);
    expect(hi(95, 13)).toBeCloseTo(regression(95, 13), 2);
    expect(hi(82, 85)).toBeCloseTo(regression(82, 85), 2);
    expect(hi(113, 5)).toBeCloseTo(regression(113, 5), 2);
    expect(hi(88, 95)).toBeCloseTo(regression(88, 95), 2);
  });

  it("is the air temperature in the cold", () => {
    expect(hi(40, 90)).toBe(40);
    expect(hi(-10, 50)).toBe(-10);
  });

  it("has NWS categories", () => {
    expect(heatIndex(86, 40)).toMatchObject({ category: "Caution" });
    expect(heatIndex(90, 50)).toMatchObject({ category: "Extreme Caution" });
    expect(heatIndex(96, 65)).toMatchObject({ category: "Danger" });
    expect(heatIndex(104, 60)).toMatchObject({ category: "Extreme Danger" });
  });

  it("refuses impossible weather", () => {
    expect(heatIndex(90, 101)).toMatchObject({ error: { code: "out_of_range" } });
    expect(heatIndex(90, -1)).toMatchObject({ error: { code: "out_of_range" } });
    expect(heatIndex(151, 20)).toMatchObject({ error: { code: "out_of_range" } });
    expect(heatIndex(Number.NaN, 20)).toMatchObject({ error: { code: "out_of_range" } });
  });
});

/** The Rothfusz regression in another order of terms: T and RH as polynomials of one another. */
function regression(t: number, r: number): number {
  const inR0 = -42.379 + t * (2.04901523 - 0.00683783 * t);
  const inR1 = 10.14333127 + t * (-0.22475541 + 0.00122874 * t);
  const inR2 = -0.05481717 + t * (0.00085282 - 0.00000199 * t);
  return inR0 + r * (inR1 + r * inR2);
}

describe("the simplified WBGT", () => {
  it("follows the Bureau of Meteorology's formula", () => {
    expect(wbgtSimple(30, 70)).toEqual({ wbgt_c: 32.58, table: "wbgt-simple", version: "ACSM1984" });
    expect(wbgtSimple(0, 0)).toMatchObject({ wbgt_c: 3.94 });
    // e = 6.105 hPa at 0 °C and saturation
    expect(wbgtSimple(0, 100)).toMatchObject({ wbgt_c: 6.34 });
  });

  it("refuses impossible weather", () => {
    expect(wbgtSimple(30, 120)).toMatchObject({ error: { code: "out_of_range" } });
    expect(wbgtSimple(90, 50)).toMatchObject({ error: { code: "out_of_range" } });
  });
});
