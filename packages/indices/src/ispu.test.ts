import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ispu, ispuCategory } from "./ispu.ts";
import { POLLUTANTS, type Pollutant } from "./pollutant.ts";
import { isRefused } from "./refused.ts";
import { ISPU_2020 } from "./tables/ispu-2020.ts";
import { worstOf } from "./worst-of.ts";

function at(pollutant: Pollutant, concentration: number) {
  const result = ispu(pollutant, "24h", concentration, "ug/m3");
  if (isRefused(result)) throw new Error(result.error.message);
  return result;
}

describe("ISPU", () => {
  it.each([
    ["PM25", 15.5, 50, 50],
    ["PM25", 39, 79, 79.45],
    ["PM25", 100, 147, 146.95],
    ["PM10", 75, 63, 62.5],
    ["SO2", 100, 69, 68.75],
    ["CO", 6000, 75, 75],
    ["O3", 150, 63, 63.04],
    ["NO2", 500, 132, 132.26],
    ["HC", 70, 73, 72.73],
  ] as const)("of %s at %d µg/m³ is %i", (pollutant, concentration, index, exact) => {
    expect(at(pollutant, concentration)).toMatchObject({ ispu: index, exact });
  });

  it("is on its anchors and continuous there", () => {
    for (const pollutant of POLLUTANTS) {
      ISPU_2020.anchors[pollutant].forEach((anchor, i) => {
        const index = ISPU_2020.indices[i] ?? Number.NaN;
        expect(at(pollutant, anchor).ispu).toBe(index);
        if (i > 0) expect(at(pollutant, anchor * (1 - 1e-9)).exact).toBeCloseTo(index, 2);
        if (index < 500) expect(at(pollutant, anchor * (1 + 1e-9)).exact).toBeCloseTo(index, 2);
      });
    }
  });

  it("says above 300 that the number is a convention, and beyond the table only the category", () => {
    expect(at("PM25", 250.4)).not.toHaveProperty("note");
    expect(at("PM25", 252)).toMatchObject({ ispu: 301, category: "Berbahaya", note: expect.any(String) });
    expect(ispu("PM25", "24h", 500.1, "ug/m3")).toMatchObject({
      error: { code: "out_of_table", category: "Berbahaya" },
    });
  });

  it("is a 24-hour index in mass concentrations", () => {
    expect(ispu("CO", "8h", 6000, "ug/m3")).toMatchObject({ error: { code: "unsupported_averaging" } });
    expect(ispu("CO", "24h", 6, "mg/m3")).toMatchObject({ ispu: 75 });
    expect(ispu("O3", "24h", 60, "ppb")).toMatchObject({ error: { code: "needs_temperature" } });
    expect(ispu("HC", "24h", 60, "ppb", { tC: 25, pAtm: 1 })).toMatchObject({
      error: { code: "unit_mismatch" },
    });
    expect(ispu("O3", "24h", 61.166, "ppb", { tC: 25, pAtm: 1 })).toMatchObject({ ispu: 50 });
    expect(ispu("PM25", "24h", -1, "ug/m3")).toMatchObject({ error: { code: "negative" } });
  });

  it("gives a published day its index, category and critical pollutant", () => {
    const days = [
      [{ PM10: 41, PM25: 57, SO2: 28, CO: 9, O3: 33, NO2: 14 }, 57, ["PM25"], "Sedang"],
      [{ PM10: 30, SO2: 26, CO: 8, O3: 50, NO2: 6 }, 50, ["O3"], "Baik"],
      [{ PM10: 63, PM25: 101, SO2: 44, O3: 20 }, 101, ["PM25"], "Tidak Sehat"],
      [{ PM10: 52, O3: 200, NO2: 19 }, 200, ["O3"], "Tidak Sehat"],
      [{ SO2: 51, O3: 51 }, 51, ["SO2", "O3"], "Sedang"],
    ] as const;
    for (const [subIndices, index, critical, category] of days) {
      expect(worstOf(subIndices)).toEqual({ index, critical });
      expect(ispuCategory(index)).toBe(category);
    }
    expect(worstOf({})).toBeUndefined();
  });

  it("never falls when the concentration rises", () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.constantFrom(...POLLUTANTS), share, share, (pollutant, a, b) => {
        const top = ISPU_2020.anchors[pollutant].at(-1) ?? 0;
        expect(at(pollutant, Math.max(a, b) * top).ispu).toBeGreaterThanOrEqual(
          at(pollutant, Math.min(a, b) * top).ispu,
        );
      }),
    );
  });
});
