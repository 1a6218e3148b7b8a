import { describe, expect, it } from "vitest";
import {
  type Course,
  columnsOfCourse,
  courseOfArea,
  courseOfScore,
  courseOfSeries,
  csvOf,
  rowsOf,
  shifted,
} from "./course.ts";
import { MOST_SERIES, parseSeriesRef, seriesRefs, writeSeriesRef } from "./series-ref.ts";

const at = (minute: number): number => Date.UTC(2026, 10, 24, 8, minute);
const course = (...minutes: number[]): Course => ({
  step: "1m",
  isCut: false,
  points: minutes.map((minute) => ({
    time: at(minute),
    mean: minute,
    min: minute - 1,
    max: minute + 1,
    last: minute,
    count: 1,
    devices: null,
  })),
});

describe("a series in a URL", () => {
  it("reads back, whatever its ids hold", () => {
    for (const text of [
      "pm2_5@air-1",
      "pm2_5@a@b/c d",
      "area@pm2_5@leith",
      "area@pm2_5@a@b",
      "score@leith/environment//",
      "score@city///",
    ]) {
      const ref = parseSeriesRef(text);
      expect(ref === null ? null : writeSeriesRef(ref)).toBe(text);
    }
  });

  it("is none without a metric or a device", () => {
    expect(["", "@air-1", "pm2_5@", "pm2_5", "area@pm2_5", "area@@leith"].map(parseSeriesRef)).toEqual(
      Array(6).fill(null),
    );
  });

  it("stands once, and no more than a chart can show", () => {
    expect(seriesRefs(["a@b", "a@b", "x", "c@d"])).toHaveLength(2);
    expect(seriesRefs(Array.from({ length: 20 }, (_, index) => `a@${index}`))).toHaveLength(MOST_SERIES);
  });
});

describe("a course", () => {
  it("of a score keeps the extremes of each step, also of one that ends without a score, and has no point where there was none", () => {
    const points = [
      { time: "2026-11-24T08:00:00.000Z", score: 50, mean: 40, min: 7, max: 90 },
      { time: "2026-11-24T08:01:00.000Z", score: null, mean: 45, min: 3, max: 60 },
      { time: "2026-11-24T08:02:00.000Z", score: null, mean: null, min: null, max: null },
    ];
    const history = { step: "1m", next: null, points };
    expect(courseOfScore(history as unknown as Parameters<typeof courseOfScore>[0]).points).toEqual([
      { time: at(0), mean: 40, min: 7, max: 90, last: 50, count: null, devices: null },
      { time: at(1), mean: 45, min: 3, max: 60, last: 45, count: null, devices: null },
    ]);
  });

  it("knows that it was cut", () => {
    const series = { step: "raw", next: "2026-11-24T08:00:00.000Z", points: [] };
    expect(courseOfSeries(series as unknown as Parameters<typeof courseOfSeries>[0]).isCut).toBe(true);
  });

  it("breaks where a device sent nothing, but a score holds until the next", () => {
    const sent = course(1, 2, 3, 20);
    const scored = { ...sent, points: sent.points.map((point) => ({ ...point, count: null })) };
    expect(columnsOfCourse(sent).mean).toContain(null);
    expect(columnsOfCourse(scored).mean).not.toContain(null);
  });

  it("of five years breaks at twenty days, of two days of readings as of two days of scores", () => {
    const day = 86_400_000;
    const step = (days: number, count: number | null) => ({
      ...{ time: at(0) + days * day, mean: 5, min: 1, max: 9, last: 5, count, devices: null },
    });
    for (const count of [40, null]) {
      const years = { step: "2d", isCut: false, points: [step(0, count), step(20, count), step(22, count)] };
      expect(columnsOfCourse(years).mean).toEqual([5, null, 5, 5]);
    }
    // One reading in each of two steps says nothing about a pace.
    const rare = { step: "2d", isCut: false, points: [step(0, 1), step(20, 1)] };
    expect(columnsOfCourse(rare).mean).toEqual([5, 5]);
  });

  it("of an area says how many devices each value is of", () => {
    const point = { time: "2026-11-24T08:00:00.000Z", value: 7, min: 2, max: 60, devices: 12, count: 120 };
    const series = { step: "10m", over: "median", devices: 14, points: [point] };
    const area = courseOfArea(series as unknown as Parameters<typeof courseOfArea>[0]);
    expect(area).toMatchObject({ area: { over: "median", devices: 14 }, isCut: false });
    expect(area.points).toEqual([
      { time: at(0), mean: 7, min: 2, max: 60, last: 7, count: 120, devices: 12 },
    ]);
    const line = { name: "Leith: PM2.5", unit: "ug/m3", when: "now", course: area, shiftMs: 0 };
    expect(csvOf([line])).toContain(",7,2,60,7,120,12\r\n");
  });

  it("is laid over another week", () => {
    expect(shifted(course(1), 60_000).points[0]?.time).toBe(at(2));
  });
});

describe("the CSV of a chart", () => {
  it("has a row for each step, with the time of its measurement", () => {
    const lines = [
      { name: "York Place, fill level", unit: "%", when: "now", course: course(1), shiftMs: 0 },
      {
        name: "York Place, fill level",
        unit: "%",
        when: "week before",
        course: course(2),
        shiftMs: -120_000,
      },
    ];
    expect(csvOf(lines)).toBe(
      "time,series,unit,of,mean,min,max,last,readings,devices\r\n" +
        '2026-11-24T08:01:00.000Z,"York Place, fill level",%,now,1,0,2,1,1,\r\n' +
        '2026-11-24T08:00:00.000Z,"York Place, fill level",%,week before,2,1,3,2,1,\r\n',
    );
  });

  it("starts no formula in a spreadsheet, and leaves negative numbers alone", () => {
    const text = csvOf([{ name: "=1+1", unit: null, when: "now", course: course(0), shiftMs: 0 }]);
    expect(text).toContain(",'=1+1,,now,0,-1,1,0,1,");
  });
});

describe("the rows of a table", () => {
  it("have every time once, newest first, and nothing where a line has nothing", () => {
    expect(rowsOf([course(1, 2), course(2, 3)])).toEqual([
      { time: at(3), means: [null, 3] },
      { time: at(2), means: [2, 2] },
      { time: at(1), means: [1, null] },
    ]);
  });
});
