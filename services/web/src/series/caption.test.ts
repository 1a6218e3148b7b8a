import { describe, expect, it } from "vitest";
import { summaryOf } from "./caption.ts";

const point = (minute: number, min: number, max: number, last: number, count = 2) => ({
  time: minute * 60_000,
  count,
  devices: null,
  mean: (min + max) / 2,
  min,
  max,
  last,
});

describe("summaryOf", () => {
  it("finds the extremes within the steps, not of the means", () => {
    expect(summaryOf([point(0, 1, 5, 2), point(1, 2, 30, 4), point(2, 3, 4, 3.5)])).toEqual({
      min: { value: 1, time: 0 },
      max: { value: 30, time: 60_000 },
      last: { value: 3.5, time: 120_000 },
    });
  });

  it("is null for an empty series", () => {
    expect(summaryOf([])).toBeNull();
  });
});
