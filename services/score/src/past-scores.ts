import { setTimeout as setTimeoutAsync } from "node:timers/promises";
import { type EventLog, GROUPS, type Lag, READINGS, SCORES } from "@kota/event-log";
import { type City, type Score, type ScoreRevision, scoreKey } from "@kota/model";
import { type Clock, inSlices, pause } from "@kota/runtime";
import {
  createEvaluator,
  loadWindows,
  MINUTE_MS,
  measuredIndicatorsOf,
  minuteEnd,
  minuteOf,
  placesOf,
  publishedIn,
  type ReceiptPlace,
  type Reports,
  type ScoreModel,
  type ScoreNumbers,
  type Windows,
} from "@kota/scoring";
import type { TimeSeriesStore } from "@kota/time-series";
import type { Evaluation } from "./evaluation.ts";
import { NOTHING_LATE, type StaleRange } from "./late-arrivals.ts";
import { PublishedMinutes } from "./published-minutes.ts";
import type { Reign } from "./reign.ts";

/** Correcting takes at most about this share of the processor, however large the city. */
const MAX_LOAD = 0.015;
/** Scores further back than this are not corrected when a reading comes late. */
export const CORRECT_MS = 48 * 60 * MINUTE_MS;
/** A past that is not in memory is computed again from the time series in parts of so many minutes… */
const FROM_STORE_MINUTES = 60;
/** …unless that would be more series than this at a time: a day of them must fit into memory. */
const FROM_STORE_SERIES = 5000;
/** A past that is not in memory is corrected when nothing came for it for so long, so that a burst is one correction… */
const QUIET_MS = 10_000;
/** …but not later than this after the first reading, however many are late. */
const NO_LATER_MS = 60_000;
/** While the time series is behind, a correction asks again after so long. */
const BEHIND_MS = 1000;
/** Between the corrections of two minutes, however large the city. */
const MOST_PAUSE_MS = 2000;

export interface PastDependencies {
  readonly log: Pick<EventLog, "lag">;
  readonly city: City;
  readonly model: ScoreModel;
  readonly reports: Reports;
  readonly store?: Pick<TimeSeriesStore, "series" | "scoreHistory"> | undefined;
  readonly clock: Clock;
  /** Knows the devices of the live windows as they were evaluated last. */
  readonly evaluation: Evaluation;
  /** A minute is settled so long after its end, milliseconds. */
  readonly settleMs: number;
  readonly stopping: AbortSignal;
  /** Resolves when they are in the log. */
  readonly publish: (of: Reign, scores: readonly Score[]) => Promise<void>;
  readonly appendRevisions: (of: Reign, revisions: readonly ScoreRevision[]) => Promise<void>;
}

/** What was published of minutes that are over, made what the readings of now give. */
export interface PastScores {
  /** Publishes minutes that are over once more, at their end, where the numbers are others than those published in them. */
  settle(of: Reign, now: number): Promise<void>;
  /** Corrects what was published before readings came late: one range of minutes at a time, at a share of the processor. */
  correctStale(of: Reign, now: number): Promise<void>;
}

/** Minutes are made again from memory where the windows still have all that they look at, else from the time series. */
export function createPastScores(deps: PastDependencies): PastScores {
  const { log, city, model, reports, store, clock, settleMs, stopping, publish } = deps;
  const areas = city.areas.features.map(({ properties }) => properties);
  // A minute long ago has other readings in its windows than now: what is known of the devices then is of no use now.
  const corrector = createEvaluator(model, areas, city.devices, reports);
  const seriesAsked = measuredIndicatorsOf(model).reduce(
    (sum, { kinds }) =>
      sum + city.devices.filter(({ kind, area }) => area !== null && (kinds?.includes(kind) ?? true)).length,
    0,
  );
  /** Where the scores ended when the correction of these minutes began: what was published of them before is up to there. */
  let awaited: { readonly late: StaleRange; readonly scores: ReadonlyMap<number, number> } | undefined;

  async function settle(of: Reign, now: number): Promise<void> {
    if (of.readBackTo.size > 0) return;
    for (const minute of of.minutes.unsettled(now - settleMs)) {
      const at = minuteEnd(minute);
      of.late.settledThrough(at);
      if (!(await correctMinute(of, minute, of.live.windows, of.minutes.points(minute))))
        of.late.add({
          ...NOTHING_LATE,
          from: minute,
          through: minute,
          begun: now,
          since: now,
          reach: new Map(of.live.positions),
        });
      of.minutes.settled(minute);
    }
    of.minutes.forget(now);
    of.revisions.forgetBefore(now - CORRECT_MS);
  }

  async function correctStale(of: Reign, now: number): Promise<void> {
    const notBefore = minuteOf(now - CORRECT_MS);
    const isInMemory = (minute: number) => of.live.isExactAt(minuteEnd(minute)) && of.minutes.holds(minute);
    const isDue = ({ from, begun, since }: StaleRange) =>
      store === undefined ||
      isInMemory(Math.max(from, notBefore)) ||
      now - since >= QUIET_MS ||
      now - begun >= NO_LATER_MS;
    const isOver = () => of.over.signal.aborted || stopping.aborted;
    for (let late = of.late.take(isDue); late; late = of.late.take(isDue)) {
      const isDone = await correctRange(of, late, notBefore);
      if (isOver()) return;
      if (isDone) of.late.done();
      else await pause(BEHIND_MS, stopping);
      if (isOver()) return;
    }
  }

  /** Readings and scores reach the time series by a way of their own: whether it has all that a correction looks at. */
  async function storeHasFollowed(late: StaleRange): Promise<boolean> {
    const readings = await log.lag(READINGS, GROUPS.storeReadings);
    const scores = await log.lag(SCORES, GROUPS.storeScores);
    if (awaited?.late !== late)
      awaited = { late, scores: new Map(scores.map(({ partition, end }) => [partition, end])) };
    return hasReached(readings, late.reach) && hasReached(scores, awaited.scores);
  }

  /** False when it was cut short, or when the time series, from which it is to be corrected, is behind. */
  async function correctRange(of: Reign, late: StaleRange, notBefore: number): Promise<boolean> {
    const { through } = late;
    let followed: Promise<boolean> | undefined;
    const hasFollowed = () => {
      followed ??= storeHasFollowed(late);
      return followed;
    };
    for (
      let start = Math.max(late.from, notBefore);
      start <= through;
      start += FROM_STORE_MINUTES * MINUTE_MS
    ) {
      const end = Math.min(start + FROM_STORE_MINUTES * MINUTE_MS, through + MINUTE_MS);
      const isHeld = store === undefined || of.minutes.holds(start);
      if (!isHeld && !(await hasFollowed())) return false;
      const stored = isHeld ? undefined : await publishedIn(store, placesOf(model, areas), start, end);
      let past: Windows | undefined;
      for (let minute = start; minute < end; minute += MINUTE_MS) {
        if (of.over.signal.aborted || stopping.aborted) return false;
        const points = new Map<string, ScoreNumbers>([
          ...(stored?.get(minute) ?? []),
          ...of.minutes.points(minute),
        ]);
        if (points.size === 0 || (await correctMinute(of, minute, of.live.windows, points, late))) continue;
        if (store === undefined || seriesAsked > FROM_STORE_SERIES) continue;
        if (!(await hasFollowed())) return false;
        past ??= await loadWindows(store, model, city.devices, { first: start, last: end - 1 });
        await correctMinute(of, minute, past, points, late);
      }
    }
    return true;
  }

  /** False when the windows do not have, or while it went on lost, what an exact score of this minute needs. */
  async function correctMinute(
    of: Reign,
    minute: number,
    windows: Windows,
    points: ReadonlyMap<string, ScoreNumbers>,
    late?: StaleRange,
  ): Promise<boolean> {
    const at = minuteEnd(minute);
    const isExact = () => windows !== of.live.windows || of.live.isExactAt(at);
    if (!isExact()) return false;
    const isCorrection = (place: ReceiptPlace, numbers: ScoreNumbers) =>
      PublishedMinutes.isCorrection(numbers, points.get(scoreKey(place)));
    const { result: scores, busyMs } =
      late === undefined
        ? await deps.evaluation.at(of, at, isCorrection)
        : await inSlices(corrector.steps(windows, at, undefined, isCorrection));
    if (!isExact() || of.over.signal.aborted) return false;
    const corrections = scores.map((score) => ({ ...score }));
    if (corrections.length > 0) {
      if (late !== undefined) {
        // Before the score: what was published must be kept before it is replaced.
        const revised = of.revisions.of(corrections, points, late, clock());
        if (revised.length > 0) await deps.appendRevisions(of, revised);
        of.revisions.note(revised);
      }
      await publish(of, corrections);
    }
    await setTimeoutAsync(Math.min(MOST_PAUSE_MS, busyMs / MAX_LOAD));
    return true;
  }

  return { settle, correctStale };
}

function hasReached(lags: readonly Lag[], places: ReadonlyMap<number, number>): boolean {
  return lags.every(({ partition, committed }) => committed >= (places.get(partition) ?? 0));
}
