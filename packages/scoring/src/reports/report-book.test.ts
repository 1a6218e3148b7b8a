import type { Report } from "@kota/model";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ReportBook } from "./report-book.ts";

const HOUR = 3_600_000;
const T = Date.UTC(2026, 10, 1);
const period = (month: number) => ({
  from: Date.UTC(2026, month - 1),
  to: Date.UTC(2026, month),
  label: `2026-${String(month).padStart(2, "0")}`,
});
const report = (value: number, receivedAt: number, rest: Partial<Report> = {}): Report => ({
  id: `${value}@${receivedAt}/${rest.indicator ?? ""}${rest.area ?? ""}${rest.period?.label ?? ""}`,
  indicator: "jobless",
  area: "city",
  value,
  unit: "%",
  period: period(9),
  author: "Office",
  date: "2026-10-05",
  evidence: null,
  quality: "D",
  source: "Survey",
  note: null,
  via: "http",
  receivedAt,
  ...rest,
});
const bookOf = (reports: readonly Report[]) => {
  const book = new ReportBook();
  for (const each of reports) book.add(each);
  return book;
};
const valueAt = (book: ReportBook, at: number) => book.newestAt("jobless", "city", at)?.report.value;

describe("the book of reports", () => {
  it("knows a report from its receipt on, and not before", () => {
    const book = bookOf([report(5, T)]);
    expect(valueAt(book, T - 1)).toBeUndefined();
    expect(valueAt(book, T)).toBe(5);
  });

  it("takes the same again for nothing, at another time too, and says from when on a correction counts", () => {
    const book = new ReportBook();
    expect(book.add(report(5, T))).toBe(T);
    expect(book.add(report(5, T))).toBeUndefined();
    expect(book.add(report(5, T + HOUR))).toBeUndefined();
    expect(book.isNews(report(5, T + 2 * HOUR))).toBe(false);
    expect(book.isNews(report(6, T + 2 * HOUR))).toBe(true);
    expect(book.add(report(6, T + 2 * HOUR))).toBe(T);
    expect(
      book.revisionsOf(report(0, 0)).map(({ revision, report: { value } }) => [revision, value]),
    ).toEqual([
      [1, 5],
      [2, 6],
    ]);
  });

  it("lets a correction count from where the corrected report did, at most 48 hours back", () => {
    const book = bookOf([report(5, T), report(6, T + 100 * HOUR), report(5, T + 101 * HOUR)]);
    expect(valueAt(book, T + 52 * HOUR - 1)).toBe(5);
    expect(valueAt(book, T + 52 * HOUR)).toBe(6);
    expect(valueAt(book, T + 53 * HOUR)).toBe(5);
    expect([...book.all()].map(({ countsFrom }) => (countsFrom - T) / HOUR)).toEqual([0, 52, 53]);
  });

  it("prefers the newest period, and of two that end together the shorter", () => {
    const quarter = { from: Date.UTC(2026, 6), to: Date.UTC(2026, 9), label: "2026-Q3" };
    const book = bookOf([
      report(1, T + 2, { period: period(8) }),
      report(2, T + 1, { period: quarter }),
      report(3, T, { period: period(9) }),
    ]);
    expect(valueAt(book, T)).toBe(3);
    expect(valueAt(book, T + HOUR)).toBe(3);
  });

  it("is the same whatever the order in which reports come, and however often", () => {
    const any = fc.record({
      value: fc.integer({ min: 0, max: 2 }),
      hour: fc.integer({ min: 0, max: 120 }),
      month: fc.constantFrom(8, 9),
      area: fc.constantFrom("city", "leith"),
    });
    fc.assert(
      fc.property(
        fc.array(any, { maxLength: 12 }).chain((list) => {
          const all = list.map(({ value, hour, month, area }) =>
            report(value, T + hour * HOUR, { period: period(month), area }),
          );
          const twice = [...all, ...all];
          return fc.tuple(fc.constant(all), fc.shuffledSubarray(twice, { minLength: twice.length }));
        }),
        ([all, shuffled]) => {
          const one = bookOf(all);
          const other = new ReportBook();
          for (const each of shuffled) {
            const before = new Map(
              moments().map((at) => [at, other.newestAt("jobless", "city", at)?.report.id]),
            );
            const from = other.add(each) ?? Number.POSITIVE_INFINITY;
            // What counted before the moment that `add` names is what it was.
            for (const [at, id] of before)
              if (at < from) expect(other.newestAt("jobless", "city", at)?.report.id).toBe(id);
          }
          for (const area of ["city", "leith"])
            for (const at of moments())
              expect(other.newestAt("jobless", area, at)).toEqual(one.newestAt("jobless", area, at));
        },
      ),
    );
  });
});

function moments(): number[] {
  return Array.from({ length: 60 }, (_, index) => T + (index * 4 - 60) * HOUR);
}
