import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { growth, growthWithin } from "./counter.ts";
import { emptySummary, mergeSummaries, type Summary, summaryOfOne } from "./summary.ts";

const summaryOf = (values: readonly number[]): Summary =>
  values.map((value, time) => summaryOfOne(time, value)).reduce(mergeSummaries, emptySummary());

describe("the growth of a counter", () => {
  it("is the difference while it only grows", () => {
    expect(growth(100, 107)).toBe(7);
    expect(growthWithin(summaryOf([100, 103, 107]))).toBe(7);
    expect(growthWithin(summaryOf([0, 1, 50]))).toBe(50);
  });

  it("counts from zero after a reset", () => {
    expect(growth(100, 2)).toBe(2);
    expect(growthWithin(summaryOf([100, 105, 1, 3]))).toBe(5 + 3);
    expect(growthWithin(summaryOf([100, 0, 3]))).toBe(3);
  });

  it("takes a small drop for a correction, not for a reset", () => {
    expect(growth(100, 99.9)).toBe(0);
    expect(growthWithin(summaryOf([100, 105, 104]))).toBe(4);
    expect(growthWithin(summaryOf([100, 99, 98]))).toBe(0);
  });

  it("is never below what the steps between readings say after one reset, and never above", () => {
    const rising = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 10 });
    fc.assert(
      fc.property(rising, rising, (before, after) => {
        let total = 1000;
        const first = before.map((step) => (total += step));
        total = 0;
        const second = after.map((step) => (total += step));
        const steps = before.slice(1).reduce((sum, step) => sum + step, 0) + total;
        expect(growthWithin(summaryOf([...first, ...second]))).toBe(steps);
      }),
    );
  });
});
