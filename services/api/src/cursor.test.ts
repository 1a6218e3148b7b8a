import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { decodeCursor, encodeCursor, nextLink } from "./cursor.ts";

const Place = z.tuple([z.number().int(), z.string()]);

describe("a cursor", () => {
  it("leads back to its place", () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.string({ unit: "grapheme" }), (time, id) => {
        expect(decodeCursor(Place, encodeCursor([time, id]))).toEqual([time, id]);
      }),
    );
  });

  it("that was made up is refused", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(() => decodeCursor(Place, text)).toThrow(/'nextCursor' of an earlier answer/);
      }),
    );
  });

  it("goes into the link of the next page beside the other parameters", () => {
    expect(nextLink("/v1/devices?kind=bin&cursor=old", "cursor", "new")).toBe(
      '</v1/devices?kind=bin&cursor=new>; rel="next"',
    );
  });
});
