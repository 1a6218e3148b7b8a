import { describe, expect, it } from "vitest";
import { EvaluationPace } from "./evaluation-pace.ts";

const FEW = 10;
const MANY = 2_500;
const VERY_MANY = 1_000_000;

describe("the pause between evaluations", () => {
  it("is the shortest one while evaluations are quick, and at most a second in a city of any size", () => {
    expect(new EvaluationPace(100).pauseAfter(1, FEW)).toBe(100);
    expect(new EvaluationPace(100).pauseAfter(6, FEW)).toBeCloseTo(400);
    expect(new EvaluationPace(100).pauseAfter(4000, VERY_MANY)).toBe(1000);
  });

  it("is shorter the more readings share an evaluation, until that would take a twentieth of a processor", () => {
    expect(new EvaluationPace(100).pauseAfter(6, MANY)).toBeCloseTo(240);
    expect(new EvaluationPace(100).pauseAfter(6, VERY_MANY)).toBeCloseTo(120);
  });

  it("does not get longer for one evaluation that was held up, and does when all of them take long", () => {
    const pace = new EvaluationPace(100);
    for (let n = 0; n < 4; n++) pace.pauseAfter(1, FEW);
    expect(pace.pauseAfter(900, FEW)).toBeCloseTo(100);
    let pause = 0;
    for (let n = 0; n < 5; n++) pause = pace.pauseAfter(9, FEW);
    expect(pause).toBeCloseTo(600);
  });
});
