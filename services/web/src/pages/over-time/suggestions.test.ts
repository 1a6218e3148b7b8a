import { describe, expect, it } from "vitest";
import type { Device, Score } from "../../api-types.ts";
import { suggestionsOf } from "./suggestions.ts";

const device = (id: string, area: string | null, latest: Record<string, number>, retired = false) =>
  ({
    id,
    area,
    retired,
    latest: Object.fromEntries(Object.entries(latest).map(([metric, value]) => [metric, { value }])),
  }) as unknown as Device;
const SCORES = ["city", "leith", "south"].map((area) => ({ area }) as Score);

describe("charts to start from", () => {
  it("are of the area where a metric is worst, its own line first and then its worst devices", () => {
    const devices = [
      device("a", "south", { pm2_5: 30 }),
      device("b", "leith", { pm2_5: 20 }),
      device("c", "leith", { pm2_5: 60 }),
      device("d", "leith", { pm2_5: 90 }, true),
      device("e", null, { pm2_5: 99 }),
    ];
    expect(suggestionsOf(devices, SCORES)).toEqual([
      { metric: "pm2_5", area: "leith", series: ["area@pm2_5@leith", "pm2_5@c", "pm2_5@b"] },
    ]);
  });

  it("do not show the only device of an area twice", () => {
    const suggested = suggestionsOf([device("a", "leith", { pm2_5: 30 })], SCORES);
    expect(suggested[0]?.series).toEqual(["pm2_5@a"]);
  });

  it("are none of what nobody measures, and of eight lines at most", () => {
    expect(suggestionsOf([device("a", "leith", { temperature: 9 })], SCORES)).toEqual([]);
    const many = Array.from({ length: 20 }, (_, index) =>
      device(`n${index}`, "leith", { noise_laeq: index }),
    );
    expect(suggestionsOf(many, SCORES)[0]?.series).toHaveLength(8);
  });
});
