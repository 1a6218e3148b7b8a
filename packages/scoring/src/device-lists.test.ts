import { describe, expect, it } from "vitest";
import { DeviceLists } from "./device-lists.ts";

describe("lists of devices", () => {
  it("have a union that is found again, and follows a change", () => {
    const lists = new DeviceLists();
    const [one, other] = [
      ["x", "y"],
      ["y", "z"],
    ];
    const union = lists.union("a", [one, other]);
    expect(union).toEqual(["x", "y", "z"]);
    expect(lists.union("a", [one, [], other])).toBe(union);
    expect(lists.union("a", [one, ["y"]])).toEqual(["x", "y"]);
    expect(lists.union("a", [[], one])).toBe(one);
    expect(lists.union("a", [])).toEqual([]);
  });
});
