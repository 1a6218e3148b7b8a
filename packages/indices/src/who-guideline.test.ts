import { describe, expect, it } from "vitest";
import { WHO_2021 } from "./tables/who-2021.ts";
import { whoRatio } from "./who-guideline.ts";

describe("the WHO guidelines", () => {
  it("give a ratio and the strictest level that is met", () => {
    expect(whoRatio("PM25", "24h", 15, "ug/m3")).toMatchObject({ ratio: 1, meets: "guideline" });
    expect(whoRatio("PM25", "24h", 39, "ug/m3")).toMatchObject({ ratio: 2.6, meets: "interim 2" });
    expect(whoRatio("PM25", "annual", 9, "ug/m3")).toMatchObject({ ratio: 1.8, meets: "interim 4" });
    expect(whoRatio("PM25", "24h", 75.1, "ug/m3")).toMatchObject({ meets: null });
    expect(whoRatio("CO", "24h", 4000, "ug/m3")).toMatchObject({ ratio: 1, unit: "mg/m3" });
    expect(whoRatio("SO2", "24h", 40, "ug/m3")).toMatchObject({ meets: "guideline", version: "2021" });
  });

  it("have no level for other averaging times", () => {
    expect(whoRatio("CO", "8h", 4, "mg/m3")).toMatchObject({ error: { code: "unsupported_averaging" } });
    expect(whoRatio("NO2", "24h", 20, "ppb")).toMatchObject({ error: { code: "needs_temperature" } });
  });

  it("have interim targets that come down to the guideline", () => {
    for (const { guideline, interimTargets } of WHO_2021.levels) {
      const levels = [...interimTargets, guideline];
      expect(levels).toEqual(levels.toSorted((a, b) => b - a));
    }
  });
});
