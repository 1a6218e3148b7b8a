import { type EventLog, MESSAGES, readTopic } from "@kota/event-log";
import type { Ending } from "./kota-process.ts";
import { keyOfPayload, TOPIC_PREFIX } from "./plan.ts";

export interface StoredReading {
  readonly device: string;
  readonly time: number;
  readonly value: number;
}

/** A pipeline under test, and the questions that its oracle asks. */
export interface System {
  readonly mqttUrl: string;
  /** Where the API is. */
  readonly api: string;
  /** Those of the devices whose recovery is watched: all of them, or as many as can be asked for often. */
  watched(devices: readonly string[]): readonly string[];
  /** The newest event time in the time series of each device that has any reading at or after `from`. */
  newest(devices: readonly string[], from: number): Promise<ReadonlyMap<string, number>>;
  countStored(devices: readonly string[], range: TimeRange): Promise<number>;
  stored(devices: readonly string[], range: TimeRange): Promise<StoredReading[]>;
  /** The key of the payload of every rejection since a receive time. */
  rejected(devices: ReadonlySet<string>, since: number): Promise<string[]>;
  /** Ends it in order, and says what was wrong with how it ended. */
  stop(): Promise<string[]>;
  /** The key of every message in the log; called after {@link stop}. */
  logged(devices: ReadonlySet<string>): Promise<string[]>;
}

export interface TimeRange {
  readonly from: number;
  readonly to: number;
}

/** The keys of the load's messages in the log, copies included. */
export async function keysInLog(log: EventLog, devices: ReadonlySet<string>): Promise<string[]> {
  const keys: string[] = [];
  await readTopic(log, MESSAGES, (values) => {
    for (const { topic, payload } of values) {
      if (devices.has(topic.slice(TOPIC_PREFIX.length)))
        keys.push(keyOfPayload(Buffer.from(payload).toString()));
    }
  });
  return keys;
}

/** Why an end was not in order. */
export function untidy(name: string, { code, signal, seconds, said }: Ending): string[] {
  if (code === 0 && seconds < 10) return [];
  return [
    `${name} ended with ${code ?? signal} after ${seconds.toFixed(1)} s on SIGTERM; it said last:\n${said}`,
  ];
}
