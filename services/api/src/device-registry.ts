import { DEVICES, type EventLog } from "@kota/event-log";
import { type City, type Device, type DeviceRecord, KotaError, mergeDevices } from "@kota/model";
import type { Clock, Logger } from "@kota/runtime";
import { type HeldTopic, holdTopic } from "./held-topic.ts";
import type { Normalizing } from "./normalizing.ts";
import { HttpProblem } from "./problem.ts";

/** The devices of the city: `devices.csv`, and over it what was decided since. */
export interface DeviceRegistry extends HeldTopic {
  /** Always the present ones, by id. */
  readonly devices: ReadonlyMap<string, Device>;
  /** In the order in which the scorer has them: sums go in it, and are the same to the last digit only then. */
  inOrder(): readonly Device[];
  record(id: string): DeviceRecord | undefined;
  /** Another number whenever something was decided. */
  readonly changes: number;
  /** 0 for a device that was never decided about. */
  version(id: string): number;
  /**
   * Puts a device in the registry, or retires it with null; resolves when that is durable.
   * @param basedOn the version that the caller has seen
   * @throws HttpProblem `version_conflict`, `conflict`, or `bad_request`
   */
  decide(id: string, device: Device | null, basedOn: number): Promise<DeviceRecord>;
}

export function createDeviceRegistry(deps: {
  readonly log: EventLog;
  readonly city: City;
  readonly normalizing: Normalizing;
  readonly clock: Clock;
  readonly logger: Logger;
}): DeviceRegistry {
  const { log, city, normalizing, clock, logger } = deps;
  const records = new Map<string, DeviceRecord>();
  const devices = new Map<string, Device>();
  const areas = new Set(city.areas.features.map(({ properties }) => properties.id));
  let deciding: Promise<unknown> = Promise.resolve();
  let changes = 0;

  function take(record: DeviceRecord): void {
    const known = records.get(record.id);
    if (known && known.version > record.version) return;
    records.set(record.id, record);
    changes++;
    if (record.device === null) devices.delete(record.id);
    else devices.set(record.id, record.device);
  }

  for (const device of city.devices) devices.set(device.id, device);
  const version = (id: string) => records.get(id)?.version ?? 0;

  async function decide(id: string, device: Device | null, basedOn: number): Promise<DeviceRecord> {
    const present = version(id);
    if (basedOn !== present) {
      throw new HttpProblem(
        "version_conflict",
        `The device '${id}' is at version ${present}, and the change is based on ${basedOn}: somebody changed it meanwhile. Look at it again and send 'version': ${present}.`,
      );
    }
    if (device === null && !devices.has(id)) {
      throw new HttpProblem("not_found", `There is no registered device '${id}'.`);
    }
    if (device) await check(device);
    const record: DeviceRecord = { id, device, version: present + 1, at: clock() };
    await log.append(DEVICES, [record]);
    take(record);
    logger.info(
      { device: id, version: record.version, retired: device === null },
      "a device was decided about",
    );
    return record;
  }

  async function check(device: Device): Promise<void> {
    const bad = (pointer: string, detail: string) =>
      new HttpProblem("bad_request", `${pointer}: ${detail}`, [{ pointer: `#/body/${pointer}`, detail }]);
    if (device.area !== null && !areas.has(device.area)) {
      throw bad("area", `the city has no area '${device.area}'; it has ${[...areas].join(", ")}`);
    }
    const named = () => {
      const entries = normalizing.list();
      const adapters = entries.flatMap(({ id, kind }) => (kind === "codec" ? [] : [id]));
      const codecs = entries.flatMap(({ id, kind }) => (kind === "codec" ? [id] : []));
      if (device.adapter !== null && !adapters.includes(device.adapter)) {
        return bad("adapter", `there is no adapter '${device.adapter}'; there are ${adapters.join(", ")}`);
      }
      return device.codec && !codecs.includes(device.codec)
        ? bad(
            "codec",
            `the city's folder has no adapters/${device.codec}.js; ${codecs.length === 0 ? "it has no codecs" : `its codecs are ${codecs.join(", ")}`}`,
          )
        : null;
    };
    if (named() !== null) {
      // Its file may have been written a moment ago.
      await normalizing.refresh();
      const problem = named();
      if (problem) throw problem;
    }
    const next = new Map(records).set(device.id, { id: device.id, device, version: 0, at: 0 });
    try {
      normalizing.trial(mergeDevices(city.devices, next));
    } catch (error) {
      if (error instanceof KotaError) throw new HttpProblem("conflict", error.message);
      throw error;
    }
  }

  return {
    ...holdTopic({ log, topic: DEVICES, what: "The registered devices", onValue: take, logger }),
    devices,
    inOrder: () => mergeDevices(city.devices, records),
    record: (id) => records.get(id),
    get changes() {
      return changes;
    },
    version,
    decide(id, device, basedOn) {
      const decided = deciding.then(() => decide(id, device, basedOn));
      deciding = decided.catch(() => {});
      return decided;
    },
  };
}
