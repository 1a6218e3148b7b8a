import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { goalpostsAround, scoreOf } from "./goalposts.ts";
import type { Goalpost } from "./score-model.ts";

const posts: readonly Goalpost[] = [
  [0, 40],
  [10, 100],
  [20, 100],
  [40, 0],
];

describe("goalposts", () => {
  it.each([
    [-5, 40],
    [0, 40],
    [5, 70],
    [10, 100],
    [15, 100],
    [30, 50],
    [40, 0],
    [1e9, 0],
  ])("give %f the score %f", (value, score) => {
    expect(scoreOf(posts, value)).toBe(score);
  });

  it("never give a score outside of 0 to 100", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true }), (value) => {
        const score = scoreOf(posts, value);
        expect(score).toBeGreaterThanOrEqual(0);
        expect(score).toBeLessThanOrEqual(100);
      }),
    );
  });

  it("around a value are the ones its score is read from", () => {
    expect(goalpostsAround(posts, 5)).toEqual([posts[0], posts[1]]);
    expect(goalpostsAround(posts, 10)).toEqual([posts[1]]);
    expect(goalpostsAround(posts, -1)).toEqual([posts[0]]);
    expect(goalpostsAround(posts, 41)).toEqual([posts[3]]);
  });
});
