import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createZone } from "./zone.ts";

const at = (text: string): number => Date.parse(text);

describe("a wall-clock time of a zone", () => {
  it.each([
    ["Asia/Jakarta", "2026-11-24T19:06:33Z", "2026-11-24T12:06:33Z"],
    ["Asia/Kathmandu", "2026-11-24T12:00:00Z", "2026-11-24T06:15:00Z"],
    ["America/St_Johns", "2026-01-15T12:00:00Z", "2026-01-15T15:30:00Z"],
    ["Europe/London", "2026-07-01T12:00:00Z", "2026-07-01T11:00:00Z"],
    ["Europe/London", "2026-01-01T12:00:00Z", "2026-01-01T12:00:00Z"],
    ["UTC", "2026-01-01T12:00:00Z", "2026-01-01T12:00:00Z"],
    ["Australia/Lord_Howe", "2026-01-01T11:00:00Z", "2026-01-01T00:00:00Z"],
  ])("in %s, %s is %s", (name, wall, instant) => {
    expect(createZone(name).instantOf(at(wall), at(instant))).toBe(at(instant));
  });

  it("that comes twice is the one nearer to the receive time", () => {
    const zone = createZone("Europe/London");
    const wall = at("2026-10-25T01:30:00Z");
    expect(zone.instantOf(wall, at("2026-10-25T00:30:05Z"))).toBe(at("2026-10-25T00:30:00Z"));
    expect(zone.instantOf(wall, at("2026-10-25T01:30:05Z"))).toBe(at("2026-10-25T01:30:00Z"));
  });

  it("that clocks skip counts from before the jump", () => {
    expect(createZone("Europe/London").instantOf(at("2026-03-29T01:30:00Z"), 0)).toBe(
      at("2026-03-29T01:30:00Z"),
    );
  });

  it.each(["Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Jakarta", "America/St_Johns"])(
    "gives back every instant of %s that it was written for",
    (name) => {
      const zone = createZone(name);
      const format = new Intl.DateTimeFormat("sv-SE", {
        timeZone: name,
        dateStyle: "short",
        timeStyle: "medium",
      });
      fc.assert(
        fc.property(
          fc.integer({ min: at("2015-01-01T00:00:00Z") / 1000, max: at("2035-01-01T00:00:00Z") / 1000 }),
          (s) => {
            const instant = s * 1000;
            const wall = at(`${format.format(instant).replace(" ", "T")}Z`);
            expect(zone.instantOf(wall, instant + 2000)).toBe(instant);
          },
        ),
        { numRuns: 300 },
      );
    },
  );
});
