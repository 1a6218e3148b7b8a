import type { Device } from "./city.ts";

/** What was last decided about one device over the API. It stands over the row of `devices.csv`, if there is one. */
export interface DeviceRecord {
  readonly id: string;
  /** The device as it is now; null: it is retired and no longer in the registry. */
  readonly device: Device | null;
  /** 1 for the first decision about the device, then one more each time. */
  readonly version: number;
  /** When it was decided, Unix milliseconds. */
  readonly at: number;
}

/** The registry: the rows of `devices.csv` in their order, as the records changed them, then the devices that records added. */
export function mergeDevices(
  rows: readonly Device[],
  records: ReadonlyMap<string, DeviceRecord>,
): readonly Device[] {
  const merged = rows.flatMap((row) => {
    const record = records.get(row.id);
    return record === undefined ? [row] : record.device === null ? [] : [record.device];
  });
  const known = new Set(rows.map(({ id }) => id));
  for (const { id, device } of records.values()) if (device !== null && !known.has(id)) merged.push(device);
  return merged;
}
