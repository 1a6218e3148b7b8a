import type { Suspect, WatchedDevice } from "@kota/attention";
import type { Reading, Rejection } from "@kota/model";
import { abortable, type Clock, retrying } from "@kota/runtime";
import {
  emptySummary,
  firstLookedAt,
  HOUR_MS,
  hourOf,
  MINUTE_MS,
  minuteOf,
  type ScoreModel,
  type SeriesWindow,
  suspicionOf,
  Windows,
} from "@kota/scoring";
import type { TimeSeriesStore } from "@kota/time-series";
import { DevicesByMetric, eachBatchOfSteps } from "../device-steps.ts";
import { Judgements } from "./judgements.ts";
import { MinuteExtremes } from "./minute-extremes.ts";
import { createRefusedByDevice } from "./refused-by-device.ts";
import { neighbourGroups, unlikeThoseAround } from "./unlike-those-around.ts";

/** Which sensors are not to be trusted, by the score model's own quality rules and by what is refused of them. */
export interface SuspectSensors {
  takeReading(reading: Reading): void;
  takeRejection(rejection: Rejection): void;
  /** Reads what was stored before this process began to look. Rejects only when it is stopped. */
  fill(devices: readonly WatchedDevice[], signal: AbortSignal): Promise<void>;
  /** Before it is filled, a sensor that is not among the suspects may be one all the same. */
  readonly isFilled: boolean;
  suspects(devices: readonly WatchedDevice[]): Generator<void, readonly Suspect[]>;
}

/** A series in which nothing is new is judged again after this: its last hour moves on. */
const JUDGED_ANEW_MS = 60_000;
/** Series judged between two chances for everything else in the process. */
const STEP = 200;
const MOST_REJECTIONS = 1_000;

export function createSuspectSensors(deps: {
  /** Null: the city has none that is usable, and so no quality rules. */
  readonly model: ScoreModel | null;
  readonly store: Pick<TimeSeriesStore, "stepsOfDevices" | "rejections">;
  readonly clock: Clock;
}): SuspectSensors {
  const { model, store, clock } = deps;
  const quality = model?.quality ?? {};
  const windows = new Windows(quality);
  const judgements = new Judgements();
  const extremes = new MinuteExtremes();
  const groups = model === null ? [] : neighbourGroups(model);
  const refused = createRefusedByDevice();
  let closedBefore = 0;
  let isFilled = false;

  /** What is older says nothing about now. */
  function keptFrom(metric: string, now: number): number {
    const forMs = quality[metric]?.stuck?.forMs;
    return forMs === undefined ? hourOf(now - HOUR_MS) : firstLookedAt(now, forMs);
  }

  function add(device: string, metric: string, time: number, value: number, now: number): void {
    if (quality[metric] === undefined || time < keptFrom(metric, now)) return;
    extremes.add(windows.getOrCreate(device, metric), time, value);
  }

  /** Of hours that no look needs whole any more, one row of numbers stays. */
  function closeHours(now: number): void {
    const before = hourOf(now - HOUR_MS);
    if (before === closedBefore) return;
    closedBefore = before;
    for (const series of windows.all()) closeHoursOf(series, before, now);
  }

  function closeHoursOf(series: SeriesWindow, before: number, now: number): void {
    const from = keptFrom(series.metric, now);
    for (let start = from - HOUR_MS; start < before; start += HOUR_MS) {
      const hour = series.openHour(start);
      if (hour === undefined) continue;
      const summary = emptySummary();
      hour.summarize(start, start + HOUR_MS, summary);
      series.setClosed({ start, summary, through: null });
    }
    series.forgetBefore(from);
  }

  function judge(series: SeriesWindow, now: number): void {
    if (judgements.holds(series, now - JUDGED_ANEW_MS)) return;
    const rules = quality[series.metric];
    let [sum, count] = [0, 0];
    if (rules?.neighbours) {
      series.eachReading(now - HOUR_MS, now + 1, (_time, value) => {
        sum += value;
        count++;
      });
    }
    const suspicion = rules === undefined ? null : suspicionOf(series, rules, now);
    judgements.note(series, now, suspicion, sum / count);
  }

  /** Of each minute the lowest and the highest stand for all: that says of a range and of a stuck value what they all say. */
  async function fillMetric(metric: string, ids: readonly string[], signal: AbortSignal): Promise<void> {
    const now = clock();
    // The running minute too: what came in it before this process is in no log that it follows.
    const range = { from: keptFrom(metric, now), to: minuteOf(now) + MINUTE_MS };
    const query = { metric, devices: ids, stepMs: MINUTE_MS, ...range };
    await eachBatchOfSteps(
      {
        stepsOfDevices: (batch) => retrying(() => abortable(store.stepsOfDevices(batch), signal), { signal }),
      },
      query,
      (steps) => {
        for (const { device, time, min, max } of steps) {
          add(device, metric, time, min, now);
          if (max > min) add(device, metric, time + 1, max, now);
        }
      },
    );
    for (const id of ids) {
      const series = windows.get(id, metric);
      if (series) closeHoursOf(series, hourOf(now - HOUR_MS), now);
    }
  }

  return {
    get isFilled() {
      return isFilled;
    },
    takeReading({ device, time, values }) {
      const now = clock();
      for (const metric in values) {
        const value = values[metric];
        if (value !== undefined) add(device, metric, time, value, now);
      }
    },
    takeRejection: refused.take,
    async fill(devices, signal) {
      const now = clock();
      const asked = new DevicesByMetric();
      for (const { id, latest } of devices) {
        for (const [metric, { time }] of Object.entries(latest)) {
          if (quality[metric] !== undefined && Date.parse(time) >= keptFrom(metric, now))
            asked.add(metric, id);
        }
      }
      const rejections = await retrying(
        () => abortable(store.rejections({ from: now - HOUR_MS, limit: MOST_REJECTIONS }), signal),
        { signal },
      );
      for (const rejection of rejections.toReversed()) refused.take(rejection);
      for (const [metric, ids] of asked) await fillMetric(metric, ids, signal);
      isFilled = !signal.aborted;
    },
    *suspects(devices) {
      const now = clock();
      closeHours(now);
      const suspects: Suspect[] = [];
      let judged = 0;
      for (const series of windows.all()) {
        if (++judged % STEP === 0) yield;
        judge(series, now);
        const suspicion = judgements.suspicionOf(series);
        if (suspicion !== undefined)
          suspects.push({ device: series.device, metric: series.metric, limit: null, ...suspicion });
      }
      const meanOf = (device: string, metric: string) => {
        const series = windows.get(device, metric);
        return series && judgements.meanOf(series);
      };
      yield;
      suspects.push(...unlikeThoseAround(groups, devices, meanOf, now));
      suspects.push(...refused.suspects(devices, now));
      return suspects;
    },
  };
}
