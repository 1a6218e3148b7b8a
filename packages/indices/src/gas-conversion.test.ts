import { describe, expect, it } from "vitest";
import { ppbToUgM3, ugM3PerPpb, ugM3ToPpb } from "./gas-conversion.ts";

describe("gas conversion", () => {
  it.each([
    ["NO2", 1.8804, 1.9125],
    ["O3", 1.9619, 1.9953],
    ["SO2", 2.6186, 2.6633],
    ["CO", 1.1449, 1.1644],
    ["NO", 1.2265, 1.2474],
    ["NH3", 0.6961, 0.708],
    ["H2S", 1.393, 1.4167],
    ["CH4", 0.6557, 0.6669],
    ["C6H6", 3.1927, 3.2471],
  ] as const)("of %s has the published factors at 25 and 20 °C", (gas, at25, at20) => {
    expect(ugM3PerPpb(gas, { tC: 25, pAtm: 1 })).toBeCloseTo(at25, 3);
    expect(ugM3PerPpb(gas, { tC: 20, pAtm: 1 })).toBeCloseTo(at20, 3);
  });

  it("scales with pressure and goes back to where it came from", () => {
    const air = { tC: 31, pAtm: 0.92 };
    expect(ugM3PerPpb("O3", air)).toBeCloseTo(0.92 * ugM3PerPpb("O3", { tC: 31, pAtm: 1 }), 9);
    expect(ugM3ToPpb("O3", ppbToUgM3("O3", 55, air) as number, air)).toBeCloseTo(55, 9);
  });

  it("refuses what does not exist", () => {
    expect(ppbToUgM3("O3", -1, { tC: 25, pAtm: 1 })).toMatchObject({ error: { code: "negative" } });
    expect(ppbToUgM3("O3", 1, { tC: -273.15, pAtm: 1 })).toMatchObject({ error: { code: "out_of_range" } });
    expect(ugM3ToPpb("O3", 1, { tC: 25, pAtm: 0 })).toMatchObject({ error: { code: "out_of_range" } });
  });
});
