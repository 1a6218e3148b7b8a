/** Moments of the past that the page can show, Unix milliseconds. */
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const WEEK = 7 * DAY;

/** The moment that a URL asks for; null: now. What cannot be read, or lies ahead, is now. */
export function momentOf(at: string | null, now: number): number | null {
  const time = Date.parse(at ?? "");
  return time <= now ? time : null;
}

/** As it stands in a URL: to the minute. */
export function writeMoment(time: number): string {
  return `${new Date(Math.floor(time / 60_000) * 60_000).toISOString().slice(0, 19)}Z`;
}

/** The moment some time later or earlier; null: that is now, or ahead. */
export function moved(time: number, by: number, now: number): number | null {
  return time + by < now ? time + by : null;
}

/** The begin of the hour before this one: where looking back begins. */
export function lastHour(now: number): number {
  return Math.floor(now / HOUR) * HOUR - HOUR;
}

/** From when to when a slider reaches: the week up to now, or the week around a moment that is older. */
export function sliderSpan(time: number, now: number): { readonly from: number; readonly to: number } {
  const to = now - time <= WEEK ? now : Math.min(now, time + WEEK / 2);
  return { from: to - WEEK, to };
}

/** How far a picture is from the one before when time is played. */
export const PACES = { "10m": 10 * 60_000, "1h": HOUR, "3h": 3 * HOUR, "1d": DAY } as const;

export type Pace = keyof typeof PACES;

export const STEPS = { hour: HOUR, day: DAY } as const;
