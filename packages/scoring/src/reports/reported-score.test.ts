import type { Report } from "@kota/model";
import { describe, expect, it } from "vitest";
import { boundsOf } from "../bounds.ts";
import { evaluate } from "../evaluate.ts";
import { parseScoreModel } from "../parse-score-model.ts";
import { receiptOf } from "../receipt.ts";
import { disagreements, recompute } from "../recompute.ts";
import { Windows } from "../windows.ts";
import { ReportBook } from "./report-book.ts";

const DAY = 86_400_000;
const T = Date.UTC(2026, 10, 24);

const model = parseScoreModel(`
version: 1
dimensions:
  economy:
    aspects:
      work:
        title: Work
        indicators:
          jobless: { title: Jobless, from: reports, scope: city, validity: 100d, unit: "%", goalposts: [[0, 100], [20, 0]], weight: 3, source: editorial }
          vacancies: { title: Vacancies, from: reports, validity: 10d, unit: "1", goalposts: [[0, 0], [100, 100]], source: editorial }
  community: {}
`);
const areas = [
  { id: "north", name: "North", population: 3 },
  { id: "south", name: "South", population: 1 },
];
const report = (value: number, rest: Partial<Report> = {}): Report => ({
  id: `${value}/${rest.indicator}/${rest.area}/${rest.receivedAt}`,
  indicator: "jobless",
  area: "city",
  value,
  unit: "%",
  period: { from: T - 31 * DAY, to: T - DAY, label: "2026-10" },
  author: "Office of statistics",
  date: "2026-11-20",
  evidence: "https://example.org/jobless",
  quality: "B",
  source: "Register",
  note: null,
  via: "http",
  receivedAt: T - DAY,
  ...rest,
});

function at(time: number, ...reports: Report[]) {
  const book = new ReportBook();
  for (const each of reports) book.add(each);
  const scores = evaluate(model, new Windows(), areas, [], time, book);
  const basis = { model, windows: new Windows(), areas, devices: [], reports: book, at: time };
  return {
    score: (area: string, indicator: string | null) =>
      scores.find((each) => each.area === area && each.aspect === "work" && each.indicator === indicator),
    receipt: (area: string, indicator: string | null) => {
      const receipt = receiptOf(basis, { area, dimension: "economy", aspect: "work", indicator });
      if (receipt === undefined) throw new Error("no receipt");
      return receipt;
    },
  };
}

describe("an indicator from reports", () => {
  it("has the score of the reported value, and names the report", () => {
    const { score } = at(T, report(5));
    expect(score("north", "jobless")).toMatchObject({
      score: 75,
      value: 5,
      unit: "%",
      status: "ok",
      coverage: 1,
      devices: 0,
      readings: 0,
      reported: { state: "reported", revision: 1, report: { author: "Office of statistics" } },
      explanation:
        "Jobless: 5 % for the whole city, reported by Office of statistics on 2026-11-20 for 2026-10 (class B), which gives 75: 0 gives 100, 20 gives 0.",
    });
    expect(score("city", "jobless")).toMatchObject({ score: 75, value: 5, reported: { state: "reported" } });
  });

  it("that nobody reported is not reported: no score, never zero, and it costs coverage by its weight", () => {
    const { score } = at(T, report(5));
    expect(score("north", "vacancies")).toMatchObject({
      score: null,
      value: null,
      status: "no_data",
      coverage: 0,
      reported: { state: "not_reported", report: null },
      explanation: "Vacancies: not reported for this area.",
    });
    expect(score("north", null)).toMatchObject({ score: 75, coverage: 0.75, status: "ok" });
    expect(at(T).score("north", null)).toMatchObject({ score: null, status: "no_data" });
  });

  it("expires at the end of its validity, to the millisecond", () => {
    const last = T - DAY + 100 * DAY - 1;
    expect(at(last, report(5)).score("south", "jobless")).toMatchObject({ score: 75 });
    expect(at(last + 1, report(5)).score("south", "jobless")).toMatchObject({
      score: null,
      status: "no_data",
      reported: { state: "expired", report: { value: 5 } },
      explanation:
        "Jobless: not reported. The last report, 5 %, reported by Office of statistics on 2026-11-20 for 2026-10 (class B), counted for 100 d after its period and has expired.",
    });
  });

  it("of areas counts where it is reported; the city is the mean of those, by the coverage rule of areas", () => {
    const of = (area: string, value: number) => report(value, { indicator: "vacancies", area, unit: "1" });
    const both = at(T, of("north", 40), of("south", 80));
    expect(both.score("north", "vacancies")).toMatchObject({ score: 40 });
    expect(both.score("city", "vacancies")).toMatchObject({ score: 50, value: 50 });
    expect(both.score("city", "vacancies")?.reported).toBeUndefined();
    expect(at(T, of("south", 80)).score("city", "vacancies")).toMatchObject({ score: null, coverage: 0.25 });
  });

  it("has a receipt with the evidence and what it corrects, which recomputes to the digit after JSON", () => {
    const corrected = report(7, { receivedAt: T - 1000, quality: "A" });
    const receipt = JSON.parse(JSON.stringify(at(T, report(5), corrected).receipt("north", "jobless")));
    expect(receipt).toMatchObject({
      kind: "reported",
      state: "reported",
      score: 65,
      report: {
        value: 7,
        revision: 2,
        author: "Office of statistics",
        date: "2026-11-20",
        evidence: "https://example.org/jobless",
        quality: "A",
        countsFrom: "2026-11-23T00:00:00.000Z",
        expires: "2027-03-03T00:00:00.000Z",
        corrects: [{ value: 5, quality: "B" }],
      },
    });
    expect(recompute(receipt)).toBe(65);
    expect(disagreements(receipt)).toEqual([]);
    expect(disagreements({ ...receipt, score: 66 })).toEqual([
      "north/economy/work/jobless: score 66, and the evidence gives 65",
    ]);
    expect(disagreements(at(T, corrected).receipt("city", null))).toEqual([]);
  });

  it("has a receipt that says so when it is not reported", () => {
    const receipt = at(T).receipt("north", "jobless");
    expect(receipt).toMatchObject({ kind: "reported", state: "not_reported", report: null, score: null });
    expect(recompute(receipt)).toBeNull();
  });
});

describe("the bounds of a score", () => {
  it("widen with the class of the report", () => {
    const boundsOfClass = (quality: Report["quality"]) =>
      boundsOf(at(T, report(5, { quality })).receipt("north", "jobless"));
    expect(boundsOfClass("A")).toEqual({ low: 73, high: 77 });
    expect(boundsOfClass("B")).toEqual({ low: 70, high: 80 });
    expect(boundsOfClass("D")).toEqual({ low: 50, high: 100 });
  });

  it("leave open what is missing, and are none without a score", () => {
    expect(boundsOf(at(T, report(5)).receipt("north", null))).toEqual({
      low: 0.75 * 70,
      high: 0.75 * 80 + 0.25 * 100,
    });
    expect(boundsOf(at(T).receipt("north", null))).toBeNull();
  });

  it("hold the score", () => {
    for (const value of [0, 3, 10, 20, 30]) {
      const receipt = at(T, report(value)).receipt("city", null);
      const bounds = boundsOf(receipt);
      expect(bounds?.low).toBeLessThanOrEqual(receipt.score ?? Number.NaN);
      expect(bounds?.high).toBeGreaterThanOrEqual(receipt.score ?? Number.NaN);
    }
  });
});
