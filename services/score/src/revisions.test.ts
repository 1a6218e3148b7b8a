import { type Score, scoreKey } from "@kota/model";
import { MINUTE_MS, minuteEnd } from "@kota/scoring";
import { describe, expect, it } from "vitest";
import { NOTHING_LATE, type StaleRange } from "./late-arrivals.ts";
import { Revisions } from "./revisions.ts";

const MINUTE = Date.UTC(2026, 0, 2, 12);
const score: Score = {
  ...{ area: "leith", dimension: "economy", aspect: null, indicator: null, title: "Economy" },
  ...{ score: 60, value: null, unit: null, status: "ok", coverage: 1, at: minuteEnd(MINUTE) },
  ...{ explanation: "", parts: [], sources: [], devices: 0, readings: 0 },
  model: { version: "1", hash: "a" },
};
const published = new Map([[scoreKey(score), { score: 50, value: null, coverage: 1 }]]);

function reasonFor(late: Partial<StaleRange>): string | undefined {
  const range: StaleRange = {
    ...NOTHING_LATE,
    ...{ from: MINUTE, through: MINUTE, begun: MINUTE, since: MINUTE, reach: new Map() },
    ...late,
  };
  return new Revisions().of([score], published, range, MINUTE + MINUTE_MS)[0]?.reason;
}

describe("the reason of a revision", () => {
  it("names a report that was received after the minute, and none that had been before it", () => {
    const reports = new Map([
      ["stalls for leith", MINUTE - MINUTE_MS],
      ["jobless for city", MINUTE + 2 * MINUTE_MS],
    ]);
    expect(reasonFor({ reports })).toBe(
      "A report came, or was corrected, after this score was published: jobless for city.",
    );
  });

  it("is that the scorer had stopped when nothing came late", () => {
    expect(reasonFor({ reports: new Map([["stalls for leith", MINUTE]]) })).toMatch(/the scorer had stopped/);
  });
});
