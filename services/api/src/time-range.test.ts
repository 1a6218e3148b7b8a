import { describe, expect, it } from "vitest";
import { openRangeOf, QueryTime, rangeOf } from "./time-range.ts";

const noon = Date.parse("2026-11-24T12:00:00Z");

describe("a time in a query", () => {
  it.each([
    ["2026-11-24T12:00:00Z", noon],
    ["2026-11-24T12:00:00.250Z", noon + 250],
    ["2026-11-24T13:00:00+01:00", noon],
    ["2026-11-24T13:00:00 01:00", noon],
    [String(noon), noon],
    ["0", 0],
    ["-1000", -1000],
  ])("'%s' is understood", (text, time) => {
    expect(QueryTime.parse(text)).toBe(time);
  });

  it.each([
    "",
    "yesterday",
    "2026-11-24",
    "2026-11-24T12:00:00",
    "2026-13-01T00:00:00Z",
    "999999999999999",
    "1e12",
  ])("'%s' is refused", (text) => {
    expect(() => QueryTime.parse(text)).toThrow(/expected RFC 3339/);
  });
});

describe("a range", () => {
  it("is the last 24 hours when nothing is said", () => {
    expect(rangeOf({}, noon)).toEqual({ from: noon - 86_400_000, to: noon });
  });

  it("is the 24 hours before its end when only that is said", () => {
    expect(rangeOf({ to: 1e12 }, noon)).toEqual({ from: 1e12 - 86_400_000, to: 1e12 });
  });

  it("is refused when it is empty or ends before it begins", () => {
    expect(() => rangeOf({ from: noon, to: noon }, noon)).toThrow(/'from'.*before 'to'/);
    expect(() => openRangeOf({ from: 2, to: 1 })).toThrow(/'from'.*before 'to'/);
    expect(() => rangeOf({ from: noon + 1 }, noon)).toThrow(/'to' is now/);
  });

  it("stays open where it is about everything", () => {
    expect(openRangeOf({})).toEqual({});
    expect(openRangeOf({ from: 5 })).toEqual({ from: 5 });
  });
});
