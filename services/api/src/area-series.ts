import { CITY_AREA, type MetricName } from "@kota/model";
import { measuredIndicatorsOf, type ScoreModel } from "@kota/scoring";
import type { TimeRange, TimeSeriesStore } from "@kota/time-series";
import { type AreaPoint, createAreaSteps, type OverDevices } from "./area-steps.ts";
import { batchesOf, eachBatchOfSteps } from "./device-steps.ts";
import type { Devices } from "./device-view.ts";
import type { LiveView } from "./live-view.ts";
import { createTurns } from "./one-at-a-time.ts";
import { badParameter } from "./problem.ts";
import { chooseStep, MOST_POINTS, stepName, stepOf } from "./step.ts";

/** One metric of an area's devices over time. */
export interface AreaCourse {
  readonly over: OverDevices;
  /** The kinds of device that are asked; null: any. */
  readonly kinds: readonly string[] | null;
  /** Devices that sent the metric in the range. */
  readonly devices: number;
  readonly stepMs: number;
  readonly points: readonly AreaPoint[];
}

export interface AreaQuery extends TimeRange {
  readonly area: string;
  readonly metric: MetricName;
  /** As a query says it; left out: chosen by the number of devices and by how often they send. */
  readonly step: string | undefined;
  /** Left out: as the score model has it, else the median. */
  readonly over: OverDevices | undefined;
}

/** So many steps of single devices are read for one line. */
const MOST_DEVICE_STEPS = 500_000;
/** So many readings are gone through for one line, some of them several times: ten seconds or so. */
const MOST_GONE_THROUGH = 1_000_000_000;
const CHOSEN_POINTS = 1_000;
/** A step in which most devices send: of fewer, the value would be now of these and now of those. */
const STEP_PACES = 1.5;
const MOST_WAITING = 16;
const DAY = 86_400_000;

/**
 * The course of a metric in an area, made of the stored readings when it is asked for. One is made after the other.
 * @throws HttpProblem `bad_request` for what would take too long, with what would not; `busy`
 */
export function createAreaSeries(deps: {
  /** Null: the city has none that can be used. */
  readonly model: ScoreModel | null;
  readonly store: Pick<TimeSeriesStore, "stepsOfDevices" | "countReadings">;
  readonly devices: Pick<Devices, "ids" | "registered">;
  readonly view: Pick<LiveView, "device">;
}): (query: AreaQuery) => Promise<AreaCourse> {
  const { model, store, devices, view } = deps;
  const inTurn = createTurns(MOST_WAITING);

  /** Those of an area that may have sent the metric: of what was not seen for long nobody knows. */
  function asked({ area, metric }: AreaQuery, kinds: readonly string[] | null): readonly string[] {
    return devices.ids().filter((id) => {
      const device = devices.registered.get(id);
      if (area !== CITY_AREA && device?.area !== area) return false;
      if (kinds !== null && (device === undefined || !kinds.includes(device.kind))) return false;
      return view.device(id)?.values.has(metric) ?? true;
    });
  }

  /** @param stored how many readings there are in the range */
  async function read(query: AreaQuery, those: readonly string[], stepMs: number, stored: number) {
    const { metric, from, to } = query;
    const steps = createAreaSteps();
    const asking = { metric, from, to, stepMs, devices: those };
    assertReadable(query, stored * batchesOf(asking));
    await eachBatchOfSteps(store, asking, (batch) => steps.take(batch));
    return steps;
  }

  function assertReadable({ from, to }: TimeRange, goneThrough: number): void {
    if (goneThrough <= MOST_GONE_THROUGH) return;
    const days = ((to - from) / DAY) * (MOST_GONE_THROUGH / goneThrough);
    throw badParameter(
      "from",
      `over this range ${Math.round(goneThrough / 1e6)} million readings would have to be gone through for this area, and more than ${MOST_GONE_THROUGH / 1e6} million are not for one line; ${days >= 1 ? `${Math.floor(days)} days` : `${Math.max(1, Math.floor(days * 24))} hours`} of it can be had, or a longer step, or the area's scores over any range`,
    );
  }

  async function make(query: AreaQuery): Promise<AreaCourse> {
    const rule = ruleOf(model, query.metric);
    const over = query.over ?? rule.over;
    const those = asked(query, rule.kinds);
    const mostSteps = Math.min(MOST_POINTS, Math.floor(MOST_DEVICE_STEPS / Math.max(1, those.length)));
    if (mostSteps < 1) {
      throw badParameter(
        "area",
        `it has ${those.length} devices that may have sent ${query.metric}, and more than ${MOST_DEVICE_STEPS} are not read for one line; take a smaller area, or its scores`,
      );
    }
    const isChosen = query.step === undefined;
    let stepMs = isChosen
      ? chooseStep(query, Math.min(CHOSEN_POINTS, mostSteps))
      : (stepOf(query.step, query) ?? refusedRaw());
    if (!isChosen && (query.to - query.from) / stepMs > mostSteps) {
      throw badParameter(
        "step",
        `'${query.step}' over this range is more than ${MOST_DEVICE_STEPS} steps of the ${those.length} devices that are asked; use ${stepName(chooseStep(query, mostSteps))} or more, or a shorter range`,
      );
    }
    const stored = await store.countReadings({ from: query.from, to: query.to });
    let steps = await read(query, those, stepMs, stored);
    const least = STEP_PACES * steps.paceMs();
    if (isChosen && least > stepMs) {
      stepMs = chooseStep(query, Math.max(1, Math.floor((query.to - query.from) / least)));
      steps = await read(query, those, stepMs, stored);
    }
    return { over, kinds: rule.kinds, devices: steps.devices, stepMs, points: steps.points(over) };
  }

  return (query) => inTurn(() => make(query));
}

/** What the first indicator of a metric says of it; its share of devices is no value of the metric. */
function ruleOf(
  model: ScoreModel | null,
  metric: MetricName,
): { readonly over: OverDevices; readonly kinds: readonly string[] | null } {
  for (const { metric: of, overDevices, kinds } of model === null ? [] : measuredIndicatorsOf(model)) {
    if (of === metric && overDevices.by !== "share_at_least") return { over: overDevices.by, kinds };
  }
  return { over: "median", kinds: null };
}

function refusedRaw(): never {
  throw badParameter("step", "an area has no readings of its own: expected a width, such as 15m");
}
