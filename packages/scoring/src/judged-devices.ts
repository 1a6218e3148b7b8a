import { type DeviceValue, deviceValue } from "./device-value.ts";
import { formatDuration } from "./duration.ts";
import type { QualityRules } from "./quality/rules.ts";
import { unlikeNeighbours } from "./quality/unlike-neighbours.ts";
import type { MeasuredIndicator, ScoreModel } from "./score-model.ts";
import { silentBefore } from "./window-bounds.ts";
import type { Windows } from "./windows.ts";

/**
 * Why a device does not count for an indicator. `no_readings`: none in the window. `too_little`: its readings cover
 * less of the window than the model asks for. `no_value`: the method makes no value of so few readings. By the quality
 * rules: `flagged`: all of its readings are; `silent`: its newest reading is too old; `unlike_neighbours`: its value is too far
 * from those of the other devices.
 */
export const LEFT_OUT = [
  "no_readings",
  "too_little",
  "no_value",
  "flagged",
  "silent",
  "unlike_neighbours",
] as const;
export type LeftOut = (typeof LEFT_OUT)[number];

/** What an indicator takes a device for. */
export interface JudgedDevice {
  readonly device: string;
  /** Null: it counts. */
  readonly leftOut: LeftOut | null;
  /** Null when it has no reading in the window. */
  readonly found: DeviceValue | null;
}

/** Each of the devices that an indicator asks, in their order. */
export function judgeDevices(
  indicator: MeasuredIndicator,
  asked: readonly string[],
  windows: Windows,
  at: number,
  quality: ScoreModel["quality"],
): JudgedDevice[] {
  const rules = quality[indicator.metric];
  const judged = asked.map((device): JudgedDevice => {
    const series = windows.get(device, indicator.metric);
    const found = (series && deviceValue(indicator, series, at, rules)) ?? null;
    return { device, found, leftOut: leftOutOf(indicator, found, at, rules) };
  });
  return rules?.neighbours ? withoutOutliers(judged, rules.neighbours) : judged;
}

function withoutOutliers(
  judged: readonly JudgedDevice[],
  rule: NonNullable<QualityRules["neighbours"]>,
): JudgedDevice[] {
  const counting = judged.filter(({ leftOut }) => leftOut === null);
  const unlike = unlikeNeighbours(
    counting.map(({ found }) => found?.value ?? Number.NaN),
    rule,
  );
  const outliers = new Set(counting.filter((_device, index) => unlike.has(index)));
  return judged.map((each) => (outliers.has(each) ? { ...each, leftOut: "unlike_neighbours" } : each));
}

function leftOutOf(
  { minCoverage }: MeasuredIndicator,
  found: DeviceValue | null,
  at: number,
  rules: QualityRules | undefined,
): LeftOut | null {
  if (found === null) return "no_readings";
  if (found.readings === 0) return "flagged";
  if (found.lastTime < silentBefore(rules, at)) return "silent";
  if (found.value === null) return "no_value";
  return found.coverage < minCoverage ? "too_little" : null;
}

/** Why a device was left out, for a person. */
export function leftOutReason(
  indicator: Pick<MeasuredIndicator, "overTime" | "windowMs" | "minCoverage">,
  leftOut: LeftOut,
  coverage: number,
  rules: QualityRules | undefined,
): string {
  const window = formatDuration(indicator.windowMs);
  switch (leftOut) {
    case "no_readings":
      return `no reading in the last ${window}`;
    case "too_little":
      return `readings for ${percent(coverage)} of the last ${window}, and ${percent(indicator.minCoverage)} is needed`;
    case "no_value":
      return indicator.overTime === "load_factor"
        ? "fewer than two complete hours with a load"
        : "an increase needs two readings";
    case "flagged":
      return "every reading is flagged by the quality rules";
    case "silent":
      return `nothing for more than ${formatDuration(rules?.silenceMs ?? 0)}`;
    case "unlike_neighbours":
      return `more than ${rules?.neighbours?.z} robust standard deviations from the median of its neighbours`;
  }
}

function percent(share: number): string {
  return `${Math.round(share * 1000) / 10} %`;
}
