import { describe, expect, it } from "vitest";
import { BANDS, bandColour, bandOf } from "./band.ts";

describe("bandOf", () => {
  it("gives the ends of the scale the outermost bands", () => {
    expect(bandOf(0).band).toBe("very-poor");
    expect(bandOf(100).band).toBe("very-good");
  });

  it("puts a threshold into the better band", () => {
    expect([20, 40, 60, 80].map((score) => bandOf(score).band)).toEqual([
      "poor",
      "fair",
      "good",
      "very-good",
    ]);
  });

  it("follows the rounded number, so that a shown 80 is never called 'good'", () => {
    expect(bandOf(79.6).band).toBe("very-good");
    expect(bandOf(79.4).band).toBe("good");
  });

  it("covers 0 to 100 without a hole or an overlap", () => {
    for (let score = 0; score <= 100; score += 1) {
      expect(BANDS.filter(({ from, to }) => score >= from && score <= to)).toEqual([bandOf(score)]);
    }
  });
});

describe("bandColour", () => {
  it("has a colour of its own for no data", () => {
    expect(bandColour(null)).toBe("var(--band-none)");
    expect(bandColour(12)).toBe("var(--band-very-poor)");
  });
});
