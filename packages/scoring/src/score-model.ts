import type { Dimension, MetricName, QualityClass } from "@kota/model";
import type { StandardIndicator } from "./evidence/standards.ts";
import { MINUTE_MS } from "./minutes.ts";
import type { QualityRules } from "./quality/rules.ts";
import { HOUR_MS } from "./summary.ts";

/** A value and the score it gives. Between two goalposts the score is a straight line, outside of them it stays. */
export type Goalpost = readonly [value: number, score: number];

/**
 * How the readings of one device become one value over the indicator's window.
 *
 * - `mean`: time-weighted; an hour counts with the time that its readings cover.
 * - `level_mean`: of levels in decibels, by energy: 10·log10(mean(10^(L/10))). Windows up to an hour.
 * - `last`: the newest value, as long as it is valid.
 * - `min`, `max`: of the readings.
 * - `increase`: what a counter grew by, resets considered, scaled from the time observed to the whole window.
 * - `load_factor`: mean of the hourly means over the highest of them, in percent; complete hours only.
 */
export const OVER_TIME = ["mean", "level_mean", "last", "min", "max", "increase", "load_factor"] as const;
export type OverTime = (typeof OVER_TIME)[number];

/** How the values of an area's devices become one: `share_at_least` is the share of devices at or above `threshold`, in percent. */
export type OverDevices =
  | { readonly by: "mean" | "median" | "max" }
  | { readonly by: "share_at_least"; readonly threshold: number };

interface IndicatorBase {
  readonly id: string;
  readonly title: string;
  /** UCUM code of the value: the metric's, or `%` for a share. */
  readonly unit: string;
  /** In ascending order of value. */
  readonly goalposts: readonly Goalpost[];
  readonly weight: number;
  /** Where goalposts and method come from, or `editorial` when they are the model's own choice. */
  readonly source: string;
  /** What it goes with in standards for cities; left out: nothing. */
  readonly standards?: readonly StandardIndicator[];
}

/** A number about one area over one window, made from readings, and the score it gives. */
export interface MeasuredIndicator extends IndicatorBase {
  readonly from?: undefined;
  readonly metric: MetricName;
  /** The kinds of device that are asked; null: every device that sends the metric. */
  readonly kinds: readonly string[] | null;
  /** Length of the window that ends now, milliseconds; with `last`, how long a value stays valid. */
  readonly windowMs: number;
  readonly overTime: OverTime;
  readonly overDevices: OverDevices;
  /** With fewer devices that have enough data there is no score. */
  readonly minDevices: number;
  /** A device that covers less of the window is left out, 0 to 1. */
  readonly minCoverage: number;
  /** A device is expected to send at least once in this time, milliseconds: one reading covers so much of the window. */
  readonly everyMs: number;
  /** How exact the devices are, as a class of reports; left out: C. It widens the bounds of a receipt and changes no score. */
  readonly accuracy?: QualityClass;
}

/** A number that somebody reports, and the score it gives. */
export interface ReportedIndicator extends IndicatorBase {
  readonly from: "reports";
  /** `area`: each area has a report of its own. `city`: there is one for the whole city, which counts in every area alike. */
  readonly scope: "area" | "city";
  /** A report counts for so long after the end of its period, milliseconds. */
  readonly validityMs: number;
}

export type Indicator = MeasuredIndicator | ReportedIndicator;

export interface Aspect {
  readonly id: string;
  readonly title: string;
  readonly weight: number;
  readonly indicators: readonly Indicator[];
}

/** How parts become a whole: weighted arithmetic mean, or weighted geometric mean with scores below 1 taken as 1. */
export type Across = "arithmetic" | "geometric";

export interface ModelDimension {
  readonly id: Dimension;
  readonly title: string;
  readonly weight: number;
  /** How the aspects become the dimension's score. Indicators inside of an aspect are always combined arithmetically. */
  readonly across: Across;
  /** Empty: the city has no indicators for this dimension yet. */
  readonly aspects: readonly Aspect[];
}

/** The parsed `scores.yaml`. */
export interface ScoreModel {
  readonly version: string;
  /** Of everything in the model: two models with one hash give the same scores for the same readings. */
  readonly hash: string;
  /** Below `minimum` there is no score, below `ok` it is provisional; 0 to 1. */
  readonly coverage: { readonly minimum: number; readonly ok: number };
  /** What an area weighs in the city's score. */
  readonly cityWeight: "population" | "equal";
  /** By metric, what makes a reading or a device not to be trusted. */
  readonly quality: Readonly<Record<string, QualityRules>>;
  /** All six, in the order they are shown. */
  readonly dimensions: readonly ModelDimension[];
}

/** Every indicator of a model. */
export function indicatorsOf(model: ScoreModel): readonly Indicator[] {
  return model.dimensions.flatMap((dimension) => dimension.aspects.flatMap((aspect) => aspect.indicators));
}

/** Those that are made from readings. */
export function measuredIndicatorsOf(model: ScoreModel): readonly MeasuredIndicator[] {
  return indicatorsOf(model).filter((indicator) => indicator.from === undefined);
}

/** Those that are reported. Their ids are unique in a model. */
export function reportedIndicatorsOf(model: ScoreModel): readonly ReportedIndicator[] {
  return indicatorsOf(model).filter((indicator) => indicator.from === "reports");
}

/** The metrics that a model asks for, each with how far back an evaluation looks, in milliseconds. */
export function horizonsOf(model: ScoreModel): ReadonlyMap<string, number> {
  const horizons = new Map(longestWindows(model));
  for (const [metric, windowMs] of horizons) {
    const stuck = model.quality[metric]?.stuck;
    if (stuck) horizons.set(metric, windowMs + stuck.forMs + HOUR_MS);
  }
  return horizons;
}

/** The metrics that a model asks devices of a kind for. The same set for the same kind. */
export function metricsAskedOf(model: ScoreModel): (kind: string) => ReadonlySet<MetricName> {
  const ofKinds = new Map<string, ReadonlySet<MetricName>>();
  return (kind) => {
    let metrics = ofKinds.get(kind);
    if (metrics === undefined) {
      metrics = new Set(
        measuredIndicatorsOf(model)
          .filter(({ kinds }) => kinds?.includes(kind) ?? true)
          .map(({ metric }) => metric),
      );
      ofKinds.set(kind, metrics);
    }
    return metrics;
  };
}

/**
 * The metrics that a model asks for of which single readings are not needed once their minute is over: every window of them begins and
 * ends with a minute, and neither a mean of levels nor a rule for the rate of change looks at one reading after the other.
 */
export function metricsByMinute(model: ScoreModel): ReadonlySet<string> {
  const metrics = new Set(horizonsOf(model).keys());
  for (const { metric, windowMs, overTime } of measuredIndicatorsOf(model)) {
    if (windowMs % MINUTE_MS !== 0 || overTime === "level_mean" || model.quality[metric]?.rate)
      metrics.delete(metric);
  }
  return metrics;
}

/** The metrics that a model asks for, each with the length of its longest window in milliseconds. */
export function longestWindows(model: ScoreModel): ReadonlyMap<string, number> {
  const horizons = new Map<string, number>();
  for (const { metric, windowMs } of measuredIndicatorsOf(model)) {
    horizons.set(metric, Math.max(windowMs, horizons.get(metric) ?? 0));
  }
  return horizons;
}
