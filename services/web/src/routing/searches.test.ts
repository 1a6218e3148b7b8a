import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parsePlainSearch, plainSearch } from "./plain-search.ts";
import {
  parseDevicesSearch,
  parseNowSearch,
  parseOverTimeSearch,
  parseRejectionsSearch,
  parseRootSearch,
  parseWallSearch,
  wallSeconds,
} from "./searches.ts";

const PAGES = {
  root: parseRootSearch,
  now: parseNowSearch,
  overTime: parseOverTimeSearch,
  devices: parseDevicesSearch,
  rejections: parseRejectionsSearch,
  wall: parseWallSearch,
};

describe("the query of each page", () => {
  it("is empty for the plain page", () => {
    for (const [name, parse] of Object.entries(PAGES)) expect(parse({}), name).toEqual({});
  });

  it("is the same after a way through the URL, whatever stands in it", () => {
    const names = ["area", "why", "colour", "sort", "device", "s", "q", "kind", "origin", "health", "code"];
    const more = ["adapter", "topic", "range", "from", "to", "compare", "limits", "as", "every", "metric"];
    const text = fc.oneof(
      fc.string({ maxLength: 20 }),
      fc.constantFrom(
        "7d",
        "24h",
        "week",
        "table",
        "off",
        "30",
        "2026-11-24T08:00:00Z",
        "2026-11-25T08:00:00Z",
      ),
    );
    const given = fc.dictionary(
      fc.constantFrom(...names, ...more),
      fc.oneof(text, fc.array(text, { maxLength: 3 })),
    );
    fc.assert(
      fc.property(given, fc.constantFrom(...Object.values(PAGES)), (search, parse) => {
        const once = parse(search);
        expect(parse(parsePlainSearch(plainSearch(once)))).toEqual(once);
      }),
    );
  });

  it("leaves out what belongs to another page", () => {
    expect(parseNowSearch({ q: "bin", sort: "-overall" })).toEqual({ sort: "-overall" });
  });
});

describe("the range of rejections", () => {
  it("is any time unless a range is asked for", () => {
    expect(parseRejectionsSearch({ code: "not_json" })).toEqual({ code: "not_json" });
    expect(parseRejectionsSearch({ range: "24h" })).toEqual({ range: "24h" });
    expect(parseRejectionsSearch({ from: "2026-11-24T08:00:00Z", to: "2026-11-24T09:00:00Z" })).toEqual({
      from: "2026-11-24T08:00:00Z",
      to: "2026-11-24T09:00:00Z",
    });
  });
});

describe("the pace of the wall", () => {
  it("is 15 seconds, and never so fast that nobody can read", () => {
    expect([undefined, "x", "1", "40", "9999"].map((every) => wallSeconds({ every }))).toEqual([
      15, 15, 5, 40, 300,
    ]);
  });
});
