import { ADAPTERS, type Adapter, createAnnouncements, type PayloadCodec } from "@kota/adapters";
import {
  ANNOUNCEMENTS,
  type Batch,
  type Consumer,
  DEVICES,
  type EventLog,
  GROUPS,
  MESSAGES,
  openTable,
  POSITIONS,
  READINGS,
  REJECTIONS,
  REPORTS,
  type Table,
} from "@kota/event-log";
import {
  type City,
  type DevicePosition,
  type DeviceRecord,
  type Message,
  mergeDevices,
  messageOf,
  type Reading,
  type Rejection,
  type Report,
} from "@kota/model";
import { usableReportRules } from "@kota/reports";
import { type Clock, type Logger, type Metrics, retrying, type Service } from "@kota/runtime";
import { type AnnouncementLog, openAnnouncementLog } from "./announcement-log.ts";
import { createMovedDevices } from "./moved-devices.ts";
import { createNormalizer, type Normalized } from "./normalize-message.ts";
import { createQuotas } from "./quotas.ts";
import { createRegistry, type Registry } from "./registry.ts";

export interface NormalizeDeps {
  readonly log: EventLog;
  readonly city: City;
  /** What messages are decoded with, asked for before each batch; default: every adapter that comes with kota. */
  readonly decoding?: () => Decoding;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** What messages are decoded with at one moment; another object when it has changed. */
interface Decoding {
  /** The first that claims a message decodes it. */
  readonly adapters: readonly Adapter[];
  /** The codec of this name, or what refuses because there is none. */
  readonly codec?: (name: string) => PayloadCodec;
  /** `messages.map(one)`, with what it takes that none holds up the others for ever; default: just that. */
  readonly map?: <T, R>(messages: readonly T[], one: (message: T) => R) => R[];
}

const KOTAS: Decoding = { adapters: ADAPTERS };

/** Bounds how long one batch holds the event loop, which in a single process ingest shares: some 10 ms. */
const MAX_BATCH = 4000;
/**
 * How long a batch waits for what was just registered or announced, when it has messages that would be rejected for want of
 * it. After that they are, and can be replayed.
 */
const TABLES_MS = 5000;

/**
 * Messages in, readings, reports and rejections out. A batch is committed once the log has all of them, and before them what
 * devices announced, so that a message is never lost, and one that is read again leads to the same readings and the same rejection.
 */
export function createNormalize(deps: NormalizeDeps): Service {
  const { log, city, decoding = () => KOTAS, clock, metrics } = deps;
  const logger = deps.logger.child({ service: "normalize" });
  const stopping = new AbortController();
  let registry = createRegistry(city);
  let registryChanged = false;
  const quotas = createQuotas(city.settings.quotas);
  const moved = createMovedDevices();
  const records = new Map<string, DeviceRecord>();
  const announcements = createAnnouncements();
  // A city without a usable score model still has readings; its reports are rejected and can be replayed.
  const rules = usableReportRules(city, (error) =>
    logger.warn({ err: error }, "the score model cannot be used: reports are rejected until it can"),
  );
  let decodingNow = decoding();
  let normalize = normalizerOf(decodingNow);
  let consumer: Consumer | undefined;
  let registered: Table<DeviceRecord> | undefined;
  let announced: AnnouncementLog | undefined;
  let placed: Table<DevicePosition> | undefined;
  /** Partitions whose next batch has failed, since when and why. */
  const failing = new Map<number, { readonly since: number; readonly reason: string }>();

  function normalizerOf({ adapters, codec }: Decoding): (message: Message) => Normalized {
    return createNormalizer(city, adapters, { registryNow, codec, announcements, reportRules: rules });
  }

  /** Adapters change between two batches, never within one. What devices announced before stays known. */
  function takeUpAdapters(): void {
    const now = decoding();
    if (now === decodingNow) return;
    decodingNow = now;
    normalize = normalizerOf(now);
  }

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
   * Who registers a device and then replays its messages has to find it known, and what one normalizer saved of a device
   * holds for all: before a message is rejected for its device or for want of an announcement, the tables have all that
   * was there by now.
   */
  async function normalizeAll(messages: readonly Message[]): Promise<readonly Normalized[]> {
    takeUpAdapters();
    const results = decodingNow.map?.(messages, normalize) ?? messages.map(normalize);
    const unknown = results.some(mayBeRegisteredNow);
    const unannounced = results.some(isUnannounced);
    if (!unknown && !unannounced) return results;
    const registryBefore = registryNow();
    const { revision } = announcements;
    const [registryIsNew, announcedIsNew] = await Promise.all([
      unknown ? registered?.upToDate(TABLES_MS) : true,
      unannounced ? announced?.upToDate(TABLES_MS) : true,
    ]);
    if (registryIsNew === false) {
      logger.warn("the registry does not come up to date; unknown devices are rejected and can be replayed");
    }
    if (announcedIsNew === false) warnOfOldAnnouncements();
    const again = (result: Normalized) =>
      (registryNow() !== registryBefore && mayBeRegisteredNow(result)) ||
      (announcements.revision !== revision && isUnannounced(result));
    return results.map((result, index) => {
      const message = messages[index];
      return message && again(result) ? normalize(message) : result;
    });
  }

  function warnOfOldAnnouncements(): void {
    logger.warn(
      "what devices announced does not come up to date; messages that need it are rejected and can be replayed",
    );
  }

  async function pass(batch: Batch<Message>): Promise<void> {
    const readings: Reading[] = [];
    const reports: Report[] = [];
    const rejections: Rejection[] = [];
    const positions: DevicePosition[] = [];
    const normalized = new Map<string, number>();
    const charging = quotas.begin(batch.partition);
    for (const result of charging.judge(batch.values, await normalizeAll(batch.values))) {
      if (result.readings === null) {
        rejections.push(result.rejection);
      } else {
        readings.push(...result.readings);
        if (result.reports) reports.push(...result.reports);
        if (result.positions) positions.push(...result.positions);
        normalized.set(result.adapter, (normalized.get(result.adapter) ?? 0) + 1);
      }
    }
    await announced?.save();
    if (readings.length > 0) await log.append(READINGS, readings);
    if (reports.length > 0) await log.append(REPORTS, reports);
    if (rejections.length > 0) await log.append(REJECTIONS, rejections);
    const places = moved.newOf(positions);
    if (places.length > 0) await log.append(POSITIONS, places);
    for (const place of places) moved.keep(place);
    charging.keep();
    for (const [adapter, count] of normalized) metrics.messagesNormalized.inc({ adapter }, count);
    metrics.readings.inc(readings.length);
    for (const { stage, code, count = 1 } of rejections) metrics.rejections.inc({ stage, code }, count);
  }

  return {
    name: "normalize",
    async start() {
      warnOfUnknownAdapters(city, decodingNow.adapters, logger);
      await log.ensureTopics([MESSAGES, READINGS, REJECTIONS, DEVICES, ANNOUNCEMENTS, REPORTS, POSITIONS]);
      const opening = (what: string) => ({
        signal: stopping.signal,
        onRetry: (error: unknown) => logger.warn({ err: error }, `waiting for ${what}`),
      });
      registered = await retrying(
        () =>
          openTable(log, DEVICES, {
            keep: false,
            onValue(record) {
              records.set(record.id, record);
              registryChanged = true;
            },
            onError: (error) => logger.warn({ err: error }, "following the registered devices"),
          }),
        opening("the registered devices"),
      );
      placed = await retrying(
        () =>
          openTable(log, POSITIONS, {
            keep: false,
            onValue: moved.keep,
            onError: (error) => logger.warn({ err: error }, "following the positions of devices"),
          }),
        opening("the positions of devices"),
      );
      const saved = await retrying(
        () => openAnnouncementLog(log, announcements, () => decodingNow.adapters, logger),
        opening("what devices announced"),
      );
      announced = saved;
      consumer = await log.consume(MESSAGES, {
        group: GROUPS.normalize,
        maxValues: MAX_BATCH,
        onBatch,
        // Who had the partition before has saved what its messages announced.
        onAssigned: async () => {
          if (!(await saved.upToDate(TABLES_MS))) warnOfOldAnnouncements();
        },
        onRevoked: async (partitions) => {
          for (const partition of partitions) {
            failing.delete(partition);
            quotas.forget(partition);
          }
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
      await announced?.stop();
      await placed?.stop();
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

/** What the registry says of the device is why: it does not know it, or no codec for it. */
function mayBeRegisteredNow({ rejection }: Normalized): boolean {
  return rejection?.code === "unknown_device" || rejection?.code === "no_codec";
}

/** Another message may have announced what it is, or whose. */
function isUnannounced({ rejection }: Normalized): boolean {
  return rejection !== null && (rejection.code === "not_announced" || rejection.adapter === null);
}

/** A device whose adapter does not exist would be rejected for ever; say so once, at the start. */
function warnOfUnknownAdapters(city: City, adapters: readonly Adapter[], logger: Logger): void {
  const known = new Set(adapters.map((adapter) => adapter.id));
  for (const { id, adapter } of city.devices) {
    if (adapter !== null && !known.has(adapter)) {
      logger.warn(
        { device: id, adapter, adapters: [...known] },
        "devices.csv names an adapter that does not exist: no message of this device is taken as long as that is so",
      );
    }
  }
}
