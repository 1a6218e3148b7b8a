import type { RollUp } from "@kota/model";
import type { Flagged } from "./quality/rules.ts";

export const HOUR_MS = 3_600_000;

/** Start of the UTC hour that a time is in. */
export function hourOf(time: number): number {
  return time - (time % HOUR_MS);
}

/** What is known of some readings of one series, at distinct times; with an identity it is a {@link RollUp}. */
export type Summary = Omit<RollUp, "device" | "metric" | "start" | "through" | "rules" | "flagged"> & {
  /** Readings that are in none of the numbers, by the rule that flagged them; undefined: none. */
  readonly flagged?: Flagged | undefined;
};

/** A summary that is written over again and again, so that a walk over hours allocates nothing. */
export type MutableSummary = { -readonly [K in keyof Summary]: Summary[K] };

export function emptySummary(): MutableSummary {
  return {
    count: 0,
    sum: 0,
    min: Number.POSITIVE_INFINITY,
    max: Number.NEGATIVE_INFINITY,
    first: 0,
    firstTime: Number.POSITIVE_INFINITY,
    last: 0,
    lastTime: Number.NEGATIVE_INFINITY,
  };
}

/** Both together. Associative and, as their times are distinct, commutative; the empty summary is neutral. */
export function mergeSummaries(a: Summary, b: Summary): Summary {
  const flagged = addFlagged(a.flagged, b.flagged);
  // A summary of flagged readings only has counts, and no least and no greatest value.
  if (a.count === 0) return { ...b, flagged };
  if (b.count === 0) return { ...a, flagged };
  const earlier = a.firstTime <= b.firstTime ? a : b;
  const later = a.lastTime >= b.lastTime ? a : b;
  return {
    count: a.count + b.count,
    sum: a.sum + b.sum,
    min: Math.min(a.min, b.min),
    max: Math.max(a.max, b.max),
    first: earlier.first,
    firstTime: earlier.firstTime,
    last: later.last,
    lastTime: later.lastTime,
    ...(flagged ? { flagged } : {}),
  };
}

function addFlagged(a: Flagged | undefined, b: Flagged | undefined): Flagged | undefined {
  return a && b ? { range: a.range + b.range, rate: a.rate + b.rate } : (a ?? b);
}

export function summaryOfOne(time: number, value: number): Summary {
  return {
    count: 1,
    sum: value,
    min: value,
    max: value,
    first: value,
    firstTime: time,
    last: value,
    lastTime: time,
  };
}
