import { evaluate, parseScoreModel, receiptOf, Windows } from "@kota/scoring";
import { describe, expect, it } from "vitest";
import { receiptTree } from "./explain.ts";
import { differenceText } from "./verify.ts";

const NOW = Date.UTC(2026, 0, 2, 12);
const model = parseScoreModel(`
version: 3
quality: { pm2_5: { range: [0, 500] } }
dimensions:
  living:
    across: geometric
    aspects:
      air:
        title: Air
        indicators:
          pm: { title: PM, metric: pm2_5, kinds: [air], window: 1h, overTime: mean, overDevices: mean, unit: ug/m3, goalposts: [[0, 100], [100, 0]], every: 1h, source: editorial }
`);
const devices = ["a", "b"].map((id) => ({
  ...{ id, name: id, kind: "air", adapter: null, nativeId: null, area: "north", lat: null, lon: null },
  origin: "live" as const,
  attribution: null,
}));
const windows = new Windows(model.quality);
for (const [id, minutesAgo, value] of [
  ["a", 5, 20],
  ["a", 4, 30],
  ["a", 3, 900],
] as const)
  windows.getOrCreate(id, "pm2_5").add(NOW - minutesAgo * 60_000, value);
const areas = [{ id: "north", name: "North", population: 10 }];

describe("kota explain", () => {
  it("shows formula, weight, share and contribution of each part, and value or reason of each device", () => {
    const place = { area: "north", dimension: "living", aspect: null, indicator: null } as const;
    const receipt = receiptOf({ model, windows, areas, devices, at: NOW }, place);
    const [score] = evaluate(model, windows, areas, devices, NOW).filter(
      ({ dimension, aspect, area }) => dimension === "living" && aspect === null && area === "north",
    );
    expect(score?.score).toBeCloseTo(75, 9);
    if (receipt === undefined) throw new Error("a receipt was expected");
    const tree = receiptTree(receipt);
    expect(tree[0]).toContain(`score model 3 (${model.hash})`);
    expect(tree.slice(1)).toEqual([
      "between 32.5 and 92.5, if the quality classes hold and whatever the missing data would say",
      "Living: 75  [provisional, coverage 50 %]  = 75^1",
      "└─ Air (weight 1, share 100 %, factor 75): 75  [provisional, coverage 50 %]  = 1 × 75",
      "   └─ PM (weight 1, share 100 %, contribution 75): 25 ug/m3 → 75  [provisional, coverage 50 %]",
      "      ├─ window 2026-01-02T11:00:00.000Z to 2026-01-02T12:00:00.001Z; mean of pm2_5 for each device",
      "      ├─ mean of 1 of 2 devices, at least 1",
      "      ├─ goalposts 0 → 100, 100 → 0",
      "      ├─ source: editorial",
      "      ├─ a: 25 ug/m3, 2 readings, 100 % of the window, last 2026-01-02T11:56:00.000Z",
      "      │  └─ flagged 2026-01-02T11:57:00.000Z: 900 (outside of its range)",
      "      └─ b: left out, no reading in the last 1 h",
    ]);
  });
});

describe("a difference that kota verify found", () => {
  it("names the score, the minute and what differs", () => {
    expect(
      differenceText({
        kind: "score",
        ...{ area: "north", dimension: "living", aspect: null, indicator: null },
        minute: "2026-01-02T12:00:00.000Z",
        published: { score: 75, value: null, coverage: 0.5 },
        recomputed: { score: 75.5, value: null, coverage: 0.5 },
      }),
    ).toBe("2026-01-02T12:00:00.000Z  north/living: published score 75, the readings give 75.5");
  });
});
