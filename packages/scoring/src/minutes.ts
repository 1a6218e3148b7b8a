export const MINUTE_MS = 60_000;

/** Start of the minute that a time is in. */
export function minuteOf(time: number): number {
  return time - (time % MINUTE_MS);
}

/**
 * The time at which a minute is scored for good: its last millisecond. The published history holds one score for a
 * minute, and once the minute is settled that is the score of all readings in the windows that end here.
 */
export function minuteEnd(minute: number): number {
  return minute + MINUTE_MS - 1;
}
