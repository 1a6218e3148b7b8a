import type { DeviceStep, DeviceStepsQuery, TimeSeriesStore } from "@kota/time-series";

/** Rows that are taken from the store in one piece: some 20 ms in which this process does nothing else. */
const MOST_ROWS = 20_000;

/** How many devices are asked about at once. */
function atOnceOf({ from, to, stepMs }: Omit<DeviceStepsQuery, "metric" | "devices">): number {
  const stepsOfOne = Math.max(1, Math.ceil((to - from) / stepMs) + 1);
  return Math.max(1, Math.floor(MOST_ROWS / stepsOfOne));
}

/** How often the store is asked for the steps of some devices. */
export function batchesOf(query: DeviceStepsQuery): number {
  return Math.ceil(query.devices.length / atOnceOf(query));
}

/** The steps of any number of devices, a batch of devices at a time; all of a device's steps are in one batch. */
export async function eachBatchOfSteps(
  store: Pick<TimeSeriesStore, "stepsOfDevices">,
  query: DeviceStepsQuery,
  take: (steps: readonly DeviceStep[]) => void,
): Promise<void> {
  const { devices } = query;
  const atOnce = atOnceOf(query);
  for (let first = 0; first < devices.length; first += atOnce) {
    take(await store.stepsOfDevices({ ...query, devices: devices.slice(first, first + atOnce) }));
  }
}

/** Which devices are to be asked about, metric by metric. */
export class DevicesByMetric {
  readonly #devices = new Map<string, string[]>();

  add(metric: string, device: string): void {
    const those = this.#devices.get(metric);
    if (those) those.push(device);
    else this.#devices.set(metric, [device]);
  }

  [Symbol.iterator](): Iterator<[metric: string, devices: readonly string[]]> {
    return this.#devices.entries();
  }
}
