import { describe, expect, it } from "vitest";
import type { WorkItem } from "../api-types.ts";
import { mergeWork } from "./merge-work.ts";

const item = (id: string, rest: Partial<WorkItem> = {}): WorkItem =>
  ({ id, status: "open", severity: 2, excess: 1, since: "2026-11-24T12:00:00Z", ...rest }) as WorkItem;

describe("the work list with what the stream brought", () => {
  it("has new items in their place, changed ones once, and no closed ones", () => {
    const list = [item("a"), item("b"), item("c")];
    const merged = mergeWork(list, [
      item("b", { status: "closed" }),
      item("a", { status: "acknowledged" }),
      item("d", { severity: 3 }),
    ]);
    expect(merged.map(({ id }) => id)).toEqual(["d", "c", "a"]);
  });
});
