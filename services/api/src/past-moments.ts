import { type City, type Score, scoreKey } from "@kota/model";
import { evaluate, horizonsOf, loadWindows, minuteOf, parseScoreModel, type Windows } from "@kota/scoring";
import type { LatestValue, TimeSeriesStore } from "@kota/time-series";
import type { DeviceRegistry } from "./device-registry.ts";
import type { SeenDevice } from "./live-view.ts";
import { badParameter } from "./problem.ts";
import type { ReportDesk } from "./report-desk.ts";
import type { ScoresOfOneTime } from "./score-list.ts";

/** The city as it was, from the stored readings, by the score model and the registry of today. */
export interface PastMoments {
  /** @throws HttpProblem `bad_request` for the future, and for a city that has too many readings to score it again. */
  scores(at: number): Promise<ScoresOfOneTime>;
  /** What was known of each device. */
  devices(at: number): Promise<ReadonlyMap<string, SeenDevice>>;
}

const HOUR = 3_600_000;
/** Readings are read for so long at once: stepping through hours costs one reading of the windows for several of them. */
const STRETCH = 6 * HOUR;
/** 16 bytes each. */
const MOST_READINGS = 8_000_000;
/** A late reading may still change the past, and the registry too. */
const KEPT_MS = 60_000;
const MOST_KEPT = 24;

interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly readAt: number;
  readonly windows: Windows;
}

/**
 * Scores are computed again as a receipt's are, a moment at a time, so that they agree with it to the last digit. Moments
 * are those of whole minutes; one after the other is worked on, however many ask.
 */
export function createPastMoments(deps: {
  readonly city: City;
  readonly store: TimeSeriesStore;
  readonly registry: DeviceRegistry;
  readonly reports: Pick<ReportDesk, "book">;
  readonly clock: () => number;
}): PastMoments {
  const { city, store, registry, reports, clock } = deps;
  // Asked for when it is needed: a city may be without a usable model.
  const model = () => parseScoreModel(city.scoreModel);
  const areas = city.areas.features.map(({ properties }) => properties);
  let stretch: Stretch | undefined;
  let working: Promise<unknown> = Promise.resolve();

  async function windowsFor(at: number): Promise<Windows> {
    const now = clock();
    if (stretch && stretch.from <= at && at < stretch.to && now - stretch.readAt < KEPT_MS) {
      return stretch.windows;
    }
    stretch = undefined;
    const horizon = Math.max(HOUR, ...horizonsOf(model()).values());
    const from = Math.floor(at / STRETCH) * STRETCH;
    const to = Math.min(from + STRETCH, now + 1);
    const readings = await store.countReadings({ from: from - horizon, to });
    if (readings > MOST_READINGS) {
      throw badParameter(
        "at",
        `a past moment of this city is made from ${readings} readings, and more than ${MOST_READINGS} are not read again for one; /v1/scores/history has the scores as they were published, /v1/scores/receipt computes a single one`,
      );
    }
    const windows = await loadWindows(store, model(), registry.inOrder(), {
      first: from,
      last: to - 1,
    });
    stretch = { from, to, readAt: now, windows };
    return windows;
  }

  async function scoresAt(at: number): Promise<ScoresOfOneTime> {
    const windows = await windowsFor(at);
    const scores = evaluate(model(), windows, areas, registry.inOrder(), at, reports.book);
    const byKey = new Map(scores.map((score): [string, Score] => [scoreKey(score), score]));
    return { scores: () => scores, score: (id) => byKey.get(scoreKey(id)) };
  }

  function inTurn<T>(work: (at: number) => Promise<T>): (at: number) => Promise<T> {
    const kept = new Map<number, { readonly madeAt: number; readonly answer: Promise<T> }>();
    return (time) => {
      const now = clock();
      if (time > now) throw badParameter("at", "it lies in the future; expected a moment of the past");
      const at = minuteOf(time);
      const known = kept.get(at);
      if (known && now - known.madeAt < KEPT_MS) return known.answer;
      const answer = working.then(() => work(at));
      working = answer.catch(() => kept.delete(at));
      kept.delete(at);
      kept.set(at, { madeAt: now, answer });
      for (const oldest of kept.keys()) {
        if (kept.size <= MOST_KEPT) break;
        kept.delete(oldest);
      }
      return answer;
    };
  }

  return {
    scores: inTurn(scoresAt),
    devices: inTurn(async (at) => seenDevices(await store.latestAt(at))),
  };
}

function seenDevices(values: readonly LatestValue[]): ReadonlyMap<string, SeenDevice> {
  const seen = new Map<string, { lastSeen: number; values: Map<string, { time: number; value: number }> }>();
  for (const { device, metric, time, value } of values) {
    const known = seen.get(device);
    if (known) {
      known.lastSeen = Math.max(known.lastSeen, time);
      known.values.set(metric, { time, value });
    } else {
      seen.set(device, { lastSeen: time, values: new Map([[metric, { time, value }]]) });
    }
  }
  return seen;
}
