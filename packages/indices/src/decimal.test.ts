import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { rounded, roundHalfUp, settled, shifted, wholeSteps } from "./decimal.ts";

describe("whole steps of a decimal number", () => {
  it("are those of the number as written, not of its binary product", () => {
    expect(Math.floor(1.005 * 1000)).toBe(1004);
    expect(wholeSteps(1.005, 3)).toBe(1005);
    expect(Math.floor(35.4 / 0.1)).toBe(353);
    expect(wholeSteps(35.4, 1)).toBe(354);
    expect(wholeSteps(0.055, 3)).toBe(55);
    expect(wholeSteps(0.07, 3)).toBe(70);
    expect(wholeSteps(1.1, 1)).toBe(11);
    expect(wholeSteps(35.9, 1)).toBe(359);
    expect(wholeSteps(9.0999999, 1)).toBe(90);
    expect(wholeSteps(0.0549999, 3)).toBe(54);
    expect(wholeSteps(54.9, 0)).toBe(54);
    expect(wholeSteps(0, 3)).toBe(0);
  });

  it("are exact for every number of up to 15 digits", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 999_999_999 }),
        fc.integer({ min: 0, max: 6 }),
        (digits, places) => {
          const written = Number(`${digits}e-${places}`);
          for (const decimals of [0, 1, 3]) {
            const exact =
              decimals >= places
                ? BigInt(digits) * 10n ** BigInt(decimals - places)
                : BigInt(digits) / 10n ** BigInt(places - decimals);
            expect(BigInt(wholeSteps(written, decimals))).toBe(exact);
          }
        },
      ),
    );
  });
});

describe("moving the decimal point", () => {
  it("gives the number that would have been written", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 999_999_999 }),
        fc.integer({ min: 0, max: 6 }),
        fc.constantFrom(-3, 0, 3),
        (digits, places, power) => {
          expect(shifted(Number(`${digits}e-${places}`), power)).toBe(Number(`${digits}e${power - places}`));
        },
      ),
    );
  });
});

describe("rounding", () => {
  it("goes up at a half, and at a half that is a little less in binary", () => {
    expect(roundHalfUp(125.5)).toBe(126);
    expect(roundHalfUp(62.499999999999)).toBe(63);
    expect(roundHalfUp(62.49)).toBe(62);
    expect(roundHalfUp(0)).toBe(0);
  });

  it("shows decimals, and no negative zero", () => {
    expect(rounded(17.413919, 2)).toBe(17.41);
    expect(Object.is(rounded(-0.001, 2), 0)).toBe(true);
  });

  it("settles the noise of a mean", () => {
    expect(wholeSteps(settled((0.1 + 0.2) * 10), 0)).toBe(3);
    expect(settled(35.899999999999999)).toBe(35.9);
  });
});
