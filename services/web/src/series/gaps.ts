/** One step of a series: what the values within it came to. Times are step starts, Unix milliseconds. */
export interface SeriesStep {
  readonly time: number;
  readonly mean: number;
  readonly min: number;
  readonly max: number;
  /** How many values; null: that is not told. */
  readonly count: number | null;
}

/** Columns for a chart. A null is a gap: nothing came, which is not the same as zero. */
export interface Columns {
  readonly time: readonly number[];
  readonly mean: readonly (number | null)[];
  readonly min: readonly (number | null)[];
  readonly max: readonly (number | null)[];
}

/**
 * The longest pause between two steps that still counts as connected: two and a half times the usual pause, and never
 * less than one and a half steps. A device that reports every 20 minutes is thus drawn as a line at every zoom, and an
 * hour of silence is seen. Milliseconds.
 */
export function longestPause(steps: readonly Pick<SeriesStep, "time" | "count">[], stepMs: number): number {
  return Math.max(2.5 * usualPause(steps, stepMs), 1.5 * stepMs);
}

/** Of fewer pauses nobody can tell which one is usual. */
const LEAST_PAUSES = 4;

/**
 * The middle one of the pauses between steps. Of a few (two days on a chart of years are two steps), the pace within the
 * steps where these hold several values: what lies between two days would be the usual pause otherwise.
 */
function usualPause(steps: readonly Pick<SeriesStep, "time" | "count">[], stepMs: number): number {
  const pauses = steps.slice(1).map(({ time }, index) => time - (steps[index]?.time ?? time));
  const inStep = middle(steps.flatMap(({ count }) => (count === null ? [] : [count]))) ?? 0;
  if (pauses.length < LEAST_PAUSES && inStep >= 2) return stepMs / inStep;
  return middle(pauses) ?? stepMs;
}

function middle(values: readonly number[]): number | undefined {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)];
}

/**
 * Puts a null between two steps that lie further apart than the longest pause, so that a gap shows as a gap. Up to
 * `leastMs` nothing is a gap, beyond `mostMs` everything, whatever the usual pause is; a step is never one.
 */
export function withGaps(
  steps: readonly SeriesStep[],
  stepMs: number,
  { leastMs = 0, mostMs = Number.POSITIVE_INFINITY }: { leastMs?: number; mostMs?: number } = {},
): Columns {
  const pause = Math.max(leastMs, 1.5 * stepMs, Math.min(mostMs, longestPause(steps, stepMs)));
  const time: number[] = [];
  const mean: (number | null)[] = [];
  const min: (number | null)[] = [];
  const max: (number | null)[] = [];
  let before: number | null = null;
  for (const step of steps) {
    if (before !== null && step.time - before > pause) {
      time.push(before + stepMs);
      mean.push(null);
      min.push(null);
      max.push(null);
    }
    time.push(step.time);
    mean.push(step.mean);
    min.push(step.min);
    max.push(step.max);
    before = step.time;
  }
  return { time, mean, min, max };
}

/** How many times the line is broken. */
export function gapsIn(columns: Columns): number {
  return columns.mean.filter((value) => value === null).length;
}
