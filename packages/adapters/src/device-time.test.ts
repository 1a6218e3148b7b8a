import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { millisecondInstant, utcInstant, zonedInstant } from "./device-time.ts";
import { Refusal } from "./refusal.ts";
import { createZone } from "./zone.ts";

describe("an ISO 8601 time", () => {
  it.each([
    ["2026-11-24T12:00:00Z", "2026-11-24T12:00:00.000Z"],
    ["2026-11-24T12:00Z", "2026-11-24T12:00:00.000Z"],
    ["2026-11-24 12:00:00", "2026-11-24T12:00:00.000Z"],
    ["2020-02-12T15:15:46.014773143Z", "2020-02-12T15:15:46.014Z"],
    ["2020-02-29T00:00:00.5Z", "2020-02-29T00:00:00.500Z"],
    ["2022-07-18T09:34:15.775+05:30", "2022-07-18T04:04:15.775Z"],
    ["2022-07-18T09:34:15-0330", "2022-07-18T13:04:15.000Z"],
  ])("%s is %s", (text, expected) => {
    expect(new Date(utcInstant(text) ?? Number.NaN).toISOString()).toBe(expected);
  });

  it.each([
    "",
    "now",
    "12:00:00",
    "2026-11-24",
    "2026-13-01T00:00:00Z",
    "2026-02-29T00:00:00Z",
    "2026-04-31T00:00:00Z",
    "2026-00-10T00:00:00Z",
    "2026-11-24T24:00:00Z",
    "2026-11-24T12:60:00Z",
    "2026-11-24T12:00:60Z",
    "24/11/2026 12:00",
    "2026-11-24T12:00:00 Z",
    "2026-11-24T12:00:00Z\n",
    "1795521600000",
  ])("%j is not one", (text) => {
    expect(utcInstant(text)).toBeNull();
  });

  it("without a zone is in the zone it is read in", () => {
    const zone = createZone("Asia/Jakarta");
    expect(zonedInstant("2026-11-24T19:00:00", zone, 0)).toBe(Date.UTC(2026, 10, 24, 12));
    expect(zonedInstant("2026-11-24T19:00:00Z", zone, 0)).toBe(Date.UTC(2026, 10, 24, 19));
  });

  it("is read the same digit by digit and by the expression, whatever one character becomes", () => {
    const places = fc.constantFrom("", ".5", ".123", ".014773143", ".1234567890123");
    fc.assert(
      fc.property(
        fc.constantFrom("2026-11-24T12:00:00", "2020-02-29T23:59:59", "2026-02-29T00:00:00"),
        places,
        fc.constantFrom("", "Z", "+01:00"),
        fc.nat({ max: 35 }),
        fc.constantFrom("", "0", "9", "-", ":", ".", "T", "Z", " ", "x", "\u0660", "+"),
        (date, fraction, zone, at, other) => {
          const whole = date + fraction + zone;
          const text = whole.slice(0, at) + other + whole.slice(at + 1);
          // A small t stands for the T, and only the expression reads it.
          const slow = text.charAt(10) === "T" ? `${text.slice(0, 10)}t${text.slice(11)}` : text;
          expect(utcInstant(text), text).toBe(utcInstant(slow));
        },
      ),
      { numRuns: 5000 },
    );
  });

  it("is read back as it was written", () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date(0), max: new Date(Date.UTC(2099, 0)), noInvalidDate: true }),
        (date) => {
          expect(utcInstant(date.toISOString())).toBe(date.getTime());
        },
      ),
    );
  });
});

describe("Unix milliseconds", () => {
  it("are taken as they are, to the whole millisecond", () => {
    expect(millisecondInstant(1_795_521_600_250.7, "time", "d")).toBe(1_795_521_600_250);
    expect(millisecondInstant(0, "time", "d")).toBe(0);
  });

  it.each([
    [1_795_521_600, /Unix seconds/],
    [1_795_521_600_250_000, /Unix micro- or nanoseconds/],
    [Number.POSITIVE_INFINITY, /expected Unix milliseconds/],
  ])("%d are refused", (value, reason) => {
    expect(() => millisecondInstant(value, "time", "d")).toThrow(Refusal);
    expect(() => millisecondInstant(value, "time", "d")).toThrow(reason);
  });
});
