import { ADAPTERS } from "@kota/adapters";
import { type CitySettings, IMPORT_SOURCE, type Reading } from "@kota/model";
import { createNormalizer } from "@kota/service-normalize";
import type { Mapping, Row } from "./mapping.ts";

/** A reading to hand in, or a sentence that says why the row is none. */
export type CheckedRow = { readonly reading: Reading } | { readonly problem: string };

/**
 * Checks rows by what kota itself will do with them: the adapter, the metric catalogue, the ranges, the time. Only whether
 * a device is registered is not asked here: that may change, and kota keeps the messages of those that are not.
 */
export function createRowCheck(
  settings: CitySettings,
  timeZone: string,
  mapping: Mapping,
  now: number,
): (row: Row) => CheckedRow {
  const normalize = createNormalizer(
    { settings: { ...settings, timeZone, devices: { adopt: ["#"] } }, devices: [] },
    ADAPTERS.filter(({ id }) => id === "kota-json"),
  );
  return (row) => {
    const mapped = mapping.map(row);
    if ("problem" in mapped) return mapped;
    const { readings, rejection } = normalize({
      topic: "kota/v1",
      payload: Buffer.from(JSON.stringify(mapped.body)),
      receivedAt: now,
      source: IMPORT_SOURCE,
    });
    const [reading] = readings ?? [];
    return reading ? { reading } : { problem: `${rejection?.code}: ${rejection?.reason}` };
  };
}
