import { describe, expect, it } from "vitest";
import type { Score } from "../api-types.ts";
import { columnOf, columnsOf } from "./columns.ts";

const score = (
  dimension: string | null,
  aspect: string | null,
  title: string,
  value: number | null = 50,
): Score => ({ area: "leith", dimension, aspect, indicator: null, title, score: value }) as Score;

describe("columnsOf", () => {
  it("puts the overall score first and each dimension before its aspects, in the city's order", () => {
    const scores = [
      score("living", "noise", "Noise"),
      score("environment", "waste", "Waste"),
      score("living", null, "Living"),
      score("environment", null, "Environment"),
      score(null, null, "Leith"),
    ];
    expect(columnsOf(scores, ["environment", "living"]).map(({ id }) => id)).toEqual([
      "overall",
      "environment",
      "environment/waste",
      "living",
      "living/noise",
    ]);
  });

  it("has the overall score even without data", () => {
    expect(columnsOf([score(null, null, "Leith", null)], [])).toEqual([
      { id: "overall", of: { dimension: null, aspect: null, title: "Leith" }, isAspect: false },
    ]);
  });

  it("leaves out what has no data anywhere", () => {
    expect(columnsOf([score("economy", null, "Economy", null)], ["economy"])).toEqual([]);
  });
});

describe("columnOf", () => {
  it("has no column for an indicator", () => {
    expect(columnOf({ dimension: "environment", aspect: "waste", indicator: "bins_full" })).toBeNull();
  });
});
