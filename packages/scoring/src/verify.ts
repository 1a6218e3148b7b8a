import { CITY_AREA, type Device, type RollUp, scoreKey } from "@kota/model";
import { createEvaluator } from "./evaluate.ts";
import { MINUTE_MS, minuteEnd, minuteOf } from "./minutes.ts";
import type { ReceiptPlace } from "./receipt-head.ts";
import { NO_REPORTS, type Reports } from "./reports/report-book.ts";
import { horizonsOf, type ScoreModel } from "./score-model.ts";
import type { ScoreNumbers } from "./score-numbers.ts";
import type { ScoredArea } from "./scored-area.ts";
import { loadWindows, type StoredReadings } from "./stored-windows.ts";
import { HOUR_MS, hourOf } from "./summary.ts";
import type { Windows } from "./windows.ts";

/** A minute's score in the published history; `time` is the start of the minute. */
export interface PublishedPoint {
  readonly time: number;
  readonly score: number | null;
  readonly value: number | null;
  readonly coverage: number;
}

/** Where the published scores are: the same store that has the readings. */
export interface PublishedHistory {
  scoreHistory(
    query: ReceiptPlace & {
      readonly from: number;
      readonly to: number;
      readonly stepMs: null;
      readonly limit: number;
    },
  ): Promise<readonly PublishedPoint[]>;
}

/** A published number that the stored readings do not give. */
export type Difference =
  | (ReceiptPlace & {
      readonly kind: "score";
      /** Start of the minute, Unix milliseconds. */
      readonly minute: number;
      readonly published: ScoreNumbers;
      readonly recomputed: ScoreNumbers;
    })
  | {
      readonly kind: "roll-up";
      readonly device: string;
      readonly metric: string;
      /** Start of the hour, Unix milliseconds. */
      readonly hour: number;
      readonly field: string;
      readonly published: number;
      readonly recomputed: number | null;
    };

export type VerifyEvent =
  | Difference
  | {
      readonly kind: "progress";
      /** Everything before is checked. Unix milliseconds. */
      readonly through: number;
    }
  | {
      readonly kind: "done";
      readonly scores: number;
      readonly minutes: number;
      readonly rollUps: number;
      readonly differences: number;
    };

export interface VerifyOptions {
  readonly stored: StoredReadings & PublishedHistory;
  readonly model: ScoreModel;
  readonly areas: readonly ScoredArea[];
  readonly devices: readonly Device[];
  /** Every report that was received. Left out: none was. */
  readonly reports?: Reports;
  /** Half-open. Only whole minutes in it are checked. */
  readonly from: number;
  readonly to: number;
  /** In each step only the minute with the most published scores is checked. Left out: every minute. */
  readonly stepMs?: number;
  /** Closed hours as they were published. One that no window reaches any more is not kept right, and not checked. */
  readonly rollUps?: readonly RollUp[];
  readonly now: number;
  /** Called between evaluations, so that whoever shares the thread comes to its turn. */
  readonly pause?: () => Promise<void>;
}

/** What is read and held at a time, beside the longest window before it. */
const CHUNK_MS = 6 * HOUR_MS;
const MOST_POINTS = CHUNK_MS / MINUTE_MS;

/**
 * Recomputes published scores and closed hours from the stored readings, and tells every number that differs, to the last
 * digit. The score of a minute is that of all stored readings in the windows that end with its last millisecond.
 */
export async function* verify(options: VerifyOptions): AsyncGenerator<VerifyEvent> {
  const {
    stored,
    model,
    areas,
    devices,
    stepMs = MINUTE_MS,
    rollUps = [],
    reports = NO_REPORTS,
    pause,
  } = options;
  const evaluator = createEvaluator(model, areas, devices, reports);
  const places = placesOf(model, areas);
  const horizons = horizonsOf(model);
  const totals = { scores: 0, minutes: 0, rollUps: 0, differences: 0 };
  const from = Math.ceil(options.from / MINUTE_MS) * MINUTE_MS;
  const to = minuteOf(options.to);
  for (let start = from, end = from; start < to; start = end) {
    // Parts end on full hours, so that each closed hour is in one of them.
    end = Math.min(hourOf(start) + CHUNK_MS, to);
    const windows = await loadWindows(stored, model, devices, { first: start, last: end - 1 });
    const published = await publishedIn(stored, places, start, end);
    for (const minute of minutesToCheck(published, stepMs)) {
      await pause?.();
      const points = published.get(minute) ?? new Map<string, PublishedPoint>();
      const differences: Difference[] = [];
      const steps = evaluator.steps(windows, minuteEnd(minute), undefined, (place, numbers) => {
        const point = points.get(scoreKey(place));
        if (point && !isSame(point, numbers))
          differences.push(scoreDifference(place, numbers, minute, point));
        return false;
      });
      while (!steps.next().done);
      totals.minutes++;
      totals.scores += points.size;
      totals.differences += differences.length;
      yield* differences;
    }
    for (const rollUp of rollUps) {
      if (rollUp.start < start || rollUp.start + HOUR_MS > end) continue;
      const horizonMs = horizons.get(rollUp.metric);
      if (horizonMs === undefined || rollUp.start < hourOf(options.now - horizonMs)) continue;
      totals.rollUps++;
      for (const difference of rollUpDifferences(rollUp, windows)) {
        totals.differences++;
        yield difference;
      }
    }
    yield { kind: "progress", through: end };
  }
  yield { kind: "done", ...totals };
}

/** To the last digit. */
export function isSame(one: ScoreNumbers, other: ScoreNumbers): boolean {
  return one.score === other.score && one.value === other.value && one.coverage === other.coverage;
}

/** Every score that model and areas have. */
export function placesOf(model: ScoreModel, areas: readonly ScoredArea[]): ReceiptPlace[] {
  return [CITY_AREA, ...areas.map(({ id }) => id)].flatMap((area): ReceiptPlace[] => [
    { area, dimension: null, aspect: null, indicator: null },
    ...model.dimensions.flatMap((dimension): ReceiptPlace[] => [
      { area, dimension: dimension.id, aspect: null, indicator: null },
      ...dimension.aspects.flatMap((aspect): ReceiptPlace[] => {
        const place = { area, dimension: dimension.id, aspect: aspect.id };
        return [
          { ...place, indicator: null },
          ...aspect.indicators.map((indicator) => ({ ...place, indicator: indicator.id })),
        ];
      }),
    ]),
  ]);
}

/** The published points by minute and key. */
export async function publishedIn(
  history: PublishedHistory,
  places: readonly ReceiptPlace[],
  from: number,
  to: number,
): Promise<Map<number, Map<string, PublishedPoint>>> {
  const byMinute = new Map<number, Map<string, PublishedPoint>>();
  for (const place of places) {
    for (let next = from; next < to; ) {
      const page = await history.scoreHistory({ ...place, from: next, to, stepMs: null, limit: MOST_POINTS });
      for (const point of page) {
        const ofMinute = byMinute.get(point.time) ?? new Map<string, PublishedPoint>();
        ofMinute.set(scoreKey(place), point);
        byMinute.set(point.time, ofMinute);
      }
      next = page.length < MOST_POINTS ? to : (page.at(-1)?.time ?? to) + MINUTE_MS;
    }
  }
  return byMinute;
}

function minutesToCheck(
  published: ReadonlyMap<number, ReadonlyMap<string, unknown>>,
  stepMs: number,
): number[] {
  const best = new Map<number, number>();
  for (const [minute, points] of published) {
    const step = Math.floor(minute / stepMs);
    const other = best.get(step);
    if (other === undefined || points.size > (published.get(other)?.size ?? 0)) best.set(step, minute);
  }
  return [...best.values()].sort((a, b) => a - b);
}

function scoreDifference(
  { area, dimension, aspect, indicator }: ReceiptPlace,
  score: ScoreNumbers,
  minute: number,
  point: PublishedPoint,
): Difference {
  return {
    kind: "score",
    area,
    dimension,
    aspect,
    indicator,
    minute,
    published: { score: point.score, value: point.value, coverage: point.coverage },
    recomputed: { score: score.score, value: score.value, coverage: score.coverage },
  };
}

const FIELDS = ["count", "sum", "min", "max", "first", "firstTime", "last", "lastTime"] as const;

function rollUpDifferences(rollUp: RollUp, windows: Windows): Difference[] {
  const { device, metric, start } = rollUp;
  const found: Difference[] = [];
  let seen = false;
  const differ = (field: (typeof FIELDS)[number], recomputed: number | null) =>
    found.push({ kind: "roll-up", device, metric, hour: start, field, published: rollUp[field], recomputed });
  windows.get(device, metric)?.eachHour(start, start + HOUR_MS, (_start, summary) => {
    seen = true;
    for (const field of FIELDS) if (rollUp[field] !== summary[field]) differ(field, summary[field]);
  });
  if (!seen) differ("count", null);
  return found;
}
