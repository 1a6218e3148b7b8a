import { MINUTE_MS, minuteOf } from "./minutes.ts";
import type { QualityRules } from "./quality/rules.ts";
import type { MeasuredIndicator } from "./score-model.ts";
import { HOUR_MS, hourOf } from "./summary.ts";

/** Of a window, Unix milliseconds. */
export interface WindowBounds {
  /** Readings in [from, to) count. */
  readonly from: number;
  readonly to: number;
  /** Where the window ends when it is asked how long it is, and what of it is covered. */
  readonly end: number;
}

/**
 * The window of an indicator for scores at `at`; a reading at `at` is in it, a later one is not.
 *
 * A window moves on with the minute, so that within a minute a score changes by readings alone and costs what they change. In the
 * last millisecond of a minute, at which minutes are settled, it is exactly as long as the model says. Before that, one of up
 * to an hour begins where the last minute's did: up to a minute earlier. A longer one is made from whole hours, the running
 * one and those before it, so that it begins on a full hour and scores do not depend on which hours were closed already; the
 * running hour is as long as its begun minutes.
 */
export function windowBounds(
  indicator: Pick<MeasuredIndicator, "windowMs" | "overTime">,
  at: number,
): WindowBounds {
  const to = at + 1;
  const { windowMs } = indicator;
  if (isOfHours(indicator))
    return { from: hourOf(at) - windowMs + HOUR_MS, to, end: minuteOf(at) + MINUTE_MS };
  const end = minuteOf(to);
  return { from: end - windowMs, to, end };
}

/** Whether a window is made from whole hours. */
export function isOfHours({ overTime, windowMs }: Pick<MeasuredIndicator, "windowMs" | "overTime">): boolean {
  return overTime !== "last" && windowMs > HOUR_MS;
}

/** A device whose newest reading is older is silent, in scores at `at`; -Infinity: without a rule none is. */
export function silentBefore(rules: Pick<QualityRules, "silenceMs"> | undefined, at: number): number {
  return rules?.silenceMs ? minuteOf(at + 1) - 1 - rules.silenceMs : Number.NEGATIVE_INFINITY;
}
