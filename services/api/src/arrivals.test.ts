import { describe, expect, it } from "vitest";
import { Arrivals } from "./arrivals.ts";

const HOUR = 3_600_000;
const MINUTE = 60_000;
const START = 1_000 * HOUR;

function oneAMinute(from: number, to: number): Arrivals {
  const arrivals = new Arrivals();
  for (let at = from; at < to; at += MINUTE) arrivals.add(at);
  return arrivals;
}

describe("arrivals in an hour", () => {
  it("are counted over the last hour, wherever it begins", () => {
    expect(oneAMinute(START, START + 3 * HOUR).perHour(START + 3 * HOUR, START)).toBe(60);
    expect(oneAMinute(START, START + 2.5 * HOUR).perHour(START + 2.5 * HOUR, START)).toBe(60);
  });

  it("are told after ten minutes for the first time, from what came in them", () => {
    expect(oneAMinute(START, START + 9 * MINUTE).perHour(START + 9 * MINUTE, START)).toBeNull();
    expect(oneAMinute(START, START + 20 * MINUTE).perHour(START + 20 * MINUTE, START)).toBe(60);
  });

  it("are none an hour and more after the last", () => {
    const arrivals = oneAMinute(START, START + HOUR);
    expect(arrivals.perHour(START + 1.5 * HOUR, START)).toBe(30);
    expect(arrivals.perHour(START + 2 * HOUR, START)).toBe(0);
  });
});
