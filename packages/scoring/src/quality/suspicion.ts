import type { SeriesWindow } from "../series-window.ts";
import { HOUR_MS } from "../summary.ts";
import type { QualityRules } from "./rules.ts";
import { firstLookedAt, stuckHours } from "./stuck-hours.ts";

/** What the quality rules say against the newest readings of a series. */
export interface Suspicion {
  readonly flag: "range" | "rate" | "stuck";
  /** So many readings are flagged, of so many. */
  readonly count: number;
  readonly of: number;
  /** The newest flagged value, and its time. */
  readonly value: number;
  readonly time: number;
  /** Time of the first flagged reading that was looked at. */
  readonly since: number;
}

/** A few flagged readings are what the rules are for; so many in an hour, or all there are, tell of the sensor. Editorial. */
const LEAST_FLAGGED = 3;
const LEAST_SHARE = 0.1;

/**
 * What the rules say against the sensor itself, by the readings of the last hour, or of as long as it takes to be stuck; null:
 * nothing. The hours that begin an hour before `now` or later have to be open.
 */
export function suspicionOf(
  series: SeriesWindow,
  { range, rate, stuck }: QualityRules,
  now: number,
): Suspicion | null {
  const flagged = range === null && rate === null ? null : flaggedOfLastHour(series, now);
  return flagged ?? (stuck === null ? null : stuckNow(series, stuck, now));
}

function flaggedOfLastHour(series: SeriesWindow, now: number): Suspicion | null {
  const from = now - HOUR_MS;
  let of = 0;
  series.eachReading(from, now + 1, () => of++);
  let newest: Omit<Suspicion, "count" | "of" | "since"> | undefined;
  const counts = { range: 0, rate: 0 };
  let since = now;
  series.eachFlagged(from, now + 1, (time, value, flag) => {
    counts[flag]++;
    since = Math.min(since, time);
    newest = { flag, value, time };
  });
  const count = counts.range + counts.rate;
  of += count;
  if (newest === undefined || count < LEAST_SHARE * of || (count < LEAST_FLAGGED && count < of)) return null;
  return { ...newest, flag: counts.range >= counts.rate ? "range" : "rate", count, of, since };
}

/** As of the newest hour that has readings: it is not over because nothing has come since. */
function stuckNow(
  series: SeriesWindow,
  rule: NonNullable<QualityRules["stuck"]>,
  now: number,
): Suspicion | null {
  const from = firstLookedAt(now, rule.forMs);
  const stuck = stuckHours(series, from, now + 1, rule);
  if (stuck === undefined) return null;
  const hours: { start: number; value: number; count: number; firstTime: number; lastTime: number }[] = [];
  series.eachHour(from, now + 1, (start, { count, min, firstTime, lastTime }) => {
    if (count > 0) hours.push({ start, value: min, count, firstTime, lastTime });
  });
  const newest = hours.at(-1);
  if (newest === undefined || !stuck.has(newest.start)) return null;
  let [count, since] = [0, newest.firstTime];
  for (const hour of hours.reverse()) {
    if (!stuck.has(hour.start) || hour.value !== newest.value) break;
    count += hour.count;
    since = hour.firstTime;
  }
  return { flag: "stuck", count, of: count, value: newest.value, time: newest.lastTime, since };
}
