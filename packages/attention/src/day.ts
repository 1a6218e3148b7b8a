/** A value at a time, Unix milliseconds. */
export interface At {
  readonly time: number;
  readonly value: number;
}

const HOUR = 3_600_000;
/** The share of hours that the US EPA asks for in a daily mean: 18 of 24. */
const LEAST_HOURS = 18;
/** A fall by this many per cent of the bin is its emptying. */
const EMPTYING = 15;
/** A rise is measured over at least this long: the level of a bin jumps with every bag. */
const LEAST_RISE_MS = HOUR;

/** The mean of the last day, from hourly means. */
export interface DayMean {
  readonly mean: number;
  readonly hours: number;
  /** Whether there are hours enough to call it the mean of a day. */
  readonly isWhole: boolean;
}

/** Each hour weighs the same, however many readings it holds; null without any. */
export function dayMean(hours: readonly At[]): DayMean | null {
  if (hours.length === 0) return null;
  const mean = hours.reduce((sum, { value }) => sum + value, 0) / hours.length;
  return { mean, hours: hours.length, isWhole: hours.length >= LEAST_HOURS };
}

/** Since when a series has been at or above a limit without a break. */
export interface Crossing {
  readonly since: number;
  /** It was so from the first value on: it began before. */
  readonly before: boolean;
}

/** The begin of the last stretch at or above the limit; null when the newest value is below it, or there is none. */
export function crossing(points: readonly At[], limit: number): Crossing | null {
  let since: number | null = null;
  for (let index = points.length - 1; index >= 0; index -= 1) {
    const point = points[index];
    if (point === undefined || point.value < limit) break;
    since = point.time;
  }
  return since === null ? null : { since, before: since === points[0]?.time };
}

/** How long until a bin is full at the pace since its last emptying, milliseconds; null when it does not fill. */
export function fullIn(points: readonly At[]): number | null {
  let start = points.length - 1;
  while (start > 0 && (points[start - 1]?.value ?? 0) - (points[start]?.value ?? 0) < EMPTYING) start -= 1;
  const [first, last] = [points[start], points.at(-1)];
  if (first === undefined || last === undefined || last.time - first.time < LEAST_RISE_MS) return null;
  const pace = (last.value - first.value) / (last.time - first.time);
  if (pace <= 0) return null;
  return Math.max(0, (100 - last.value) / pace);
}
