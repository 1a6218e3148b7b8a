import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CHOSEN_POINTS, chooseStep, MOST_POINTS, stepName, stepOf } from "./step.ts";

const day = { from: 0, to: 86_400_000 };

describe("a step", () => {
  it.each([
    ["raw", null],
    ["90", 90_000],
    ["30s", 30_000],
    ["15m", 900_000],
    ["1h", 3_600_000],
    ["1d", 86_400_000],
  ])("'%s' is %s ms", (text, ms) => {
    expect(stepOf(text, day)).toBe(ms);
  });

  it.each(["", "0", "0s", "-1h", "1w", "1.5h", "hour", "15 m", "367d", "1e3"])(
    "'%s' is refused with what is allowed",
    (text) => {
      expect(() => stepOf(text, day)).toThrow(/'raw', a number of seconds, or a number with s, m, h or d/);
    },
  );

  it("that gives too many points is refused with one that does not", () => {
    const year = { from: 0, to: 365 * day.to };
    expect(() => stepOf("1m", year)).toThrow(/use a step of 1h or more/);
    expect(stepOf("1h", year)).toBe(3_600_000);
  });

  it("that is chosen gives at most 1,000 points for any range, and the next smaller would not", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2e12 }),
        fc.integer({ min: 1, max: 1e13 }),
        fc.constantFrom(CHOSEN_POINTS, MOST_POINTS),
        (from, length, most) => {
          const range = { from, to: from + length };
          const step = chooseStep(range, most);
          expect(Math.ceil(range.to / step) - Math.floor(range.from / step)).toBeLessThanOrEqual(most);
        },
      ),
    );
    expect(stepName(chooseStep(day))).toBe("2m");
    expect(stepName(chooseStep({ from: 0, to: 7 * day.to }))).toBe("15m");
    expect(stepName(chooseStep({ from: 0, to: 5_000 * day.to }))).toBe("5d");
  });

  it("is named as it can be asked for", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 366 * 86_400 }), (seconds) => {
        const ms = seconds * 1_000;
        expect(stepOf(stepName(ms), { from: 0, to: ms })).toBe(ms);
      }),
    );
    expect(stepName(null)).toBe("raw");
  });
});
