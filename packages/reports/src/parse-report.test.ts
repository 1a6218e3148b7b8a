import { describe, expect, it } from "vitest";
import { parseReport, parseReports } from "./parse-report.ts";
import type { ReportRules } from "./report-rules.ts";

const NOW = Date.parse("2026-11-24T12:00:00Z");
const rules: ReportRules = {
  indicators: new Map([
    ["unemployment_rate", { unit: "%", scope: "city" }],
    ["volunteers", { unit: "%", scope: "area" }],
  ]),
  areas: new Set(["leith", "seaside"]),
  timeZone: "UTC",
  maxFutureMs: 300_000,
};
const receipt = { via: "http", receivedAt: NOW } as const;
const plain = {
  indicator: "unemployment_rate",
  area: "city",
  value: 4.6,
  unit: "%",
  period: "2025",
  author: "Office of statistics",
  date: "2026-02-05",
  evidence: "https://example.org/labour",
  quality: "A",
  source: "Labour force survey",
};
const problemsWith = (changes: object) => {
  const parsed = parseReport({ ...plain, ...changes }, rules, receipt);
  return parsed.ok ? [] : parsed.problems.map(({ path, message }) => `${path}: ${message}`);
};

describe("a report", () => {
  it("has value, unit, period, author, day, evidence, class and source, and a receipt", () => {
    const parsed = parseReport(plain, rules, receipt);
    expect(parsed).toMatchObject({
      ok: true,
      report: {
        ...plain,
        period: { from: Date.UTC(2025, 0), to: Date.UTC(2026, 0), label: "2025" },
        note: null,
        via: "http",
        receivedAt: NOW,
      },
    });
  });

  it("that is received again at the same time is the same receipt, whichever way it came", () => {
    const id = (changes: object, at: number) => {
      const parsed = parseReport({ ...plain, ...changes }, rules, { via: "mqtt", receivedAt: at });
      return parsed.ok ? parsed.report.id : "";
    };
    expect(id({}, NOW)).toBe(id({}, NOW));
    expect(id({}, NOW)).not.toBe(id({}, NOW + 1));
    expect(id({}, NOW)).not.toBe(id({ value: 4.7 }, NOW));
  });

  it("without a day is of the first day after its period", () => {
    const parsed = parseReport({ ...plain, date: undefined, period: "2026-10" }, rules, receipt);
    expect(parsed.ok && parsed.report.date).toBe("2026-11-01");
  });

  it.each([
    [
      { indicator: "happiness" },
      "indicator: the score model has no reported indicator 'happiness'; it has unemployment_rate, volunteers",
    ],
    [{ unit: "1" }, "unit: expected '%', got '1'"],
    [{ area: "leith" }, "area: this indicator is reported for the whole city: expected 'city', got 'leith'"],
    [
      { indicator: "volunteers" },
      "area: this indicator is reported for each area; the city's value is made from theirs",
    ],
    [{ indicator: "volunteers", area: "mars" }, "area: the city has no area 'mars'; it has leith, seaside"],
    [{ evidence: null }, "evidence: class A needs an https link to the evidence; without one it is D"],
    [{ evidence: "http://example.org" }, "evidence: expected an https link"],
    [{ evidence: "javascript:alert(1)" }, "evidence: expected an https link"],
    [{ value: "4.6" }, "value: expected a number"],
    [{ value: Number.NaN }, "value: expected a number"],
    [{ quality: "E" }, "quality: expected one of A, B, C, D"],
    [{ date: "05.02.2026" }, "date: expected a day such as '2026-11-24'"],
    [{ date: "2027-01-01" }, "date: 2027-01-01 is in the future"],
    [{ period: "2026-11" }, "period: '2026-11' is not over: it ends at 2026-12-01T00:00:00.000Z"],
  ])("is refused for %o, with the reason", (changes, problem) => {
    expect(problemsWith(changes)).toContain(problem);
  });

  it("is refused for a key that is not known, and needs no evidence in class D", () => {
    expect(problemsWith({ colour: "red" })).toEqual([expect.stringContaining("colour")]);
    expect(problemsWith({ evidence: null, quality: "D" })).toEqual([]);
  });
});

describe("a list of reports", () => {
  it("is taken whole or not at all, and says which entry is wrong", () => {
    const list = [plain, { ...plain, value: null, period: "2024" }, { ...plain, unit: "1", period: "2023" }];
    const parsed = parseReports(list, rules, receipt);
    expect(parsed.ok).toBe(false);
    expect(!parsed.ok && parsed.problems.map(({ index, path }) => [index, path])).toEqual([
      [1, "value"],
      [2, "unit"],
    ]);
  });

  it("does not state two values for the same", () => {
    const parsed = parseReports([plain, { ...plain, value: 5 }], rules, receipt);
    expect(!parsed.ok && parsed.problems).toEqual([
      { index: 1, path: "", message: expect.stringContaining("stand in entry 1 already") },
    ]);
  });
});
