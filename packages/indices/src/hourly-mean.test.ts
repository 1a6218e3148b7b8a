import { describe, expect, it } from "vitest";
import { dailyMean, eightHourMean } from "./hourly-mean.ts";

const hours = (present: number, length: number) =>
  Array.from({ length }, (_, i) => (i < present ? 10.1 : null));

describe("means of hours", () => {
  it("of a day need 18 of 24 hours", () => {
    expect(dailyMean(hours(18, 24))).toEqual({ mean: 10.1, present: 18 });
    expect(dailyMean(hours(17, 24))).toMatchObject({ error: { code: "insufficient" } });
  });

  it("of eight hours need 6, and are divided by those that are there", () => {
    expect(eightHourMean([1, 2, 3, 4, 5, 6, null, null])).toEqual({ mean: 3.5, present: 6 });
    expect(eightHourMean(hours(5, 8))).toMatchObject({ error: { code: "insufficient" } });
  });

  it("take exactly their hours", () => {
    expect(dailyMean(hours(20, 23))).toMatchObject({ error: { code: "bad_request" } });
    expect(eightHourMean([])).toMatchObject({ error: { code: "bad_request" } });
  });
});
