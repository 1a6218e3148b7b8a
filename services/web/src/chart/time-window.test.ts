import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  dragged,
  pan,
  RANGES,
  searchOfWindow,
  seenFrom,
  spanOf,
  timeOfWall,
  wallTime,
  windowOf,
  zoom,
} from "./time-window.ts";

const HOUR = 3_600_000;
const now = Date.UTC(2026, 10, 24, 12);

describe("windowOf", () => {
  it("takes 24 hours when nothing else is asked for, or what is asked for makes no sense", () => {
    const day = { kind: "rolling", range: "24h" };
    expect(windowOf({})).toEqual(day);
    expect(windowOf({ range: "3y" })).toEqual(day);
    expect(windowOf({ from: "2026-11-24T08:00:00Z" })).toEqual(day);
    expect(windowOf({ from: "2026-11-24T08:00:00Z", to: "2026-11-24T07:00:00Z" })).toEqual(day);
  });

  it("reads back what was written", () => {
    for (const { id } of RANGES) {
      const window = { kind: "rolling", range: id } as const;
      expect(windowOf(searchOfWindow(window))).toEqual(window);
    }
    const fixed = { kind: "fixed", from: now - HOUR, to: now } as const;
    expect(windowOf(searchOfWindow(fixed))).toEqual(fixed);
  });
});

describe("seenFrom", () => {
  const at = now - 5 * HOUR;

  it("is the window itself while the page shows what is now", () => {
    const window = { kind: "rolling", range: "6h" } as const;
    expect(seenFrom(window, null)).toBe(window);
  });

  it("ends what rolls at the moment, and leaves what ends before it", () => {
    expect(seenFrom({ kind: "rolling", range: "6h" }, at)).toEqual({
      kind: "fixed",
      from: at - 6 * HOUR,
      to: at,
    });
    const before = { kind: "fixed", from: at - 3 * HOUR, to: at - HOUR } as const;
    expect(seenFrom(before, at)).toEqual(before);
  });

  it("never shows what came after the moment, at the length that was asked for", () => {
    fc.assert(
      fc.property(fc.integer({ min: -500, max: 500 }), fc.integer({ min: 1, max: 500 }), (begin, hours) => {
        const from = now + begin * HOUR;
        const { from: start, to } = spanOf(
          seenFrom({ kind: "fixed", from, to: from + hours * HOUR }, at),
          now,
        );
        expect(to).toBeLessThanOrEqual(at);
        expect(to - start).toBe(hours * HOUR);
      }),
    );
  });
});

describe("pan", () => {
  it("leaves the present for the past", () => {
    expect(pan({ kind: "rolling", range: "6h" }, -0.5, now)).toEqual({
      kind: "fixed",
      from: now - 9 * HOUR,
      to: now - 3 * HOUR,
    });
  });

  it("rolls again when it comes back to now", () => {
    const past = pan({ kind: "rolling", range: "6h" }, -0.5, now);
    expect(pan(past, 0.5, now)).toEqual({ kind: "rolling", range: "6h" });
  });

  it("stops at now with a length that is no range", () => {
    const window = { kind: "fixed", from: now - 5 * HOUR, to: now - 3 * HOUR } as const;
    expect(pan(window, 4, now)).toEqual({ kind: "fixed", from: now - 2 * HOUR, to: now });
  });
});

describe("zoom", () => {
  it("goes in around the middle and out again", () => {
    expect(zoom({ kind: "fixed", from: now - 4 * HOUR, to: now }, 0.5, now)).toEqual({
      kind: "fixed",
      from: now - 3 * HOUR,
      to: now - HOUR,
    });
  });

  it("never shows the future, and stays between a minute and five years", () => {
    const span = fc.tuple(
      fc.integer({ min: 1, max: 500 * 24 }),
      fc.integer({ min: 0, max: 1000 }),
      fc.double({ min: 0.01, max: 100, noNaN: true }),
    );
    fc.assert(
      fc.property(span, ([hours, ago, factor]) => {
        const to = now - ago * HOUR;
        const { from, to: end } = spanOf(
          zoom({ kind: "fixed", from: to - hours * HOUR, to }, factor, now),
          now,
        );
        expect(end).toBeLessThanOrEqual(now);
        expect(end - from).toBeGreaterThanOrEqual(59_999);
        expect(end - from).toBeLessThanOrEqual(5 * 366 * 24 * HOUR + 1);
      }),
    );
  });
});

describe("dragged", () => {
  it("takes both directions and leaves out a slip of the hand", () => {
    expect(dragged(now, now - HOUR)).toEqual({ kind: "fixed", from: now - HOUR, to: now });
    expect(dragged(now, now + 30_000)).toBeNull();
  });
});

describe("a field of day and time", () => {
  it("is in the city's zone, summer time included", () => {
    expect(wallTime(Date.UTC(2026, 6, 1, 12), "Europe/London")).toBe("2026-07-01T13:00");
    expect(timeOfWall("2026-07-01T13:00", "Europe/London")).toBe(Date.UTC(2026, 6, 1, 12));
    expect(timeOfWall("2026-11-24T07:00", "Asia/Jakarta")).toBe(Date.UTC(2026, 10, 24));
    expect(timeOfWall("", "UTC")).toBeNaN();
  });

  it("takes the first of an hour that comes twice, and moves on from an hour that is left out", () => {
    expect(timeOfWall("2026-10-25T01:30", "Europe/London")).toBe(Date.UTC(2026, 9, 25, 0, 30));
    expect(timeOfWall("2026-03-29T01:30", "Europe/London")).toBe(Date.UTC(2026, 2, 29, 1, 30));
  });

  it("is right in the hours around a change of the clock, west of Greenwich too", () => {
    const zone = "America/New_York";
    for (let hour = -30; hour <= 30; hour += 1) {
      const time = Date.UTC(2026, 2, 8, 7) + hour * HOUR;
      expect(timeOfWall(wallTime(time, zone), zone)).toBe(time);
    }
  });

  it("reads back every full minute that is there once", () => {
    const minute = fc.integer({ min: 0, max: 2 * 365 * 24 * 60 });
    fc.assert(
      fc.property(
        minute,
        fc.constantFrom("Europe/London", "America/New_York", "Asia/Kathmandu"),
        (m, zone) => {
          const time = Date.UTC(2026, 0, 1) + m * 60_000;
          const back = timeOfWall(wallTime(time, zone), zone);
          expect(time - back === 0 || time - back === HOUR).toBe(true);
        },
      ),
    );
  });
});
