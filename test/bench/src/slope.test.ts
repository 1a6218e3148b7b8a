import { describe, expect, it } from "vitest";
import { slopePerMinute } from "./slope.ts";

describe("the slope of samples", () => {
  it("is that of the line through them, a minute", () => {
    const at = (minutes: number, value: number) => ({ time: 1e12 + minutes * 60_000, value });
    expect(slopePerMinute([at(0, 5), at(1, 7), at(2, 9)])).toBeCloseTo(2, 9);
    expect(slopePerMinute([at(0, 5), at(1, 9), at(2, 5)])).toBeCloseTo(0, 9);
    expect(slopePerMinute([at(0, 5)])).toBe(0);
  });
});
