import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type EventLog, openEmbeddedLog, readTopic, TOPICS, type Topic } from "@kota/event-log";
import { type City, CitySettings } from "@kota/model";
import { createLogger, createMetrics, pause, systemClock } from "@kota/runtime";
import { createIngest, type IngestDependencies } from "./ingest.ts";

/** Undone at the end of a test, the newest first. */
export type Cleanup = (undo: () => unknown) => void;

/** An embedded log in a folder of its own. */
export async function openTestLog(cleanup: Cleanup): Promise<EventLog> {
  const dir = await mkdtemp(join(tmpdir(), "kota-ingest-"));
  cleanup(() => rm(dir, { recursive: true, force: true }));
  const log = await openEmbeddedLog({ dir });
  cleanup(() => log.close());
  await log.ensureTopics(TOPICS);
  return log;
}

/** The same log, with `before` called ahead of every append: it may delay it or fail it. */
export function withAppend(log: EventLog, before: (topic: string, values: number) => unknown): EventLog {
  return {
    ensureTopics: (topics) => log.ensureTopics(topics),
    async append(topic, values) {
      await before(topic.name, values.length);
      await log.append(topic, values);
    },
    consume: (topic, options) => log.consume(topic, options),
    tail: (topic, options) => log.tail(topic, options),
    lag: (topic, group) => log.lag(topic, group),
    check: () => log.check(),
    close: () => log.close(),
  };
}

/** A door that appends wait at while it is closed. */
export function createDoor() {
  let open: (() => void) | undefined;
  let opened = Promise.resolve();
  return {
    pass: () => opened,
    close() {
      opened = new Promise((resolve) => {
        open = resolve;
      });
    },
    open: () => open?.(),
  };
}

/** Everything that a topic has, in order. */
export async function everything<T>(log: EventLog, topic: Topic<T>): Promise<T[]> {
  const values: T[] = [];
  await readTopic(log, topic, (some) => void values.push(...some));
  return values;
}

export interface LogLine {
  readonly level: number;
  readonly msg: string;
}

interface Options {
  readonly config?: Partial<IngestDependencies["config"]>;
  readonly settings?: Record<string, unknown>;
  readonly clock?: () => number;
}

/** An ingest service on that log, not started. Without other settings: the embedded broker on any free port. */
export function ingestOn(
  log: EventLog,
  cleanup: Cleanup,
  { config, settings, clock = systemClock }: Options = {},
) {
  const lines: LogLine[] = [];
  const metrics = createMetrics();
  const city: City = {
    settings: CitySettings.parse({ name: "Test", timeZone: "UTC", ...settings }),
    areas: { type: "FeatureCollection", features: [] },
    devices: [],
    scoreModel: "",
  };
  const ingest = createIngest({
    log,
    city,
    config: {
      mqttUrl: null,
      mqttUsername: null,
      mqttPassword: null,
      mqttClientId: "kota-ingest",
      mqttShareGroup: null,
      mqttInFlight: 2000,
      mqttHost: "127.0.0.1",
      mqttPort: 0,
      ingestToken: null,
      ...config,
    },
    clock,
    logger: createLogger({
      level: "debug",
      format: "json",
      destination: { write: (line) => lines.push(JSON.parse(line)) },
    }),
    metrics,
  });
  cleanup(() => ingest.stop());
  return { ingest, metrics, lines };
}

export async function until(condition: () => unknown): Promise<void> {
  for (let tries = 0; !(await condition()); tries++) {
    if (tries > 2000) throw new Error(`not within 10 s: ${condition}`);
    await pause(5);
  }
}
