import { messageOf, type RollUp } from "@kota/model";
import { HOUR_MS } from "@kota/scoring";
import type { TimeSeriesStore } from "@kota/time-series";
import type { LateHour } from "./late-hours.ts";
import type { LiveWindows } from "./live-windows.ts";

/** Hours corrected in one round, and at one time, so that a flood of late readings holds up nothing else. */
const ROUND = 1000;
const AT_ONCE = 8;
/** One a millisecond: an hour has no more. */
const MAX_READINGS = HOUR_MS;
/** When the store is behind or away for longer, the hour is corrected without it until it is back. */
const NO_LONGER_MS = 15 * 60_000;

export interface Correction {
  /** Corrected hours that have to be in the log before {@link LiveWindows.lateSettled}. */
  readonly rollUps: RollUp[];
  /** Why hours could not be read from the store; undefined when all could. */
  readonly problem: string | undefined;
}

/** The time series, and up to where in each partition of the readings it has followed the log. */
export interface FollowingStore {
  readonly series: TimeSeriesStore["series"];
  readonly storedThrough: ReadonlyMap<number, number>;
}

/**
 * Corrects hours for which readings came when they were closed, or when their minute was condensed. With a store that has followed the log so far, the hour is read
 * from it and opened again: exact. Without one see {@link LiveWindows.extend}.
 */
export async function correctLateHours(
  live: LiveWindows,
  store: FollowingStore | undefined,
  now: number,
): Promise<Correction> {
  const queue = [...live.takeLateHours(ROUND)];
  const rollUps: RollUp[] = [];
  let problem: string | undefined;

  const withoutStore = (late: LateHour, until: "for good" | "for now") => {
    const rollUp = live.extend(late, until);
    if (rollUp) rollUps.push(rollUp);
  };

  async function correct(late: LateHour): Promise<void> {
    const { series, start } = late;
    const open = series.openHour(start);
    if (open?.condensedBefore === Number.NEGATIVE_INFINITY) return live.reopen(late, [], now);
    if (open === undefined && !series.isClosed(start)) return;
    if (store === undefined) return withoutStore(late, "for good");
    if ((store.storedThrough.get(late.partition) ?? 0) >= late.reach) {
      try {
        const { device, metric } = series;
        const query = { device, metric, from: start, to: start + HOUR_MS, stepMs: null, limit: MAX_READINGS };
        const points = await store.series(query);
        const stored = points.map(({ time, last }) => [time, last] as const);
        return live.reopen(late, stored, now);
      } catch (error) {
        problem = messageOf(error);
      }
    }
    if (now - late.since >= NO_LONGER_MS) withoutStore(late, "for now");
    live.postpone(late);
  }

  async function work(): Promise<void> {
    for (let late = queue.shift(); late !== undefined; late = queue.shift()) await correct(late);
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return { rollUps, problem };
}
