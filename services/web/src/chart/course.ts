import type { AreaSeries, ScoreHistory, Series } from "../api-types.ts";
import type { Columns } from "../series/gaps.ts";
import { withGaps } from "../series/gaps.ts";
import { stepMs } from "../series/step.ts";

/** One step of a course. */
export interface CoursePoint {
  /** Start of the step, Unix milliseconds. */
  readonly time: number;
  readonly mean: number;
  readonly min: number;
  readonly max: number;
  readonly last: number;
  /** Readings; null for a score. */
  readonly count: number | null;
  /** Devices that an area's value is of; null for any other. */
  readonly devices: number | null;
}

/** What one line of a chart shows. */
export interface Course {
  readonly step: string;
  readonly points: readonly CoursePoint[];
  /** The API had more than it gives at once. */
  readonly isCut: boolean;
  /** Of an area: how its devices became one value, and how many there are. */
  readonly area?: { readonly over: AreaSeries["over"]; readonly devices: number };
}

export function courseOfSeries(series: Series): Course {
  return {
    step: series.step,
    points: series.points.map(({ time, mean, min, max, last, count }) => ({
      time: Date.parse(time),
      mean,
      min,
      max,
      last,
      count,
      devices: null,
    })),
    isCut: series.next !== null,
  };
}

export function courseOfArea({ step, points, over, devices: all }: AreaSeries): Course {
  return {
    step,
    points: points.map(({ time, value, min, max, count, devices }) => ({
      time: Date.parse(time),
      mean: value,
      min,
      max,
      last: value,
      count,
      devices,
    })),
    isCut: false,
    area: { over, devices: all },
  };
}

/** Steps in which there was no score are left out: they are gaps. */
export function courseOfScore(history: ScoreHistory): Course {
  return {
    step: history.step,
    points: history.points.flatMap(({ time, score, mean, min, max }) =>
      mean === null || min === null || max === null
        ? []
        : [{ time: Date.parse(time), mean, min, max, last: score ?? mean, count: null, devices: null }],
    ),
    isCut: history.next !== null,
  };
}

/** A course moved along time, to lay one week over another. */
export function shifted(course: Course, ms: number): Course {
  return { ...course, points: course.points.map((point) => ({ ...point, time: point.time + ms })) };
}

/** A score is published when it changes and holds until the next: only a longer silence is a gap, and one of a day always. */
const SCORE_HOLDS = { leastMs: 30 * 60_000, mostMs: 24 * 3_600_000 };

/** The columns of a course, with its gaps. */
export function columnsOfCourse({ points, step }: Course): Columns {
  const isScore = points[0]?.count === null;
  return withGaps(points, stepMs(step), isScore ? SCORE_HOLDS : {});
}

/** A line of a chart as it is written into a file. */
export interface WrittenLine {
  readonly name: string;
  /** UCUM code; null for a score. */
  readonly unit: string | null;
  /** `now` or `week before`. */
  readonly when: string;
  readonly course: Course;
  /** Added to a time to have the one at which it was measured: a week is taken off what was laid over another. */
  readonly shiftMs: number;
}

/** What a chart shows, as CSV: one row for each step of each line, with the time at which it was measured. */
export function csvOf(lines: readonly WrittenLine[]): string {
  const rows = lines.flatMap(({ name, unit, when, course, shiftMs }) =>
    course.points.map(({ time, mean, min, max, last, count, devices }) => [
      new Date(time + shiftMs).toISOString(),
      name,
      unit ?? "",
      when,
      String(mean),
      String(min),
      String(max),
      String(last),
      count === null ? "" : String(count),
      devices === null ? "" : String(devices),
    ]),
  );
  return [["time", "series", "unit", "of", "mean", "min", "max", "last", "readings", "devices"], ...rows]
    .map((row) => row.map(csvCell).join(","))
    .join("\r\n")
    .concat("\r\n");
}

/** A text that would start a formula in a spreadsheet is made harmless; numbers are left alone. */
function csvCell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) && Number.isNaN(Number(text)) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** The rows of a table: every time that any line has, newest first, with the mean of each line, null where it has none. */
export function rowsOf(
  courses: readonly Course[],
): readonly { readonly time: number; readonly means: readonly (number | null)[] }[] {
  const rows = new Map<number, (number | null)[]>();
  courses.forEach(({ points }, index) => {
    for (const { time, mean } of points) {
      const row = rows.get(time) ?? Array.from(courses, () => null);
      row[index] = mean;
      rows.set(time, row);
    }
  });
  return [...rows].sort(([a], [b]) => b - a).map(([time, means]) => ({ time, means }));
}
