import { medianOf } from "@kota/scoring";
import type { DeviceStep } from "@kota/time-series";

/** How the values of an area's devices become one. */
export const OVER_DEVICES = ["median", "mean", "max"] as const;
export type OverDevices = (typeof OVER_DEVICES)[number];

export interface AreaPoint {
  /** Start of the step. */
  readonly time: number;
  /** Of the means of its devices. */
  readonly value: number;
  /** The smallest and the largest value that any device had. */
  readonly min: number;
  readonly max: number;
  /** That sent something in the step. */
  readonly devices: number;
  /** Readings of all of them. */
  readonly count: number;
}

export interface AreaSteps {
  /** All steps of some devices; each device once. */
  take(steps: readonly DeviceStep[]): void;
  /** In order; steps in which no device sent anything are left out. */
  points(over: OverDevices): readonly AreaPoint[];
  /** That sent anything at all. */
  readonly devices: number;
  /** How often a device usually sends, milliseconds, told from all of them: where nobody sent for long counts only a little. */
  paceMs(): number;
}

/** A silence of all devices is of no more than so many of their usual ones. */
const MOST_SILENCES = 10;

interface Step {
  readonly means: number[];
  min: number;
  max: number;
  count: number;
}

/** Each device counts the same in a step, however many readings it sent. */
export function createAreaSteps(): AreaSteps {
  const steps = new Map<number, Step>();
  let [devices, readings] = [0, 0];
  return {
    take(those) {
      devices += new Set(those.map(({ device }) => device)).size;
      for (const { time, mean, min, max, count } of those) {
        readings += count;
        const step = steps.get(time);
        if (step === undefined) steps.set(time, { means: [mean], min, max, count });
        else {
          step.means.push(mean);
          step.min = Math.min(step.min, min);
          step.max = Math.max(step.max, max);
          step.count += count;
        }
      }
    },
    points: (over) =>
      [...steps]
        .sort(([a], [b]) => a - b)
        .map(([time, { means, min, max, count }]) => ({
          ...{ time, value: COMBINED[over](means), min, max, devices: means.length, count },
        })),
    get devices() {
      return devices;
    },
    paceMs() {
      const times = [...steps.keys()].sort((a, b) => a - b);
      const pauses = times.slice(1).map((time, index) => time - (times[index] ?? time));
      if (pauses.length === 0) return 0;
      const usual = medianOf(pauses);
      const observed = pauses.reduce((sum, pause) => sum + Math.min(pause, MOST_SILENCES * usual), 0);
      return (observed * devices) / readings;
    },
  };
}

const COMBINED: Readonly<Record<OverDevices, (values: readonly number[]) => number>> = {
  median: medianOf,
  mean: (values) => values.reduce((sum, value) => sum + value, 0) / values.length,
  max: (values) => values.reduce((most, value) => Math.max(most, value)),
};
