import type { WindowTotals } from "./window-totals.ts";

/** So many numbers of a row. */
export const TOTALS_ROW = 15;

/**
 * Totals as numbers in a row, from `at` on. An object of so many changing numbers takes five times the memory, and reading 100,000 of them
 * takes as many waits for memory; rows are read in order.
 */
export function saveTotals(rows: Float64Array, at: number, totals: WindowTotals): void {
  rows[at] = totals.readings;
  rows[at + 1] = totals.coveredMs;
  rows[at + 2] = totals.weighted;
  rows[at + 3] = totals.min;
  rows[at + 4] = totals.max;
  rows[at + 5] = totals.firstTime;
  rows[at + 6] = totals.last;
  rows[at + 7] = totals.lastTime;
  rows[at + 8] = totals.grown;
  rows[at + 9] = totals.hours;
  rows[at + 10] = totals.hourlyMeans;
  rows[at + 11] = totals.highestHourlyMean;
  rows[at + 12] = totals.range;
  rows[at + 13] = totals.rate;
  rows[at + 14] = totals.stuck;
}

export function loadTotals(rows: Float64Array, at: number, into: WindowTotals): void {
  into.readings = rows[at] ?? 0;
  into.coveredMs = rows[at + 1] ?? 0;
  into.weighted = rows[at + 2] ?? 0;
  into.min = rows[at + 3] ?? 0;
  into.max = rows[at + 4] ?? 0;
  into.firstTime = rows[at + 5] ?? 0;
  into.last = rows[at + 6] ?? 0;
  into.lastTime = rows[at + 7] ?? 0;
  into.grown = rows[at + 8] ?? 0;
  into.hours = rows[at + 9] ?? 0;
  into.hourlyMeans = rows[at + 10] ?? 0;
  into.highestHourlyMean = rows[at + 11] ?? 0;
  into.range = rows[at + 12] ?? 0;
  into.rate = rows[at + 13] ?? 0;
  into.stuck = rows[at + 14] ?? 0;
}

export function coveredIn(rows: Float64Array, at: number): number {
  return rows[at + 1] ?? 0;
}

export function weightedIn(rows: Float64Array, at: number): number {
  return rows[at + 2] ?? 0;
}
