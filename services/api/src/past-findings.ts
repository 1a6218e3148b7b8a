import {
  type At,
  type Finding,
  findingsOf,
  type Needs,
  needsOf,
  paceOf,
  peerPaces,
  type WatchedDevice,
} from "@kota/attention";
import { type Clock, inSlices } from "@kota/runtime";
import type { TimeSeriesStore } from "@kota/time-series";
import { DevicesByMetric, eachBatchOfSteps } from "./device-steps.ts";
import type { Devices } from "./device-view.ts";
import type { SeenDevice } from "./live-view.ts";
import { createTurns } from "./one-at-a-time.ts";
import type { PastMoments } from "./past-moments.ts";
import { recentAnswers } from "./recent-answers.ts";

/** What needed attention at a moment of the past. */
interface FoundThen {
  /** The most pressing first. */
  readonly findings: readonly Finding[];
  /** Quiet devices whose own pace was not asked for, because there are too many: it is not known whether they were silent. */
  readonly notAsked: number;
}

/** What needed attention, found again in the stored readings, by the rules and the registry of today. */
export interface PastFindings {
  /**
   * @param area null: the whole city
   * @throws HttpProblem `bad_request` for the future, `busy` when too many ask already
   */
  at(at: number, area: string | null): Promise<FoundThen>;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Each is a question to the store of its own. */
const MOST_QUIET = 50;
const MOST_WAITING = 8;
/** A late reading may still change the past. */
const KEPT_MS = MINUTE;
/** Devices between two chances for everything else in the process. */
const STEP = 500;

export function createPastFindings(deps: {
  readonly past: Pick<PastMoments, "devices">;
  readonly devices: Pick<Devices, "ids" | "asSeen">;
  readonly store: Pick<TimeSeriesStore, "stepsOfDevices" | "countReadings">;
  readonly clock: Clock;
}): PastFindings {
  const { past, devices, store, clock } = deps;
  const inTurn = createTurns(MOST_WAITING);
  const recent = recentAnswers<FoundThen>(clock, KEPT_MS);

  function* watchedThen(seen: ReadonlyMap<string, SeenDevice>): Generator<void, readonly WatchedDevice[]> {
    const watched: WatchedDevice[] = [];
    for (const [index, id] of devices.ids().entries()) {
      if (index % STEP === STEP - 1) yield;
      const device = devices.asSeen(id, seen);
      if (device) watched.push(device);
    }
    return watched;
  }

  async function find(at: number, area: string | null): Promise<FoundThen> {
    const { result: all } = await inSlices(watchedThen(await past.devices(at)));
    const those = area === null ? all : all.filter((device) => device.area === area);
    // The pace of a device is told by all that are like it, wherever they stand.
    const needs = needsOf(those, peerPaces(all, at), at);
    const [days, paces] = [await daysOf(store, needs, at), await pacesOf(store, needs)];
    const findings = findingsOf(
      those,
      needs,
      { day: (device, metric) => days.get(`${metric}/${device}`), pace: (device) => paces.get(device) },
      at,
    );
    return { findings, notAsked: Math.max(0, needs.quiet.length - MOST_QUIET) };
  }

  return { at: (at, area) => recent(`${at} ${area}`, () => inTurn(() => find(at, area))) };
}

/** The last day of what stands out, by `metric/device`: of bins in steps of ten minutes, of air in hours. */
async function daysOf(
  store: Pick<TimeSeriesStore, "stepsOfDevices">,
  { bins, air }: Needs,
  at: number,
): Promise<ReadonlyMap<string, readonly At[]>> {
  const days = new Map<string, At[]>();
  const range = { from: Math.floor((at - DAY) / HOUR) * HOUR, to: at };
  const byMetric = new DevicesByMetric();
  for (const { device, metric } of [...bins, ...air]) {
    days.set(`${metric}/${device}`, []);
    byMetric.add(metric, device);
  }
  for (const [metric, asked] of byMetric) {
    const stepMs = metric === "fill_level" ? 10 * MINUTE : HOUR;
    await eachBatchOfSteps(store, { ...range, metric, stepMs, devices: asked }, (steps) => {
      for (const { device, time, mean } of steps)
        days.get(`${metric}/${device}`)?.push({ time, value: mean });
    });
  }
  for (const day of days.values()) day.sort((a, b) => a.time - b.time);
  return days;
}

async function pacesOf(
  store: Pick<TimeSeriesStore, "countReadings">,
  { quiet }: Needs,
): Promise<ReadonlyMap<string, number>> {
  const paces = new Map<string, number>();
  for (const { device, lastSeen } of quiet.slice(0, MOST_QUIET)) {
    const to = Date.parse(lastSeen) + 1;
    paces.set(device, paceOf(await store.countReadings({ device, from: to - DAY, to })));
  }
  return paces;
}
