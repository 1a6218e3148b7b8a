import type { Pids } from "./usage.ts";

/** A pipeline from MQTT to InfluxDB that runs and is measured. */
export interface System {
  readonly pids: Pids;
  /** Throws with what it printed when one of its processes has ended. */
  assertRunning(): void;
  stop(): Promise<void>;
}

/** How to start a system, and where it takes messages and puts readings. */
export interface SystemUnderTest {
  readonly name: string;
  readonly topicPrefix: string;
  readonly bucket: string;
  /** The field that a reading's `pm2_5` becomes. */
  readonly field: string;
  start(): Promise<System>;
}
