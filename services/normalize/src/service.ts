import { ADAPTERS, type Adapter } from "@kota/adapters";
import {
  type Batch,
  type Consumer,
  DEVICES,
  type EventLog,
  GROUPS,
  MESSAGES,
  openTable,
  READINGS,
  REJECTIONS,
  REPORTS,
  type Table,
} from "@kota/event-log";
import {
  type City,
  type DeviceRecord,
  type Message,
  mergeDevices,
  messageOf,
  type Reading,
  type Rejection,
  type Report,
} from "@kota/model";
import { type ReportRules, reportRules } from "@kota/reports";
import { type Clock, type Logger, type Metrics, retrying, type Service } from "@kota/runtime";
import { createNormalizer, type Normalized } from "./normalize-message.ts";
import { createRegistry, type Registry } from "./registry.ts";

export interface NormalizeDeps {
  readonly log: EventLog;
  readonly city: City;
  /** Default: every adapter that comes with kota. The first that claims a message decodes it. */
  readonly adapters?: readonly Adapter[];
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** Bounds how long one batch holds the event loop, which in a single process ingest shares: some 10 ms. */
const MAX_BATCH = 4000;
/** How long a batch with an unknown device waits for what was just registered. After that its messages are rejected. */
const REGISTRY_MS = 5000;

/**
 * Messages in, readings, reports and rejections out. A batch is committed once the log has all of them, so that a message is never lost,
 * and one that is read again leads to the same readings and the same rejection.
 */
export function createNormalize(deps: NormalizeDeps): Service {
  const { log, city, adapters = ADAPTERS, clock, metrics } = deps;
  const logger = deps.logger.child({ service: "normalize" });
  const stopping = new AbortController();
  let registry = createRegistry(city);
  let registryChanged = false;
  const records = new Map<string, DeviceRecord>();
  const normalize = createNormalizer(city, adapters, registryNow, rulesOf(city, logger));
  let consumer: Consumer | undefined;
  let registered: Table<DeviceRecord> | undefined;
  /** Partitions whose next batch has failed, since when and why. */
  const failing = new Map<number, { readonly since: number; readonly reason: string }>();

  async function onBatch(batch: Batch<Message>): Promise<void> {
    try {
      await pass(batch);
      failing.delete(batch.partition);
    } catch (error) {
      const since = failing.get(batch.partition)?.since ?? clock();
      failing.set(batch.partition, { since, reason: messageOf(error) });
      throw error;
    }
  }

  /** The registry with all that was decided since it was last asked for. */
  function registryNow(): Registry {
    if (!registryChanged) return registry;
    registryChanged = false;
    try {
      registry = createRegistry({ settings: city.settings, devices: mergeDevices(city.devices, records) });
    } catch (error) {
      logger.error(
        { err: error },
        "the registered devices contradict each other; going on with those from before",
      );
    }
    return registry;
  }

  /**
   * Who registers a device and then replays its messages has to find it known: before a message is rejected for its
   * device, the registry has all that was decided by now.
   */
  async function normalizeAll(messages: readonly Message[]): Promise<readonly Normalized[]> {
    const results = messages.map(normalize);
    if (!results.some(isUnknown)) return results;
    const before = registryNow();
    if (registered && !(await registered.upToDate(REGISTRY_MS))) {
      logger.warn("the registry does not come up to date; unknown devices are rejected and can be replayed");
    }
    if (registryNow() === before) return results;
    return results.map((result, index) => {
      const message = messages[index];
      return message && isUnknown(result) ? normalize(message) : result;
    });
  }

  async function pass(batch: Batch<Message>): Promise<void> {
    const readings: Reading[] = [];
    const reports: Report[] = [];
    const rejections: Rejection[] = [];
    const normalized = new Map<string, number>();
    for (const result of await normalizeAll(batch.values)) {
      if (result.readings === null) {
        rejections.push(result.rejection);
      } else {
        readings.push(...result.readings);
        if (result.reports) reports.push(...result.reports);
        normalized.set(result.adapter, (normalized.get(result.adapter) ?? 0) + 1);
      }
    }
    if (readings.length > 0) await log.append(READINGS, readings);
    if (reports.length > 0) await log.append(REPORTS, reports);
    if (rejections.length > 0) await log.append(REJECTIONS, rejections);
    for (const [adapter, count] of normalized) metrics.messagesNormalized.inc({ adapter }, count);
    metrics.readings.inc(readings.length);
    for (const { stage, code } of rejections) metrics.rejections.inc({ stage, code });
  }

  return {
    name: "normalize",
    async start() {
      warnOfUnknownAdapters(city, adapters, logger);
      await log.ensureTopics([MESSAGES, READINGS, REJECTIONS, DEVICES, REPORTS]);
      registered = await retrying(
        () =>
          openTable(log, DEVICES, {
            onValue(record) {
              records.set(record.id, record);
              registryChanged = true;
            },
            onError: (error) => logger.warn({ err: error }, "following the registered devices"),
          }),
        {
          signal: stopping.signal,
          onRetry: (error) => logger.warn({ err: error }, "waiting for the registered devices"),
        },
      );
      consumer = await log.consume(MESSAGES, {
        group: GROUPS.normalize,
        maxValues: MAX_BATCH,
        onBatch,
        onRevoked: async (partitions) => {
          for (const partition of partitions) failing.delete(partition);
        },
        onError: (error) => {
          metrics.retries.inc({ service: "normalize" });
          logger.warn({ err: error }, "A batch of messages was not normalized and will be tried again");
        },
      });
    },
    async stop() {
      stopping.abort();
      const running = consumer;
      consumer = undefined;
      await running?.stop();
      await registered?.stop();
    },
    notReady() {
      if (!consumer) return ["Normalize is not running."];
      return Array.from(
        failing,
        ([partition, { since, reason }]) =>
          `Partition ${partition} of the messages has failed since ${new Date(since).toISOString()}: ${reason}`,
      );
    },
  };
}

function isUnknown({ rejection }: Normalized): boolean {
  return rejection?.code === "unknown_device";
}

/** A city without a usable score model still has readings; its reports are rejected and can be replayed. */
function rulesOf(city: City, logger: Logger): ReportRules | undefined {
  try {
    return reportRules(city);
  } catch (error) {
    logger.warn({ err: error }, "the score model cannot be used: reports are rejected until it can");
    return undefined;
  }
}

/** A device whose adapter does not exist would be rejected for ever; say so once, at the start. */
function warnOfUnknownAdapters(city: City, adapters: readonly Adapter[], logger: Logger): void {
  const known = new Set(adapters.map((adapter) => adapter.id));
  for (const { id, adapter } of city.devices) {
    if (adapter !== null && !known.has(adapter)) {
      logger.warn(
        { device: id, adapter, adapters: [...known] },
        "devices.csv names an adapter that does not exist: no message of this device will be taken",
      );
    }
  }
}
