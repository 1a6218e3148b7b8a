import { tzOffset } from "@date-fns/tz";

const MINUTE = 60_000;
const HOUR = 3_600_000;
const DAY = 86_400_000;

/** Turns wall-clock times of one time zone into instants. */
export interface Zone {
  readonly name: string;
  /**
   * The instant at which clocks of the zone show `wall` (Unix milliseconds as if the wall clock were UTC).
   * Of the two instants of an hour that comes twice, the one nearer to `near`; a time that clocks skip counts from before
   * the jump, as a clock that was not yet put forward would show it.
   */
  readonly instantOf: (wall: number, near: number) => number;
}

export function createZone(name: string): Zone {
  const offsetAt = (instant: number): number => tzOffset(name, new Date(instant)) * MINUTE;
  // Messages of one moment share the hour, so one remembered hour spares nearly every look-up.
  let hour = Number.NaN;
  let before = 0;
  let after = 0;
  return {
    name,
    instantOf(wall, near) {
      const wallHour = Math.floor(wall / HOUR);
      if (wallHour !== hour) {
        before = offsetAt(wallHour * HOUR - DAY);
        after = offsetAt(wallHour * HOUR + DAY);
        hour = wallHour;
      }
      const early = wall - before;
      if (before === after) return early;
      const late = wall - after;
      const earlyHolds = offsetAt(early) === before;
      const lateHolds = offsetAt(late) === after;
      if (earlyHolds && lateHolds) return Math.abs(near - early) <= Math.abs(near - late) ? early : late;
      return lateHolds ? late : early;
    },
  };
}
