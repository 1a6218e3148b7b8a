import { describe, expect, it } from "vitest";
import { EvaluationPace } from "./evaluation-pace.ts";

describe("the pause between evaluations", () => {
  it("is the shortest one while evaluations are quick, and at most a second in a city of any size", () => {
    expect(new EvaluationPace(100).pauseAfter(1)).toBe(100);
    expect(new EvaluationPace(100).pauseAfter(6)).toBeCloseTo(400);
    expect(new EvaluationPace(100).pauseAfter(4000)).toBe(1000);
  });

  it("does not get longer for one evaluation that was held up, and does when all of them take long", () => {
    const pace = new EvaluationPace(100);
    for (let n = 0; n < 4; n++) pace.pauseAfter(1);
    expect(pace.pauseAfter(900)).toBeCloseTo(100);
    let pause = 0;
    for (let n = 0; n < 5; n++) pause = pace.pauseAfter(9);
    expect(pause).toBeCloseTo(600);
  });
});
