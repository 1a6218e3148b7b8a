import { existsSync } from "node:fs";
import { join } from "node:path";
import { DEVICES, type EventLog, readTopic } from "@kota/event-log";
import { type City, Device, type DeviceRecord, mergeDevices } from "@kota/model";
import { type Config, createLogger } from "@kota/runtime";
import type { StoredReadings } from "@kota/scoring";
import { z } from "zod";
import { openLog } from "./open.ts";
import { isRunningKota, type RunningKota } from "./running-kota.ts";

/** The devices of the city with what was registered, changed or retired while kota ran, in the order of the scorer. */
export async function registeredDevices(log: EventLog, city: City): Promise<readonly Device[]> {
  const records = new Map<string, DeviceRecord>();
  await log.ensureTopics([DEVICES]);
  await readTopic(log, DEVICES, (values) => {
    for (const record of values) records.set(record.id, record);
  });
  return mergeDevices(city.devices, records);
}

/** The same from the log of the settings, while no kota has it open. */
export async function pastDevices(config: Config, city: City): Promise<readonly Device[]> {
  if (config.eventLog === "embedded" && !existsSync(join(config.dataDir, "log"))) return city.devices;
  const log = await openLog(config, createLogger({ level: "warn", format: "pretty" }));
  try {
    return await registeredDevices(log, city);
  } finally {
    await log.close();
  }
}

/** The devices that readings of the past are of: as the kota that gives them has them, or the log of the settings. */
export async function devicesOf(
  readings: StoredReadings,
  config: Config,
  city: City,
): Promise<readonly Device[]> {
  return isRunningKota(readings) ? devicesOfRunning(readings, city) : pastDevices(config, city);
}

const PAGE = 1000;

/** A page of devices as the API writes it, with more beside each than a city's row has. */
const DevicePage = z.object({
  devices: z.array(
    z
      .object({ ...Device.shape, origin: Device.shape.origin.nullable(), kind: z.string().nullable() })
      .extend({
        nativeId: z.string().nullable().default(null),
        registered: z.boolean(),
        retired: z.boolean(),
      }),
  ),
  nextCursor: z.string().nullable(),
});

async function devicesOfRunning(kota: RunningKota, city: City): Promise<readonly Device[]> {
  const records = new Map<string, DeviceRecord>(
    city.devices.map(({ id }) => [id, { id, version: 0, device: null, at: 0 }]),
  );
  for (let cursor: string | undefined, isMore = true; isMore; isMore = cursor !== undefined) {
    const response = await kota.get("/v1/devices", { limit: PAGE, cursor });
    const page = DevicePage.parse(await response.json());
    for (const { registered, retired, kind, origin, ...device } of page.devices) {
      if (!registered || retired || kind === null || origin === null) continue;
      records.set(device.id, { id: device.id, version: 0, device: { ...device, kind, origin }, at: 0 });
    }
    cursor = page.nextCursor ?? undefined;
  }
  return mergeDevices(city.devices, records);
}
