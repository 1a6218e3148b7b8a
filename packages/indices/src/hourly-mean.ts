import { settled } from "./decimal.ts";
import { type Refused, refused } from "./refused.ts";

/** One concentration an hour; null where there is none. */
export type Hours = readonly (number | null)[];

/** A mean, with how many hours it rests on. */
export interface HourlyMean {
  readonly mean: number;
  readonly present: number;
}

/**
 * The mean of a day's 24 hours: at least 18 of them (75 %), else `insufficient`.
 * Source: AirNow-Tech forum, PM2.5 and PM10 pages (two agree).
 */
export function dailyMean(hours: Hours): HourlyMean | Refused {
  return meanOf(hours, 24, 18);
}

/**
 * The mean of 8 hours: at least 6 of them (75 %), divided by the hours that are there, else `insufficient`.
 * Source: 40 CFR Part 50 Appendix I, 2.1.1.
 */
export function eightHourMean(hours: Hours): HourlyMean | Refused {
  return meanOf(hours, 8, 6);
}

function meanOf(hours: Hours, length: number, needed: number): HourlyMean | Refused {
  if (hours.length !== length) {
    return refused(
      "bad_request",
      `A ${length}-hour mean takes ${length} hours, null where one is missing; got ${hours.length}.`,
    );
  }
  let sum = 0;
  let present = 0;
  for (const hour of hours) {
    if (hour === null) continue;
    sum += hour;
    present++;
  }
  if (present < needed) {
    return refused(
      "insufficient",
      `A ${length}-hour mean needs ${needed} of ${length} hours; got ${present}.`,
    );
  }
  return { mean: settled(sum / present), present };
}
