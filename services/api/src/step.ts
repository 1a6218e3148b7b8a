import type { TimeRange } from "@kota/time-series";
import { badParameter } from "./problem.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const UNITS = { s: SECOND, m: MINUTE, h: HOUR, d: DAY } as const;
type Unit = keyof typeof UNITS;

/** What a step may be when kota chooses it: widths in which a person thinks. */
const LADDER = [
  SECOND,
  5 * SECOND,
  10 * SECOND,
  30 * SECOND,
  MINUTE,
  2 * MINUTE,
  5 * MINUTE,
  10 * MINUTE,
  15 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  3 * HOUR,
  6 * HOUR,
  12 * HOUR,
  DAY,
];

/** A chosen step gives at most this many points. */
export const CHOSEN_POINTS = 1_000;
/** A series has at most this many points. */
export const MOST_POINTS = 10_000;

export const STEP_DESCRIPTION =
  "`raw`, a number of seconds, or a number with s, m, h or d: 30s, 15m, 1h, 1d. Left out: the smallest that gives at most 1,000 points.";

/**
 * The width of a step in milliseconds for what a query says; null for `raw`.
 * @throws HttpProblem `bad_request` for what is no step, is over 366 days, or gives too many points over the range.
 */
export function stepOf(text: string | undefined, range: TimeRange): number | null {
  if (text === undefined) return chooseStep(range);
  if (text === "raw") return null;
  const [, digits, unit = "s"] = /^(\d{1,8})([smhd])?$/.exec(text) ?? [];
  const step = digits === undefined ? 0 : Number(digits) * UNITS[unit as Unit];
  if (step < SECOND || step > 366 * DAY) {
    throw badParameter(
      "step",
      `expected 'raw', a number of seconds, or a number with s, m, h or d such as 15m, from 1s to 366d, and got '${text}'`,
    );
  }
  if (points(range, step) > MOST_POINTS) {
    throw badParameter(
      "step",
      `'${text}' over this range is more than ${MOST_POINTS} points; use a step of ${stepName(chooseStep(range, MOST_POINTS))} or more, or a shorter range`,
    );
  }
  return step;
}

/** The smallest step a person thinks in that gives at most `most` points over a range. */
export function chooseStep(range: TimeRange, most = CHOSEN_POINTS): number {
  const fitting = LADDER.find((step) => points(range, step) <= most);
  if (fitting !== undefined) return fitting;
  let days = Math.ceil((range.to - range.from) / DAY / most);
  while (points(range, days * DAY) > most) days++;
  return days * DAY;
}

/** `15m` for 900,000; `raw` for null. */
export function stepName(step: number | null): string {
  if (step === null) return "raw";
  const unit = (["d", "h", "m"] as const).find((candidate) => step % UNITS[candidate] === 0) ?? "s";
  return `${step / UNITS[unit]}${unit}`;
}

/** Steps are aligned to the epoch, so a range touches the step it begins in and the one it ends in. */
function points(range: TimeRange, step: number): number {
  return Math.ceil(range.to / step) - Math.floor(range.from / step);
}
