import { describe, expect, it } from "vitest";
import type { Score } from "../../api-types.ts";
import { type AreaRow, nextSort, sortAreas } from "./sort-areas.ts";

const row = (name: string, score: number | null): AreaRow => ({
  id: name,
  name,
  population: 1,
  scores: new Map([["overall", { score } as Score]]),
});
const rows = [row("Leith", 40), row("Bay", null), row("New Town", 90), row("Abbey", 40)];
const names = (sort: string | null): string[] => sortAreas(rows, sort).map(({ name }) => name);

describe("sortAreas", () => {
  it("sorts by name unless asked otherwise", () => {
    expect(names(null)).toEqual(["Abbey", "Bay", "Leith", "New Town"]);
    expect(names("-name")).toEqual(["New Town", "Leith", "Bay", "Abbey"]);
  });

  it("puts the worst first, equal ones by name, and those without data last", () => {
    expect(names("overall")).toEqual(["Abbey", "Leith", "New Town", "Bay"]);
  });

  it("keeps those without data last when the best come first", () => {
    expect(names("-overall")).toEqual(["New Town", "Abbey", "Leith", "Bay"]);
  });
});

describe("nextSort", () => {
  it("goes from worst first to best first and back to the names", () => {
    expect(nextSort("overall", null)).toBe("overall");
    expect(nextSort("overall", "overall")).toBe("-overall");
    expect(nextSort("overall", "-overall")).toBeNull();
    expect(nextSort("name", null)).toBe("-name");
  });
});
