import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseView, RANGES, searchOf } from "./view.ts";

describe("a view in the URL", () => {
  it("is the plain page without a query", () => {
    expect(searchOf(parseView(""))).toBe("");
  });

  it("reads back as it was written, whatever the ids hold", () => {
    const text = fc.option(fc.string({ minLength: 1, maxLength: 40 }), { nil: null });
    const view = fc.record({
      area: text,
      colour: text,
      device: text,
      metric: text,
      range: fc.constantFrom(...RANGES.map(({ id }) => id)),
      why: text,
      sort: text,
    });
    fc.assert(
      fc.property(view, (given) => {
        expect(parseView(searchOf(given))).toEqual(given);
      }),
    );
  });

  it("takes the default for a range it does not know", () => {
    expect(parseView("?range=3y").range).toBe("24h");
  });

  it("keeps the slashes of a score key readable", () => {
    expect(searchOf({ ...parseView(""), why: "leith/environment//" })).toBe("?why=leith/environment//");
  });
});
