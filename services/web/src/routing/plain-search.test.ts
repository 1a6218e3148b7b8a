import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chosen, parsePlainSearch, plainSearch, textIn, textsIn } from "./plain-search.ts";

describe("the query of a URL", () => {
  it("is nothing for a plain page", () => {
    expect(plainSearch({})).toBe("");
    expect(plainSearch({ area: undefined, sort: "" })).toBe("");
  });

  it("reads back as it was written, whatever the texts hold", () => {
    const text = fc.string({ minLength: 1, maxLength: 40 });
    const search = fc.record({ area: text, why: text, s: fc.array(text, { minLength: 2, maxLength: 5 }) });
    fc.assert(
      fc.property(search, (given) => {
        expect(parsePlainSearch(plainSearch(given))).toEqual(given);
      }),
    );
  });

  it("keeps score keys, times and series readable", () => {
    expect(
      plainSearch({ why: "leith/environment//", from: "2026-11-24T08:00:00Z", s: ["pm2_5@air-1"] }),
    ).toBe("?why=leith/environment//&from=2026-11-24T08:00:00Z&s=pm2_5@air-1");
  });

  it("does not take a number for anything but its text", () => {
    expect(parsePlainSearch("?device=123&area=true")).toEqual({ device: "123", area: "true" });
  });
});

describe("textIn and textsIn", () => {
  it("take one and many", () => {
    expect(textIn({ a: ["x", "y"] }, "a")).toBe("x");
    expect(textIn({ a: "" }, "a")).toBeUndefined();
    expect(textsIn({ a: "x" }, "a")).toEqual(["x"]);
    expect(textsIn({}, "a")).toEqual([]);
  });
});

describe("chosen", () => {
  it("leaves out what is undefined", () => {
    expect(Object.keys(chosen({ a: "1", b: undefined }))).toEqual(["a"]);
  });
});
