import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { ADAPTERS } from "@kota/adapters";
import {
  type Batch,
  type ConsumeOptions,
  type EventLog,
  MESSAGES,
  READINGS,
  type Topic,
} from "@kota/event-log";
import type { City, Reading } from "@kota/model";
import { createLogger, createMetrics, loadCity, systemClock } from "@kota/runtime";
import { createIntake, createPublishSplitter } from "@kota/service-ingest";
import { createNormalizer } from "@kota/service-normalize";
import { createScore } from "@kota/service-score";
import { openInfluxStore } from "@kota/time-series";
import { makeBenchCity, TOPIC_PREFIX } from "./bench-city.ts";
import { type LoadPlan, preparePackets } from "./load-plan.ts";

/** What each service does to every message, without the network: from the bytes that come to the bytes that go. */
export interface Stages {
  /** Everything that the stages need, for another set of messages; not measured. */
  prepare(): Promise<void>;
  readonly all: Readonly<Record<string, () => Promise<void>>>;
  close(): Promise<void>;
}

const DEVICES = 500;
/** Messages of one read from a connection, and of one append. */
const APPEND = 500;
const CHUNK_BYTES = 65_536;
const logger = createLogger({ level: "silent", format: "json" });

export async function openStages(dir: string, messages: number): Promise<Stages> {
  const cityDir = join(dir, "city");
  makeBenchCity(cityDir, DEVICES);
  const city = loadCity(cityDir);
  const start = systemClock() - 3_000_000;
  let runs = 0;
  let received: Buffer = Buffer.alloc(0);
  let messageRecords: Uint8Array[] = [];
  let readingRecords: Uint8Array[] = [];

  const intake = createIntake({
    log: {
      append: async <T>(topic: Topic<T>, values: readonly T[]) => {
        messageRecords.push(topic.codec.encode(values));
      },
    },
    maxPayloadBytes: city.settings.limits.maxPayloadBytes,
    maxWaiting: 2 * messages,
    source: "mqtt",
    clock: systemClock,
    logger,
    metrics: createMetrics(),
  });
  const normalize = createNormalizer(city, ADAPTERS);
  const influx = await stubInflux();
  const store = await openInfluxStore({ url: influx.url, org: "o", bucket: "b", token: "t" });
  const score = await startedScore(city);

  return {
    async prepare() {
      const plan: LoadPlan = {
        host: "",
        port: 0,
        topicPrefix: TOPIC_PREFIX,
        messages,
        devices: DEVICES,
        connections: 1,
        window: 0,
        rate: 0,
        start: start + runs++ * 60_000,
        stepMs: 1000,
      };
      received = preparePackets(plan, 0).bytes;
      messageRecords = [];
      readingRecords = [];
    },
    all: {
      async ingest() {
        const splitter = createPublishSplitter(4);
        let stored: Promise<void> = Promise.resolve();
        for (let at = 0; at < received.length; at += CHUNK_BYTES) {
          splitter.push(received.subarray(at, at + CHUNK_BYTES));
          for (let next = splitter.next(); next !== null; next = splitter.next()) {
            if (Buffer.isBuffer(next)) throw new Error("the load holds more than messages");
            stored = intake.accept(next.topic, next.payload, next.redelivered);
          }
          await stored;
        }
      },
      async normalize() {
        for (const record of messageRecords) {
          const readings: Reading[] = [];
          for (const message of MESSAGES.codec.decode(record)) {
            const result = normalize(message);
            if (result.readings === null) throw new Error(result.rejection.reason);
            readings.push(...result.readings);
          }
          for (let at = 0; at < readings.length; at += APPEND) {
            readingRecords.push(READINGS.codec.encode(readings.slice(at, at + APPEND)));
          }
        }
      },
      async store() {
        const readings = readingRecords.flatMap((record) => READINGS.codec.decode(record));
        await store.writeReadings(readings);
      },
      async score() {
        for (const record of readingRecords) await score.take(READINGS.codec.decode(record));
      },
    },
    async close() {
      await score.stop();
      await store.close();
      influx.close();
      intake.stop();
    },
  };
}

/** Takes every write, so that the store's own work is what is measured. */
async function stubInflux(): Promise<{ readonly url: string; close(): void }> {
  const server = createServer((request, response) => {
    request.resume();
    request.once("end", () => {
      response.statusCode = request.url?.includes("/write") ? 204 : 200;
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => server.close(),
  };
}

/** The scorer on a log that is nothing but what it is given. */
async function startedScore(
  city: City,
): Promise<{ take(readings: readonly Reading[]): Promise<void>; stop(): Promise<void> }> {
  let consumed: ConsumeOptions<Reading> | undefined;
  const log: EventLog = {
    ensureTopics: async () => {},
    append: async () => {},
    consume: async <T>(topic: Topic<T>, options: ConsumeOptions<T>) => {
      if (topic.name === READINGS.name) consumed = options as unknown as ConsumeOptions<Reading>;
      return { commit: async () => {}, stop: async () => {} };
    },
    tail: async () => ({ caughtUp: Promise.resolve(), stop: async () => {} }),
    lag: async () => [],
    check: async () => {},
    close: async () => {},
  };
  const service = createScore({
    ...{ log, city, clock: systemClock, logger, metrics: createMetrics() },
    // Evaluating is paced by the clock, not by messages.
    intervalMs: 3_600_000,
    slideMs: 3_600_000,
  });
  await service.start();
  await consumed?.onAssigned?.([0]);
  let offset = 0;
  return {
    async take(values) {
      const batch: Batch<Reading> = {
        ...{ topic: READINGS.name, partition: 0, values, records: [{ offset, end: values.length }] },
        ...{ offset, nextOffset: ++offset },
      };
      await consumed?.onBatch(batch);
    },
    stop: () => service.stop(),
  };
}
