const WEEK = 7 * 86_400_000;

/** Monday 2024-01-01 00:00 UTC: the first loop of every recording starts here, so that its counters begin at zero. */
const FIRST_LOOP = Date.UTC(2024, 0, 1);

/**
 * A recording of whole weeks that is played for ever. It is shifted by whole weeks only: weekday and time of day stay
 * those of the recording (in UTC).
 */
export interface Loop {
  /** Start of the recorded period, Unix milliseconds. */
  readonly start: number;
  /** Length of the recorded period in milliseconds: whole weeks. */
  readonly length: number;
}

export function loopOf(start: number, weeks: number): Loop {
  return { start, length: weeks * WEEK };
}

/** A moment of the recording, and how many loops were played before it. */
export interface RecordedTime {
  readonly time: number;
  readonly round: number;
}

/** What the loop plays at `now`. */
export function recordedAt(loop: Loop, now: number): RecordedTime {
  const shift = phase(loop);
  const sinceFirst = now - FIRST_LOOP - shift;
  const round = Math.floor(sinceFirst / loop.length);
  return { time: loop.start + sinceFirst - round * loop.length, round };
}

/** When the loop plays a recorded moment in a given round. */
export function playedAt(loop: Loop, time: number, round: number): number {
  return FIRST_LOOP + phase(loop) + round * loop.length + (time - loop.start);
}

/** Where in its week the recording starts, in milliseconds: a recording may start at any weekday and hour. */
function phase(loop: Loop): number {
  return (((loop.start - FIRST_LOOP) % WEEK) + WEEK) % WEEK;
}

/**
 * What the loop plays in [from, to) of rows in the order of their recorded time. Found by halving: a player asks every
 * second, and of a long recording next to nothing is in it.
 */
export function* playsOf<Row extends { readonly time: number }>(
  loop: Loop,
  rows: readonly Row[],
  from: number,
  to: number,
): Generator<{ row: Row; at: number }> {
  for (let { round } = recordedAt(loop, from); playedAt(loop, loop.start, round) < to; round++) {
    const shift = playedAt(loop, 0, round);
    for (let n = firstSince(rows, from - shift); n < rows.length; n++) {
      const row = rows[n];
      if (row === undefined || row.time + shift >= to) break;
      yield { row, at: row.time + shift };
    }
  }
}

/** Index of the first row at or after a time; the number of rows if there is none. */
function firstSince(rows: readonly { readonly time: number }[], time: number): number {
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((rows[middle]?.time ?? Number.POSITIVE_INFINITY) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
