import { describe, expect, it } from "vitest";
import { renderTree } from "./tree.ts";

describe("a tree", () => {
  it("draws a line to each branch, and none past the last", () => {
    expect(
      renderTree({
        text: "city",
        below: [{ text: "north", below: [{ text: "air" }, { text: "bins" }] }, { text: "south" }],
      }),
    ).toEqual(["city", "├─ north", "│  ├─ air", "│  └─ bins", "└─ south"]);
  });
});
