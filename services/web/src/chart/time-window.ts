/** The ranges a chart can show, shortest first. */
export const RANGES = [
  { id: "1h", ms: 3_600_000 },
  { id: "6h", ms: 6 * 3_600_000 },
  { id: "24h", ms: 24 * 3_600_000 },
  { id: "7d", ms: 7 * 86_400_000 },
  { id: "30d", ms: 30 * 86_400_000 },
  { id: "1y", ms: 365 * 86_400_000 },
  { id: "5y", ms: 5 * 366 * 86_400_000 },
] as const;
type RangeId = (typeof RANGES)[number]["id"];
const DEFAULT_RANGE: RangeId = "24h";

/** Which time is shown: the last hours up to now, or a part of the past that stays. Unix milliseconds. */
export type TimeWindow =
  | { readonly kind: "rolling"; readonly range: RangeId }
  | { readonly kind: "fixed"; readonly from: number; readonly to: number };

/** A window in the query of a URL. */
export interface WindowSearch {
  readonly range?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

export interface Span {
  readonly from: number;
  readonly to: number;
}

const LEAST_MS = 60_000;
const MOST_MS = 5 * 366 * 86_400_000;

function msOf(range: RangeId): number {
  return RANGES.find(({ id }) => id === range)?.ms ?? 0;
}

/** The window that a URL asks for: `from` and `to` when both can be read and are in order, else its range, else 24 hours. */
export function windowOf({ range, from, to }: WindowSearch): TimeWindow {
  const [start, end] = [Date.parse(from ?? ""), Date.parse(to ?? "")];
  if (end - start >= 1000) return { kind: "fixed", from: start, to: end };
  return { kind: "rolling", range: RANGES.find(({ id }) => id === range)?.id ?? DEFAULT_RANGE };
}

/** The query of a URL that asks for a window; the default is left out. */
export function searchOfWindow(window: TimeWindow): WindowSearch {
  if (window.kind === "rolling") {
    return {
      range: window.range === DEFAULT_RANGE ? undefined : window.range,
      from: undefined,
      to: undefined,
    };
  }
  return { range: undefined, from: isoSeconds(window.from), to: isoSeconds(window.to) };
}

function isoSeconds(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19)}Z`;
}

/** From when to when a window reaches at this moment. */
export function spanOf(window: TimeWindow, now: number): Span {
  return window.kind === "fixed" ? window : { from: now - msOf(window.range), to: now };
}

/** A window as it is seen from a moment of the past: a rolling one ends there, and nothing of what came after is shown. Null: now. */
export function seenFrom(window: TimeWindow, at: number | null): TimeWindow {
  if (at === null) return window;
  const { from, to } = spanOf(window, at);
  return to <= at ? { kind: "fixed", from, to } : { kind: "fixed", from: at - (to - from), to: at };
}

/** Moves a window by a share of its length, never into the future: there it rolls again, when it has the length of a range. */
export function pan(window: TimeWindow, share: number, now: number): TimeWindow {
  const { from, to } = spanOf(window, now);
  const length = to - from;
  const end = to + share * length;
  if (end < now) return { kind: "fixed", from: end - length, to: end };
  const range = RANGES.find(({ ms }) => Math.abs(ms - length) <= 1000);
  return range === undefined
    ? { kind: "fixed", from: now - length, to: now }
    : { kind: "rolling", range: range.id };
}

/** Makes a window longer (factor above 1) or shorter around its middle: a minute at least, five years at most, never into the future. */
export function zoom(window: TimeWindow, factor: number, now: number): TimeWindow {
  const { from, to } = spanOf(window, now);
  const length = Math.min(MOST_MS, Math.max(LEAST_MS, (to - from) * factor));
  const end = Math.min(now, (from + to) / 2 + length / 2);
  return { kind: "fixed", from: end - length, to: end };
}

/** The part that was dragged over; null when it is too short to be meant. */
export function dragged(from: number, to: number): TimeWindow | null {
  const [start, end] = from <= to ? [from, to] : [to, from];
  return end - start < LEAST_MS ? null : { kind: "fixed", from: start, to: end };
}

const DAY = 86_400_000;

/** How far `Date.UTC` of the clock on the wall is ahead of the time itself, in a zone. Milliseconds. */
function offsetAt(time: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  }).formatToParts(time);
  const part = (type: string): number => Number(parts.find((each) => each.type === type)?.value ?? 0);
  const wall = Date.UTC(
    part("year"),
    part("month") - 1,
    part("day"),
    part("hour"),
    part("minute"),
    part("second"),
  );
  return wall - Math.floor(time / 1000) * 1000;
}

/** A time as a field of day and time writes it, in the city's zone: `2026-11-24T08:30`. */
export function wallTime(time: number, timeZone: string): string {
  return new Date(time + offsetAt(time, timeZone)).toISOString().slice(0, 16);
}

/**
 * The time of what a field of day and time holds, in the city's zone; NaN for what is none. An hour that comes twice
 * in autumn is its first one, an hour that is left out in spring is the one after.
 */
export function timeOfWall(text: string, timeZone: string): number {
  const wall = Date.parse(`${text}Z`);
  if (Number.isNaN(wall)) return wall;
  const [before, after] = [wall - offsetAt(wall - DAY, timeZone), wall - offsetAt(wall + DAY, timeZone)];
  const isThere = (time: number): boolean => time + offsetAt(time, timeZone) === wall;
  return isThere(before) || !isThere(after) ? before : after;
}
