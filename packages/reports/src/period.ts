import { tzOffset } from "@date-fns/tz";
import type { ReportPeriod } from "@kota/model";

const MINUTE_MS = 60_000;

export const PERIOD_FORMS =
  "expected a year '2026', a quarter '2026-Q3', a month '2026-10', a day '2026-10-05', 'from/to' of two days or times, of which the second does not belong to it, or the last whole one: 'last-year', 'last-quarter', 'last-month', 'last-day'";

/**
 * A period as people write it, in a time zone; undefined for a text that is none. The last whole year, quarter, month or day is
 * that before `now`, and is written as what it is.
 */
export function parsePeriod(text: string, timeZone: string, now: number): ReportPeriod | undefined {
  const label = lastWhole(text.trim(), timeZone, now) ?? text.trim();
  const bounds = label.includes("/") ? interval(label, timeZone) : calendar(label, timeZone);
  if (bounds === undefined || !(bounds.from < bounds.to)) return undefined;
  return { ...bounds, label };
}

type Bounds = Pick<ReportPeriod, "from" | "to">;

/** The first day after a period. */
export function dayAfter({ to }: ReportPeriod, timeZone: string): string {
  return new Date(to + tzOffset(timeZone, new Date(to)) * MINUTE_MS).toISOString().slice(0, 10);
}

function lastWhole(text: string, timeZone: string, now: number): string | undefined {
  const wall = new Date(now + tzOffset(timeZone, new Date(now)) * MINUTE_MS);
  const [year, month] = [wall.getUTCFullYear(), wall.getUTCMonth()];
  switch (text) {
    case "last-year":
      return String(year - 1);
    case "last-quarter": {
      const quarter = Math.floor(month / 3);
      return quarter === 0 ? `${year - 1}-Q4` : `${year}-Q${quarter}`;
    }
    case "last-month":
      return new Date(Date.UTC(year, month - 1)).toISOString().slice(0, 7);
    case "last-day":
      return new Date(wall.getTime() - 86_400_000).toISOString().slice(0, 10);
    default:
      return undefined;
  }
}

function interval(text: string, timeZone: string): Bounds | undefined {
  const [first = "", second = "", ...rest] = text.split("/");
  const from = moment(first, timeZone);
  const to = moment(second, timeZone);
  return rest.length > 0 || from === undefined || to === undefined ? undefined : { from, to };
}

function moment(text: string, timeZone: string): number | undefined {
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:?\d\d)$/.test(text)) {
    const time = Date.parse(text);
    return Number.isNaN(time) ? undefined : time;
  }
  return /^\d{4}-\d\d-\d\d$/.test(text) ? calendar(text, timeZone)?.from : undefined;
}

function calendar(text: string, timeZone: string): Bounds | undefined {
  const [whole, years = "", quarter, months, days] =
    /^(\d{4})(?:-Q([1-4])|-(\d\d)(?:-(\d\d))?)?$/.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const year = Number(years);
  const day = (month: number, date: number) => startOfDay(year, month, date, timeZone);
  if (quarter !== undefined) {
    const month = 3 * (Number(quarter) - 1);
    return { from: day(month, 1), to: day(month + 3, 1) };
  }
  if (months === undefined) return { from: day(0, 1), to: day(12, 1) };
  const month = Number(months) - 1;
  if (month < 0 || month > 11) return undefined;
  if (days === undefined) return { from: day(month, 1), to: day(month + 1, 1) };
  const date = Number(days);
  if (new Date(Date.UTC(year, month, date)).getUTCDate() !== date) return undefined;
  return { from: day(month, date), to: day(month, date + 1) };
}

/** When a day begins on the clocks of a zone. */
function startOfDay(year: number, month: number, date: number, timeZone: string): number {
  const wall = Date.UTC(year, month, date);
  const before = wall - tzOffset(timeZone, new Date(wall)) * MINUTE_MS;
  // Near a change of the clocks the offset at the day's own beginning is another one.
  return wall - tzOffset(timeZone, new Date(before)) * MINUTE_MS;
}
