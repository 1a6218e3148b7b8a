import type { MetricName } from "@kota/model";
import { type CommonName, commonName } from "./common-names.ts";
import { excerpt } from "./explain.ts";
import { refuse } from "./refusal.ts";
import { inUnitOf } from "./units.ts";

/** A value with the metric that its name stands for, in the unit of that metric. */
export interface NamedValue {
  readonly metric: MetricName;
  readonly value: number;
  /** The sensor it comes from, when the name says so. */
  readonly channel: string | null;
  /** The channel is always used: the value is not of the device's surroundings. */
  readonly apart: boolean;
}

/**
 * Reads a value by its name and the unit stated with it; without a unit the name decides, as for a payload formatter.
 * Null: the name is not known. A unit that does not fit the name is refused.
 */
export function namedValue(
  name: string,
  value: number,
  unit: string | null,
  device: string,
): NamedValue | null {
  const found = commonName(name);
  if (!found) return null;
  const { entry, number } = found;
  const channel = entry.channel ?? number;
  const apart = entry.channel !== undefined;
  if (unit === null || unit === "") {
    return { metric: entry.metric, value: entry.convert ? entry.convert(value) : value, channel, apart };
  }
  const metric = metricIn(entry, unit);
  const converted = inUnitOf(metric, value, unit);
  if (converted === undefined) {
    refuse(
      "schema_mismatch",
      `${excerpt(name, 60)}: expected ${metric} in a unit that kota knows, came the unit "${excerpt(unit, 30)}".`,
      device,
    );
  }
  return { metric, value: converted, channel, apart };
}

/** `battery` is a share, or the voltage of the battery. */
export function metricIn({ metric }: CommonName, unit: string): MetricName {
  if (metric !== "battery" && metric !== "battery_voltage") return metric;
  return inUnitOf("battery_voltage", 1, unit) === undefined ? "battery" : "battery_voltage";
}
