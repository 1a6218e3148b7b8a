import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dayAfter, parsePeriod } from "./period.ts";

const NOW = Date.parse("2026-11-24T12:00:00Z");
const utc = (text: string) => Date.parse(text);
const bounds = (text: string, zone: string) => {
  const period = parsePeriod(text, zone, NOW);
  return period && [new Date(period.from).toISOString(), new Date(period.to).toISOString()];
};

describe("a period", () => {
  it("begins and ends at midnight on the clocks of the city", () => {
    expect(bounds("2026-10", "Asia/Jakarta")).toEqual([
      "2026-09-30T17:00:00.000Z",
      "2026-10-31T17:00:00.000Z",
    ]);
    expect(bounds("2026-10", "Europe/London")).toEqual([
      "2026-09-30T23:00:00.000Z",
      "2026-11-01T00:00:00.000Z",
    ]);
    expect(bounds("2025", "UTC")).toEqual(["2025-01-01T00:00:00.000Z", "2026-01-01T00:00:00.000Z"]);
    expect(bounds("2026-Q4", "UTC")).toEqual(["2026-10-01T00:00:00.000Z", "2027-01-01T00:00:00.000Z"]);
    expect(bounds("2024-02-29", "UTC")).toEqual(["2024-02-29T00:00:00.000Z", "2024-03-01T00:00:00.000Z"]);
  });

  it("may be of two days or two times, of which the second does not belong to it", () => {
    expect(bounds("2026-10-01/2026-10-08", "UTC")).toEqual([
      "2026-10-01T00:00:00.000Z",
      "2026-10-08T00:00:00.000Z",
    ]);
    expect(bounds("2026-10-01T06:00:00+07:00/2026-10-01T07:30:00+07:00", "Asia/Jakarta")).toEqual([
      "2026-09-30T23:00:00.000Z",
      "2026-10-01T00:30:00.000Z",
    ]);
  });

  it.each([
    ["last-year", "2025"],
    ["last-quarter", "2026-Q3"],
    ["last-month", "2026-10"],
    ["last-day", "2026-11-23"],
  ])("%s is written as %s", (text, label) => {
    expect(parsePeriod(text, "UTC", NOW)).toEqual(parsePeriod(label, "UTC", NOW));
  });

  it("is the last whole one on the city's clocks, over the turn of the year", () => {
    const turn = utc("2025-12-31T18:00:00Z");
    expect(parsePeriod("last-month", "Asia/Jakarta", turn)?.label).toBe("2025-12");
    expect(parsePeriod("last-month", "UTC", turn)?.label).toBe("2025-11");
    expect(parsePeriod("last-quarter", "Asia/Jakarta", turn)?.label).toBe("2025-Q4");
    expect(parsePeriod("last-day", "Asia/Jakarta", turn)?.label).toBe("2025-12-31");
  });

  it.each([
    "",
    "soon",
    "2026-13",
    "2026-Q5",
    "2026-02-30",
    "26",
    "2026-10-08/2026-10-01",
    "2026-10-01/2026-10-01",
    "a/b",
    "2026-10/2026-11/2026-12",
  ])("is not '%s'", (text) => expect(parsePeriod(text, "UTC", NOW)).toBeUndefined());

  it("leaves no gap and no overlap between the days of any zone", () => {
    const day = (ms: number) => new Date(ms).toISOString().slice(0, 10);
    fc.assert(
      fc.property(
        fc.integer({ min: utc("2000-01-01"), max: utc("2040-01-01") }),
        fc.constantFrom("UTC", "Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Jakarta"),
        (ms, zone) => {
          const first = parsePeriod(day(ms), zone, NOW);
          const second = parsePeriod(day(ms + 86_400_000), zone, NOW);
          expect(first?.to).toBe(second?.from);
          expect(first && dayAfter(first, zone)).toBe(day(ms + 86_400_000));
        },
      ),
    );
  });
});
