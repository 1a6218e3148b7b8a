import { describe, expect, it } from "vitest";
import type { ExplainedScore, ScorePart } from "../api-types.ts";
import { addsUp, partKey } from "./parts.ts";
import { parseScoreKey, scoreKey, wayTo } from "./score-key.ts";

const part = (id: string, contribution: number | null): ScorePart => ({
  id,
  title: id,
  score: contribution,
  weight: 1,
  share: 1,
  coverage: 1,
  contribution,
  detail: null,
});
const score = (area: string, dimension: string | null, aspect: string | null = null): ExplainedScore =>
  ({ area, dimension, aspect, indicator: null, score: 50, parts: [] }) as unknown as ExplainedScore;

describe("partKey", () => {
  it("leads from the city to the same score of an area", () => {
    expect(partKey(score("city", "environment"), part("leith", 1))).toBe("leith/environment//");
  });

  it("leads one level down within an area", () => {
    expect(partKey(score("leith", null), part("environment", 1))).toBe("leith/environment//");
    expect(partKey(score("leith", "environment"), part("waste", 1))).toBe("leith/environment/waste/");
    expect(partKey(score("leith", "environment", "waste"), part("bins_full", 1))).toBe(
      "leith/environment/waste/bins_full",
    );
  });
});

describe("addsUp", () => {
  it("is true for a weighted mean, parts left out included", () => {
    expect(addsUp({ score: 50, parts: [part("a", 30), part("b", 20.04), part("c", null)] })).toBe(true);
  });

  it("is false for a geometric mean and for no score", () => {
    expect(addsUp({ score: 47, parts: [part("a", 30), part("b", 20)] })).toBe(false);
    expect(addsUp({ score: null, parts: [] })).toBe(false);
  });
});

describe("score keys", () => {
  it("read back as they were written", () => {
    expect(scoreKey(parseScoreKey("leith/environment/waste/"))).toBe("leith/environment/waste/");
    expect(parseScoreKey("").area).toBe("city");
  });

  it("know the way from the overall score down", () => {
    expect(wayTo("leith/environment/waste/")).toEqual([
      "leith///",
      "leith/environment//",
      "leith/environment/waste/",
    ]);
  });
});
