import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { gapsIn, longestPause, withGaps } from "./gaps.ts";
import { stepMs } from "./step.ts";

const minute = 60_000;
const steps = (...minutes: number[]) =>
  minutes.map((at) => ({ time: at * minute, mean: at, min: at - 1, max: at + 1, count: 1 }));

describe("withGaps", () => {
  it("breaks the line where the device was silent", () => {
    const columns = withGaps(steps(0, 1, 2, 3, 30, 31), minute);
    expect(columns.mean).toEqual([0, 1, 2, 3, null, 30, 31]);
    expect(columns.time[4]).toBe(4 * minute);
    expect(gapsIn(columns)).toBe(1);
  });

  it("keeps the line of a device that reports seldom, at a step that is shorter than its pause", () => {
    expect(gapsIn(withGaps(steps(0, 20, 40, 60, 80), minute))).toBe(0);
  });

  it("still sees an hour of silence of a device that reports every 20 minutes", () => {
    expect(gapsIn(withGaps(steps(0, 20, 40, 100, 120), minute))).toBe(1);
  });

  it("joins what comes in bursts, as often as they come", () => {
    const bursts = steps(0, 60, 120, 180, 240, 400).map((step) => ({ ...step, count: 9 }));
    expect(withGaps(bursts, minute).mean).toEqual([0, 60, 120, 180, 240, null, 400]);
  });

  it("has nothing to break in none or one step", () => {
    expect(withGaps([], minute).time).toEqual([]);
    expect(withGaps(steps(5), minute).mean).toEqual([5]);
  });

  it("keeps every value, adds only nulls, and keeps time in order", () => {
    const times = fc.uniqueArray(fc.integer({ min: 0, max: 5000 }), { maxLength: 60 });
    fc.assert(
      fc.property(times, (minutes) => {
        const given = steps(...minutes.sort((a, b) => a - b));
        const columns = withGaps(given, minute);
        expect(columns.mean.filter((value) => value !== null)).toEqual(given.map(({ mean }) => mean));
        expect(
          columns.time.every((time, index) => index === 0 || time > (columns.time[index - 1] ?? 0)),
        ).toBe(true);
      }),
    );
  });
});

describe("longestPause", () => {
  it("is never less than one and a half steps", () => {
    expect(longestPause(steps(0, 0.02, 0.04), minute)).toBe(1.5 * minute);
  });
});

describe("stepMs", () => {
  it("reads the steps of the API", () => {
    expect(["raw", "90", "30s", "15m", "1h", "1d"].map(stepMs)).toEqual([
      0, 90_000, 30_000, 900_000, 3_600_000, 86_400_000,
    ]);
  });
});
