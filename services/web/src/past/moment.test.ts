import { describe, expect, it } from "vitest";
import { lastHour, momentOf, moved, STEPS, sliderSpan, writeMoment } from "./moment.ts";

const NOW = Date.parse("2026-11-24T12:34:56Z");
const at = (text: string) => Date.parse(text);

describe("a moment of the past", () => {
  it("is what the URL says, unless that cannot be read or lies ahead", () => {
    expect(momentOf("2026-11-24T08:00:00Z", NOW)).toBe(at("2026-11-24T08:00:00Z"));
    expect([null, "", "yesterday", "2026-11-25T00:00:00Z"].map((text) => momentOf(text, NOW))).toEqual(
      Array(4).fill(null),
    );
  });

  it("stands in the URL to the minute, and comes back as it was", () => {
    const text = writeMoment(at("2026-11-24T08:05:59.999Z"));
    expect(text).toBe("2026-11-24T08:05:00Z");
    expect(writeMoment(momentOf(text, NOW) ?? 0)).toBe(text);
  });

  it("steps up to now, and no further", () => {
    expect(moved(at("2026-11-24T10:00:00Z"), STEPS.hour, NOW)).toBe(at("2026-11-24T11:00:00Z"));
    expect(moved(at("2026-11-24T12:00:00Z"), STEPS.hour, NOW)).toBeNull();
    expect(moved(at("2026-11-24T12:00:00Z"), -STEPS.day, NOW)).toBe(at("2026-11-23T12:00:00Z"));
    expect(lastHour(NOW)).toBe(at("2026-11-24T11:00:00Z"));
  });

  it("is on the slider, however old it is", () => {
    expect(sliderSpan(at("2026-11-20T00:00:00Z"), NOW)).toEqual({ from: NOW - 7 * STEPS.day, to: NOW });
    const old = at("2025-01-01T00:00:00Z");
    const { from, to } = sliderSpan(old, NOW);
    expect(from).toBeLessThan(old);
    expect(to).toBeGreaterThan(old);
    expect(to - from).toBe(7 * STEPS.day);
  });
});
