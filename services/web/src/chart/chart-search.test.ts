import { describe, expect, it } from "vitest";
import { chartSearch, chartState, parseChartSearch } from "./chart-search.ts";

describe("a chart in a URL", () => {
  it("is nothing when it is as usual", () => {
    expect(parseChartSearch({})).toEqual({});
    expect(parseChartSearch({ range: "24h", compare: "year", limits: "on", as: "pie" })).toEqual({});
  });

  it("reads back as it was written", () => {
    const state = {
      window: { kind: "fixed", from: 1_764_000_000_000, to: 1_764_003_600_000 },
      compare: true,
      limits: false,
      asTable: true,
    } as const;
    expect(chartState(parseChartSearch({ ...chartSearch(state) }))).toEqual(state);
    expect(chartState({ range: "7d" })).toEqual({
      window: { kind: "rolling", range: "7d" },
      compare: false,
      limits: true,
      asTable: false,
    });
  });
});
