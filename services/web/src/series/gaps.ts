/** One step of a series: what the values within it came to. Times are step starts, Unix milliseconds. */
export interface SeriesStep {
  readonly time: number;
  readonly mean: number;
  readonly min: number;
  readonly max: number;
}

/** Columns for a chart. A null is a gap: nothing came, which is not the same as zero. */
export interface Columns {
  readonly time: readonly number[];
  readonly mean: readonly (number | null)[];
  readonly min: readonly (number | null)[];
  readonly max: readonly (number | null)[];
}

/**
 * The longest pause between two steps that still counts as connected: two and a half times the usual pause (the
 * median), and never less than one and a half steps. A device that reports every 20 minutes is thus drawn as a line at
 * every zoom, and an hour of silence is seen. Milliseconds.
 */
export function longestPause(times: readonly number[], stepMs: number): number {
  const pauses: number[] = [];
  for (let index = 1; index < times.length; index += 1) {
    pauses.push((times[index] ?? 0) - (times[index - 1] ?? 0));
  }
  pauses.sort((a, b) => a - b);
  const usual = pauses[Math.floor((pauses.length - 1) / 2)] ?? stepMs;
  return Math.max(2.5 * usual, 1.5 * stepMs);
}

/** Puts a null between two steps that lie further apart than the device's longest pause, so that a gap shows as a gap. Up to `leastMs` nothing is a gap. */
export function withGaps(steps: readonly SeriesStep[], stepMs: number, leastMs = 0): Columns {
  const pause = Math.max(
    leastMs,
    longestPause(
      steps.map((step) => step.time),
      stepMs,
    ),
  );
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
