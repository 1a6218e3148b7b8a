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

/** Every played moment in [from, to) of a recorded moment. */
export function* playsOf(
  loop: Loop,
  time: number,
  from: number,
  to: number,
): Generator<{ at: number; round: number }> {
  let { round } = recordedAt(loop, from);
  for (; ; round++) {
    const at = playedAt(loop, time, round);
    if (at >= to) return;
    if (at >= from) yield { at, round };
  }
}
