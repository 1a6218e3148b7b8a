import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { type ConsumeOptions, type EventLog, READINGS, SCORES } from "@kota/event-log";
import type { Reading } from "@kota/model";
import { createLogger, createMetrics } from "@kota/runtime";
import { createScore } from "@kota/service-score";
import { scoredCity } from "./scored-city.ts";

/** What the scorer alone takes, measured in a process of its own. */
export interface ScoreLoadResult {
  /** Readings of one series each. */
  readonly readings: number;
  readonly seconds: number;
  /** Microseconds a reading, of the whole process: user and system. */
  readonly cpu: number;
  /** Of these, until a reading is in its window. */
  readonly takingIn: number;
  /** The rest: evaluating, settling, publishing, and making the readings that are fed. */
  readonly evaluating: number;
  /** Peak resident memory, megabytes. */
  readonly memory: number;
  readonly scores: number;
}

const AREAS = 20;
const SERIES_OF_DEVICE = 2;
const MINUTE = 60_000;
const TICK_MS = 100;
const WARM_UP_MS = 20_000;
/** One batch of so many is measured. */
const MEASURED_OF = 10;

/** A log that has what it is fed, and takes what comes as durable: what the log costs is not measured here. */
class FedLog implements EventLog {
  scores = 0;
  /** Microseconds of processor and readings, of the batches that are measured: asking what was used costs some itself. */
  takingIn = 0;
  taken = 0;
  #consumer: ConsumeOptions<Reading> | undefined;
  #offset = 0;

  async feed(values: readonly Reading[]): Promise<void> {
    const offset = this.#offset++;
    const isMeasured = offset % MEASURED_OF === 0;
    const before = isMeasured ? process.cpuUsage() : undefined;
    await this.#consumer?.onBatch({
      ...{ topic: READINGS.name, partition: 0, offset, nextOffset: offset + 1 },
      values,
      records: [{ offset, end: values.length }],
    });
    if (before === undefined) return;
    const { user, system } = process.cpuUsage(before);
    this.takingIn += user + system;
    this.taken += values.length;
  }

  async consume<T>(_topic: unknown, options: ConsumeOptions<T>) {
    this.#consumer = options as unknown as ConsumeOptions<Reading>;
    await options.onAssigned?.([0]);
    return { commit: async () => {}, stop: async () => {} };
  }

  async append(topic: { readonly name: string }, values: readonly unknown[]): Promise<void> {
    if (topic.name === SCORES.name) this.scores += values.length;
  }

  async tail() {
    return { caughtUp: Promise.resolve(), stop: async () => {} };
  }

  async lag() {
    return [{ partition: 0, committed: this.#offset, end: this.#offset }];
  }

  async ensureTopics(): Promise<void> {}
  async check(): Promise<void> {}
  async close(): Promise<void> {}
}

async function main(): Promise<void> {
  const [series = 0, seconds = 0, rate = 0, perHour = 60] = process.argv.slice(2).map(Number);
  const devices = Math.ceil(series / SERIES_OF_DEVICE);
  const city = scoredCity(AREAS, { air: devices });
  const ids = city.devices.map(({ id }) => id);
  const log = new FedLog();
  const service = createScore({
    log,
    city,
    clock: Date.now,
    logger: createLogger({ level: "warn", format: "json" }),
    metrics: createMetrics(),
  });
  await service.start();
  const valuesOf = (device: number, minute: number) => ({
    pm2_5: 10 + ((device * 7919 + minute * 104_729) % 1000) / 100,
    pm10: 20 + ((device * 104_729 + minute * 7919) % 1000) / 50,
  });
  const readingOf = (n: number, minute: number, time: number): Reading => ({
    device: ids[n] ?? "",
    time,
    values: valuesOf(n, minute),
    adapter: "bench@1",
    receivedAt: Date.now(),
  });

  // An hour of readings first, so that the windows of an hour are full.
  const first = Date.now() - 61 * MINUTE;
  for (let minute = 0; minute < 60; minute += 60 / perHour) {
    for (let from = 0; from < devices; from += 1000) {
      const count = Math.min(1000, devices - from);
      const time = first + minute * MINUTE;
      await log.feed(Array.from({ length: count }, (_, n) => readingOf(from + n, minute, time)));
    }
    await sleep(1);
  }

  let next = 0;
  let begun = performance.now();
  /** Every device in turn. */
  const run = async (ms: number) => {
    const until = performance.now() + ms;
    let sent = 0;
    while (performance.now() < until) {
      const due = Math.floor(((performance.now() - begun) / 1000) * (rate / SERIES_OF_DEVICE));
      const batch: Reading[] = [];
      for (; next < due; next++) {
        batch.push(readingOf(next % devices, 60 + Math.floor(next / devices), Date.now() - 500));
      }
      sent += batch.length;
      if (batch.length > 0) await log.feed(batch);
      await sleep(TICK_MS);
    }
    return sent * SERIES_OF_DEVICE;
  };
  begun = performance.now();
  await run(WARM_UP_MS);
  const before = process.cpuUsage();
  const scoresBefore = log.scores;
  log.takingIn = 0;
  log.taken = 0;
  const start = performance.now();
  const readings = await run(seconds * 1000);
  const { user, system } = process.cpuUsage(before);
  const takingIn = log.takingIn / log.taken / SERIES_OF_DEVICE;
  const result: ScoreLoadResult = {
    readings,
    takingIn,
    evaluating: (user + system) / readings - takingIn,
    seconds: (performance.now() - start) / 1000,
    cpu: (user + system) / readings,
    memory: Number(/^VmHWM:\s*(\d+) kB/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1]) / 1024,
    scores: log.scores - scoresBefore,
  };
  await service.stop();
  process.stdout.write(`${JSON.stringify(result)}\n`);
}

await main();
