import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { noise } from "./noise.ts";

describe("Lden", () => {
  it("puts 5 dB on the evening and 10 dB on the night", () => {
    expect(noise(60, 55, 50)).toEqual({ lden: 60, lnight: 50, table: "eu-lden", version: "2002/49/EC" });
    expect(noise(60, 60, 60)).toMatchObject({ lden: 66.4 });
  });

  it("is between the quietest period and the loudest with the night's penalty, and rises with each", () => {
    const level = fc.double({ min: 0, max: 120, noNaN: true });
    fc.assert(
      fc.property(level, level, level, (day, evening, night) => {
        const at = (d: number, e: number, n: number) => {
          const result = noise(d, e, n);
          return "lden" in result ? result.lden : Number.NaN;
        };
        const lden = at(day, evening, night);
        expect(lden).toBeGreaterThanOrEqual(Math.min(day, evening, night) - 0.005);
        expect(lden).toBeLessThanOrEqual(Math.max(day, evening, night) + 10.005);
        expect(at(day + 1, evening + 1, night + 1)).toBeCloseTo(lden + 1, 1);
        expect(at(day, evening, night + 5)).toBeGreaterThanOrEqual(lden);
      }),
    );
  });

  it("refuses levels that are none", () => {
    expect(noise(-1, 50, 50)).toMatchObject({ error: { code: "out_of_range" } });
    expect(noise(60, Number.NaN, 50)).toMatchObject({ error: { code: "out_of_range" } });
  });
});
