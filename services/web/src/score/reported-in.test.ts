import { describe, expect, it } from "vitest";
import type { Score } from "../api-types.ts";
import { reportedIn } from "./reported-in.ts";

const row = (area: string, place: string, state: "reported" | "expired" | "not_reported" | null) => {
  const [dimension = "", aspect = "", indicator = ""] = place.split("/");
  return {
    ...{ area, dimension, aspect, indicator },
    reported: state === null ? null : { state, report: null },
  } as Pick<Score, "area" | "dimension" | "aspect" | "indicator" | "reported">;
};
const SCORES = [
  row("city", "governance/service/in_time", "reported"),
  row("city", "governance/permits/issued", "expired"),
  // Of the areas: the city's own row is made of theirs.
  row("city", "governance/place/clean", null),
  row("leith", "governance/place/clean", "reported"),
  row("south", "governance/place/clean", "not_reported"),
  row("leith", "governance/service/in_time", "reported"),
  row("leith", "living/air/pm2_5", null),
];

describe("the reports behind a score", () => {
  it("are counted by indicator, in the city over all areas", () => {
    const governance = { area: "city", dimension: "governance", aspect: null, indicator: null } as const;
    expect(reportedIn(SCORES, governance)).toEqual({ reported: 2, of: 3 });
    expect(reportedIn(SCORES, { ...governance, dimension: null })).toEqual({ reported: 2, of: 3 });
    expect(reportedIn(SCORES, { ...governance, aspect: "permits" })).toEqual({ reported: 0, of: 1 });
    expect(reportedIn(SCORES, { ...governance, aspect: "place", indicator: "clean" })).toEqual({
      ...{ reported: 1, of: 1 },
    });
    expect(reportedIn(SCORES, { ...governance, area: "south" })).toEqual({ reported: 0, of: 1 });
  });

  it("are none where everything is measured", () => {
    const living = { area: "leith", dimension: "living", aspect: null, indicator: null } as const;
    expect(reportedIn(SCORES, living)).toBeNull();
  });
});
