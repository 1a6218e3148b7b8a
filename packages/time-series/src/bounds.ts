import type { Reading } from "@kota/model";
import type { TimeRange } from "./port.ts";

/** The span of times every store can hold: Unix milliseconds of what fits into 64 bits of nanoseconds. `to` is left out. */
export const ALL_TIME = {
  from: Date.UTC(1677, 8, 22),
  to: Date.UTC(2262, 3, 11),
} as const;

/** A range of whole milliseconds that a store can be asked for. */
export function wholeRange(range: Partial<TimeRange>): TimeRange {
  return {
    from: Math.max(ALL_TIME.from, Math.ceil(range.from ?? ALL_TIME.from)),
    to: Math.min(ALL_TIME.to, Math.ceil(range.to ?? ALL_TIME.to)),
  };
}

const LONE_SURROGATE = /\p{Surrogate}/u;

/** Why no store can hold a reading, or null when every one can. */
export function refusalReason(reading: Reading): string | null {
  if (!isStorableTime(reading.time)) {
    return `The time ${reading.time} is not a whole millisecond between the years 1678 and 2262.`;
  }
  const name = nameProblem(reading.device);
  if (name !== null) return `The device's name ${name}.`;
  let empty = true;
  for (const metric in reading.values) {
    empty = false;
    const problem = nameProblem(metric);
    if (problem !== null) return `The name of a metric ${problem}.`;
    const value = reading.values[metric];
    if (!Number.isFinite(value)) return `The value of '${metric}' is ${value}, not a finite number.`;
  }
  return empty ? "The reading has no values." : null;
}

export function isStorableTime(time: number): boolean {
  return Number.isInteger(time) && time >= ALL_TIME.from && time < ALL_TIME.to;
}

/** What keeps a device or a metric of this name out of every store; null: nothing. */
export function nameProblem(name: string): string | null {
  if (name === "") return "is empty";
  return LONE_SURROGATE.test(name) ? "is not well-formed Unicode text" : null;
}

/** Start of the step that a time belongs to; steps are aligned to the Unix epoch. */
export function stepStart(time: number, stepMs: number): number {
  return Math.floor(time / stepMs) * stepMs;
}

export const MINUTE_MS = 60_000;

/** How far back the newest values of all devices are looked for. */
export const LATEST_LOOK_BACK_MS = 30 * 86_400_000;
export const HOUR_MS = 3_600_000;
