import { DEVICES, type EventLog, openTable, type Table } from "@kota/event-log";
import { type City, type Device, type DeviceRecord, mergeDevices } from "@kota/model";
import { type Logger, retrying, type Service } from "@kota/runtime";

/** Several changes that come together are one. */
const TOGETHER_MS = 1000;

/**
 * The score service with the devices that are registered while kota runs. The service itself knows its devices from its
 * start on and rebuilds all that it has from the log, so a change that matters to scores starts it anew.
 */
export function scoreWithDevices(deps: {
  readonly log: EventLog;
  readonly city: City;
  readonly logger: Logger;
  readonly create: (city: City) => Service;
}): Service {
  const { log, city, logger, create } = deps;
  const records = new Map<string, DeviceRecord>();
  const stopping = new AbortController();
  let table: Table<DeviceRecord> | undefined;
  let score: Service | undefined;
  let scored = "";
  let timer: NodeJS.Timeout | undefined;
  let restarting: Promise<void> = Promise.resolve();
  let problem: string | undefined;

  async function begin(): Promise<void> {
    const devices = mergeDevices(city.devices, records);
    scored = whatMatters(devices);
    score = create({ ...city, devices });
    await score.start();
  }

  function changed(): void {
    clearTimeout(timer);
    timer = setTimeout(() => {
      restarting = restarting.then(restart).catch((error: unknown) => {
        problem = "The scorer did not start again after devices had changed.";
        logger.error({ err: error }, "the scorer did not start again after devices had changed");
      });
    }, TOGETHER_MS);
  }

  async function restart(): Promise<void> {
    if (stopping.signal.aborted || whatMatters(mergeDevices(city.devices, records)) === scored) return;
    logger.info("devices changed in an area; the scorer reads the open hours back with them");
    await score?.stop();
    if (!stopping.signal.aborted) await begin();
  }

  return {
    name: "score",
    async start() {
      table = await retrying(
        () =>
          openTable(log, DEVICES, {
            keep: false,
            onValue(record) {
              records.set(record.id, record);
              if (score) changed();
            },
            onError: (error) => logger.warn({ err: error }, "following the registered devices"),
          }),
        {
          signal: stopping.signal,
          onRetry: (error) => logger.warn({ err: error }, "waiting for the registered devices"),
        },
      );
      await begin();
    },
    async stop() {
      stopping.abort();
      clearTimeout(timer);
      await restarting;
      await table?.stop();
      await score?.stop();
    },
    async notReady() {
      if (problem !== undefined) return [problem];
      return score ? score.notReady() : ["The scorer does not run."];
    },
  };
}

/** All of the devices that a score depends on. */
function whatMatters(devices: readonly Device[]): string {
  const placed = devices.flatMap(({ id, area, kind, name, origin, attribution }) =>
    area === null ? [] : [[id, area, kind, name, origin, attribution]],
  );
  return JSON.stringify(placed.sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)));
}
