import { describe, expect, it } from "vitest";
import { hourSpan, hoursOf } from "./hours.ts";

const at = (text: string): number => Date.parse(`2026-11-24T${text}Z`);

describe("the hours of the ledger", () => {
  it("are all that a window touches, and never end before now when it rolls", () => {
    const now = at("12:48:00");
    expect(hoursOf({ kind: "rolling", range: "1h" }, now)).toEqual({ from: at("11:00:00"), to: null });
    expect(hoursOf({ kind: "rolling", range: "24h" }, now)).toEqual({
      from: at("12:00:00") - 86_400_000,
      to: null,
    });
  });

  it("are whole at both ends of a part of the past", () => {
    const window = { kind: "fixed", from: at("09:30:00"), to: at("10:01:00") } as const;
    expect(hoursOf(window, at("12:00:00"))).toEqual({ from: at("09:00:00"), to: at("11:00:00") });
    const whole = { kind: "fixed", from: at("09:00:00"), to: at("10:00:00") } as const;
    expect(hoursOf(whole, at("12:00:00"))).toEqual({ from: at("09:00:00"), to: at("10:00:00") });
    expect(hourSpan("2026-11-24T09:00:00.000Z")).toEqual({ from: at("09:00:00"), to: at("10:00:00") });
  });
});
