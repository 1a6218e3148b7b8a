import { type Device, type DevicePosition, metric } from "@kota/model";
import { z } from "zod";
import type { DevicePositions } from "./device-positions.ts";
import type { DeviceRegistry } from "./device-registry.ts";
import { isoTime, isoTimeOrNull, Time } from "./iso-time.ts";
import type { LiveView, SeenDevice } from "./live-view.ts";

export const LatestValues = z
  .record(
    z.string(),
    z.object({
      value: z.number(),
      unit: z.string().nullable().describe("UCUM; null for a metric that the catalogue does not have"),
      time: Time.describe("Event time of the value"),
    }),
  )
  .describe("The newest value of each metric");
export type LatestValues = z.infer<typeof LatestValues>;

export const DeviceView = z
  .object({
    id: z.string(),
    name: z.string(),
    kind: z.string().nullable(),
    registered: z.boolean().describe("False: it is not in the registry and was adopted by its topic"),
    area: z.string().nullable(),
    lat: z.number().nullable(),
    lon: z.number().nullable(),
    movedAt: Time.nullable().describe(
      "When the device itself said that it is there (event time); null: it is where the registry has it",
    ),
    origin: z.enum(["live", "recorded", "simulated"]).nullable(),
    attribution: z.string().nullable(),
    version: z
      .number()
      .int()
      .min(0)
      .describe("Of its registration: 0 as in devices.csv, one more with every change"),
    retired: z.boolean().describe("It was taken out of the registry"),
    adapter: z.string().nullable().describe("Only this adapter may speak for the device; null: any"),
    lastSeen: Time.nullable().describe("Event time of its newest reading"),
    perHour: z
      .number()
      .int()
      .nullable()
      .describe(
        "Readings that came in the last hour; null: not known, or kota began less than ten minutes ago",
      ),
    latest: LatestValues,
  })
  .meta({ id: "Device" });
export type DeviceView = z.infer<typeof DeviceView>;

/** The registry of a city beside what was seen. */
export interface Devices {
  readonly registered: ReadonlyMap<string, Device>;
  get(id: string): DeviceView | undefined;
  /** As it is registered today, with what was known of it at another time. */
  asSeen(id: string, seen: ReadonlyMap<string, SeenDevice>): DeviceView | undefined;
  has(id: string): boolean;
  /** Ids of the devices that are registered or seen, in order. */
  ids(): readonly string[];
}

export function createDevices(
  registry: DeviceRegistry,
  view: LiveView,
  positions: Pick<DevicePositions, "of">,
): Devices {
  const registered = registry.devices;
  let known: { readonly ids: readonly string[]; readonly decided: number; readonly seen: number } | undefined;
  return {
    registered,
    get(id) {
      const device = registered.get(id);
      const seen = view.device(id);
      if (!device && !seen) return undefined;
      return deviceView(id, device, seen, registry, device?.moves ? positions.of(id) : undefined);
    },
    asSeen(id, seen) {
      const device = registered.get(id);
      const then = seen.get(id);
      return device || then ? deviceView(id, device, then, registry) : undefined;
    },
    has: (id) => registered.has(id) || view.device(id) !== undefined,
    ids() {
      if (known?.decided !== registry.changes || known.seen !== view.deviceCount) {
        const ids = [...new Set([...registered.keys(), ...view.deviceIds()])].sort();
        known = { ids, decided: registry.changes, seen: view.deviceCount };
      }
      return known.ids;
    },
  };
}

function deviceView(
  id: string,
  device: Device | undefined,
  seen: SeenDevice | undefined,
  registry: DeviceRegistry,
  position?: DevicePosition,
): DeviceView {
  return {
    id,
    name: device?.name ?? id,
    kind: device?.kind ?? null,
    registered: device !== undefined,
    area: device?.area ?? null,
    lat: position?.lat ?? device?.lat ?? null,
    lon: position?.lon ?? device?.lon ?? null,
    movedAt: isoTimeOrNull(position?.time),
    origin: device?.origin ?? null,
    attribution: device?.attribution ?? null,
    version: registry.version(id),
    retired: registry.record(id)?.device === null,
    adapter: device?.adapter ?? null,
    lastSeen: isoTimeOrNull(seen?.lastSeen),
    perHour: seen?.perHour?.() ?? null,
    latest: latestValues(seen),
  };
}

function latestValues(seen: SeenDevice | undefined): LatestValues {
  const latest: LatestValues = {};
  // Most came in one message and have one time.
  let [written, text] = [Number.NaN, ""];
  for (const [name, { value, time }] of seen?.values ?? []) {
    if (time !== written) [written, text] = [time, isoTime(time)];
    latest[name] = { value, unit: metric(name)?.unit ?? null, time: text };
  }
  return latest;
}
