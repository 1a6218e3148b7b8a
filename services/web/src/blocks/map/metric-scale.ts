import type { Device } from "../../api-types.ts";

/** The colours of the scale, `--scale-1` (low) to `--scale-6` (high). */
export const SCALE_STEPS = 6;

/** How a metric colours the map: by the newest values of the devices that are shown. */
export interface MetricScale {
  readonly low: number;
  readonly high: number;
  /** The step of the scale of each device that has a value, 1 to `SCALE_STEPS`. */
  readonly steps: ReadonlyMap<string, number>;
  /** The mean of the newest values in each area, and its step. */
  readonly areas: ReadonlyMap<string, { readonly mean: number; readonly step: number }>;
}

/** Null: no device has a value of it. */
export function metricScale(devices: readonly Device[], metric: string): MetricScale | null {
  const values = devices.flatMap(({ id, area, latest }) => {
    const value = latest[metric]?.value;
    return value === undefined ? [] : [{ id, area, value }];
  });
  if (values.length === 0) return null;
  const low = Math.min(...values.map(({ value }) => value));
  const high = Math.max(...values.map(({ value }) => value));
  const stepOf = (value: number): number =>
    high === low
      ? Math.ceil(SCALE_STEPS / 2)
      : Math.min(SCALE_STEPS, 1 + Math.floor(((value - low) / (high - low)) * SCALE_STEPS));
  const sums = new Map<string, { sum: number; count: number }>();
  for (const { area, value } of values) {
    if (area === null) continue;
    const sum = sums.get(area) ?? { sum: 0, count: 0 };
    sums.set(area, { sum: sum.sum + value, count: sum.count + 1 });
  }
  return {
    low,
    high,
    steps: new Map(values.map(({ id, value }) => [id, stepOf(value)])),
    areas: new Map(
      [...sums].map(([area, { sum, count }]) => [area, { mean: sum / count, step: stepOf(sum / count) }]),
    ),
  };
}

/** The metrics that some device has a value of. */
export function metricsOnMap(devices: readonly Device[]): readonly string[] {
  return [...new Set(devices.flatMap(({ latest }) => Object.keys(latest)))].sort();
}
