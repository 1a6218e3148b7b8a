import type { TimedValue } from "./theil-sen.ts";

/** The readings between two emptyings, the oldest first. */
export type FillCycle = readonly TimedValue[];

/** A fall of at least so many points is an emptying: sensors of bins waver by a few. */
export const EMPTYING_FALL = 20;

/**
 * Splits a fill level at its emptyings. A single low reading among high ones is no emptying, and a single high one makes
 * none of the next: what counts is the lower middle of the last three against this reading and the next.
 */
export function fillCycles(points: readonly TimedValue[]): FillCycle[] {
  const cycles: TimedValue[][] = [];
  let cycle: TimedValue[] = [];
  points.forEach((point, index) => {
    const level = lowerMiddle(cycle.slice(-3).map(({ value }) => value));
    const next = points[index + 1];
    const isLow = (value: number) => level !== undefined && value <= level - EMPTYING_FALL;
    if (isLow(point.value) && (next === undefined || isLow(next.value))) {
      cycles.push(cycle);
      cycle = [];
    }
    cycle.push(point);
  });
  if (cycle.length > 0) cycles.push(cycle);
  return cycles;
}

function lowerMiddle(values: readonly number[]): number | undefined {
  return [...values].sort((a, b) => a - b)[(values.length - 1) >> 1];
}
