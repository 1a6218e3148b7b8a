import { existsSync } from "node:fs";
import { join } from "node:path";
import { DEVICES, type EventLog, readTopic } from "@kota/event-log";
import { type City, type Device, type DeviceRecord, mergeDevices } from "@kota/model";
import { type Config, createLogger } from "@kota/runtime";
import { openLog } from "./open.ts";

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
