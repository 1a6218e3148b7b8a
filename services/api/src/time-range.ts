import type { TimeRange } from "@kota/time-series";
import { z } from "zod";
import { badParameter } from "./problem.ts";

const DAY = 86_400_000;
/** The years 1 to 9999: what RFC 3339 can write. */
const FIRST = Date.parse("0001-01-01T00:00:00Z");
const LAST = Date.parse("9999-12-31T23:59:59.999Z");
const RFC_3339 = z.iso.datetime({ offset: true });

/** A time in a query: RFC 3339 or Unix milliseconds. */
export const QueryTime = z
  .string()
  .describe("RFC 3339 (2026-11-24T08:00:00Z) or Unix milliseconds")
  .transform((text, context) => {
    const time = parseTime(text);
    if (time === null) {
      context.issues.push({
        code: "custom",
        input: text,
        message: `expected RFC 3339, such as 2026-11-24T08:00:00Z, or Unix milliseconds, and got '${text}'`,
      });
      return z.NEVER;
    }
    return time;
  });

export const rangeParameters = {
  from: QueryTime.optional().describe("Start of the range, which belongs to it"),
  to: QueryTime.optional().describe("End of the range, which does not belong to it"),
};

/** A range as a query gives it. */
interface QueryRange {
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

function parseTime(text: string): number | null {
  // The plus of an offset that was not percent-encoded arrives as a space.
  const timestamp = text.replace(/ (\d\d:\d\d)$/, "+$1");
  const time = /^-?\d{1,15}$/.test(text)
    ? Number(text)
    : RFC_3339.safeParse(timestamp).success
      ? Date.parse(timestamp)
      : Number.NaN;
  return time >= FIRST && time <= LAST ? time : null;
}

/** The range of a query: `to` is now and `from` a day before `to` when left out. */
export function rangeOf(query: QueryRange, now: number): TimeRange {
  const to = query.to ?? now;
  return checked({ from: query.from ?? to - DAY, to });
}

/** The range of a query that is about everything when no range is given. */
export function openRangeOf(query: QueryRange): Partial<TimeRange> {
  const { from, to } = query;
  if (from !== undefined && to !== undefined) checked({ from, to });
  return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
}

function checked(range: TimeRange): TimeRange {
  if (range.from >= range.to) {
    throw badParameter("from", "it has to be before 'to'; 'to' is now when it is left out");
  }
  return range;
}
