import type { Device, Metric } from "../api-types.ts";

/** Metrics about the device itself, shown when it has no other. */
const OF_THE_DEVICE = new Set(["battery", "battery_voltage", "rssi", "snr"]);

/**
 * The metrics a device has sent, in the order of the catalogue: what is measured now before running totals, and both
 * before the state of the device itself.
 */
export function metricsOf(device: Device, catalogue: readonly Metric[]): readonly Metric[] {
  const rank = ({ name, kind }: Metric): number => (OF_THE_DEVICE.has(name) ? 2 : kind === "counter" ? 1 : 0);
  return catalogue
    .filter(({ name }) => device.latest[name] !== undefined)
    .toSorted((a, b) => rank(a) - rank(b));
}

/** The metric that is shown when none is chosen; null when the device has sent nothing. */
export function mainMetric(device: Device, catalogue: readonly Metric[]): Metric | null {
  return metricsOf(device, catalogue)[0] ?? null;
}
