import { describe, expect, it } from "vitest";
import { recentValues } from "./recent-values.ts";

describe("the newest values of a partition", () => {
  it("are there until nobody needs them", () => {
    const recent = recentValues(100);
    recent.hold(7, ["a"], 10);
    recent.hold(8, ["b"], 10);
    recent.release(8);
    expect(recent.at(7)).toBeUndefined();
    expect(recent.at(8)).toMatchObject({ values: ["b"] });
    expect(recent.at(9)).toBeUndefined();
  });

  it("are no more than may be held: the oldest go first, and make room for what comes", () => {
    const recent = recentValues(100);
    for (let offset = 0; offset < 50; offset++) recent.hold(offset, [offset], 30);
    const held = Array.from({ length: 50 }, (_, offset) => offset).filter((offset) => recent.at(offset));
    expect(held).toEqual([47, 48, 49]);
    recent.hold(50, ["more than all"], 101);
    expect(recent.at(49)).toBeUndefined();
    expect(recent.at(50)).toBeUndefined();
    recent.hold(51, ["fits again"], 100);
    expect(recent.at(51)).toBeDefined();
  });
});
