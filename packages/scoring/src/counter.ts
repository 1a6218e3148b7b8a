import type { Summary } from "./summary.ts";

/** A counter that was reset starts again near zero; a smaller drop is a meter that was put right, and is not a reset. */
function isReset(before: number, after: number): boolean {
  return after < before / 2;
}

/** What a counter grew by from one reading to a later one: after a reset, all that it shows since. */
export function growth(before: number, after: number): number {
  return isReset(before, after) ? after : Math.max(0, after - before);
}

/**
 * What a counter grew by inside of a summary: exact with up to one reset, a lower bound with more, as the values around
 * further resets are not in a summary.
 */
export function growthWithin({ first, last, min, max }: Summary): number {
  if (max > last && isReset(max, last)) return growth(first, max) + last;
  if (min < first && isReset(first, min)) return last;
  return growth(first, last);
}
