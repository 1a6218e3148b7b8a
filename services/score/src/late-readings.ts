import { messageOf, type RollUp } from "@kota/model";
import { HOUR_MS } from "@kota/scoring";
import type { TimeSeriesStore } from "@kota/time-series";
import type { LateHour, LiveWindows } from "./live-windows.ts";

/** Hours corrected in one round, and at one time, so that a flood of late readings holds up nothing else. */
const ROUND = 1000;
const AT_ONCE = 8;
/** More readings than a device sends in an hour. */
const MAX_READINGS = 100_000;
/** The store may be behind or away for so long; then the hour is corrected without it. */
const GIVE_UP_MS = 15 * 60_000;

export interface Correction {
  /** Corrected hours that have to be in the log before {@link LiveWindows.lateSettled}. */
  readonly rollUps: RollUp[];
  /** Why hours could not be read from the store; undefined when all could. */
  readonly problem: string | undefined;
}

/**
 * Corrects closed hours for which readings came late. With a store the hour is read from it and opened again: exact.
 * The store is trusted once it has as many readings as the roll-up counted; as it reads the same log in the same order,
 * it then has all of them. Without a store, or when it stays away, see {@link LiveWindows.extend}.
 */
export async function correctLateHours(
  live: LiveWindows,
  store: Pick<TimeSeriesStore, "series"> | undefined,
  now: number,
): Promise<Correction> {
  const queue = [...live.takeLateHours(ROUND)];
  const rollUps: RollUp[] = [];
  let problem: string | undefined;

  const withoutStore = (late: LateHour) => {
    const rollUp = live.extend(late);
    if (rollUp) rollUps.push(rollUp);
  };

  async function correct(late: LateHour): Promise<void> {
    const { series, start } = late;
    if (series.openHour(start)) return live.reopen(late, [], now);
    const closed = series.closedHour(start);
    if (closed === undefined) return;
    if (store === undefined) return withoutStore(late);
    try {
      const { device, metric } = series;
      const query = { device, metric, from: start, to: start + HOUR_MS, stepMs: null, limit: MAX_READINGS };
      const points = await store.series(query);
      const { count, flagged } = closed.summary;
      if (points.length >= count + (flagged ? flagged.range + flagged.rate : 0)) {
        return live.reopen(
          late,
          points.map(({ time, last }) => [time, last] as const),
          now,
        );
      }
    } catch (error) {
      problem = messageOf(error);
    }
    if (now - late.since < GIVE_UP_MS) live.postpone(late);
    else withoutStore(late);
  }

  async function work(): Promise<void> {
    for (let late = queue.shift(); late !== undefined; late = queue.shift()) await correct(late);
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return { rollUps, problem };
}
