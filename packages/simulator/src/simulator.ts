import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Clock, Logger } from "@kota/runtime";
import { connectAsync, type MqttClient } from "mqtt";
import type { Feed, Publication } from "./feed.ts";

/** How far back the past is played when the city is new: a day of windows and a little. */
const BACKFILL_MS = 26 * 3_600_000;
const BACKFILL_STEP_MS = 600_000;
const TICK_MS = 1000;
/** Publications under way at once, so that a backfill does not flood the broker's queues. */
const WINDOW = 500;

export interface SimulatorOptions {
  readonly feeds: readonly Feed[];
  readonly mqttUrl: string;
  readonly username?: string | null;
  readonly password?: string | null;
  /** Where it remembers how far it has played. */
  readonly dataDir: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface Simulator {
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Publications that the broker acknowledged. */
  readonly published: number;
}

/**
 * A virtual city: plays its feeds over MQTT at QoS 1. At the first start it plays the past 26 hours at full speed, so
 * that scores with a window of a day have something to stand on; after a stop it plays what it missed of them.
 */
export function createSimulator(options: SimulatorOptions): Simulator {
  const { feeds, clock, logger } = options;
  const stateFile = join(options.dataDir, "simulator.json");
  let client: MqttClient | undefined;
  let stopping = false;
  let running: Promise<void> = Promise.resolve();
  let wake: (() => void) | undefined;
  let published = 0;

  async function run(mqtt: MqttClient): Promise<void> {
    let playedTo = Math.max(readPlayedTo(stateFile), clock() - BACKFILL_MS);
    const behind = clock() - playedTo;
    if (behind > 2 * BACKFILL_STEP_MS)
      logger.info(`playing the past ${Math.round(behind / 3_600_000)} hours`);
    const begun = clock();
    let caughtUp = false;
    while (!stopping) {
      const now = clock();
      const to = Math.min(now, playedTo + BACKFILL_STEP_MS);
      if (to > playedTo) {
        await publishAll(
          mqtt,
          feeds.flatMap((feed) => feed.publications(playedTo, to)),
        );
        playedTo = to;
      }
      if (now - playedTo < TICK_MS) {
        if (!caughtUp) {
          caughtUp = true;
          logger.info(
            `live; ${published} messages of the past played in ${((clock() - begun) / 1000).toFixed(1)} s`,
          );
        }
        writePlayedTo(stateFile, playedTo);
        await new Promise<void>((resolve) => {
          wake = resolve;
          setTimeout(resolve, TICK_MS);
        });
      }
    }
    writePlayedTo(stateFile, playedTo);
  }

  async function publishAll(mqtt: MqttClient, publications: Publication[]): Promise<void> {
    publications.sort((a, b) => a.at - b.at);
    for (let at = 0; at < publications.length && !stopping; at += WINDOW) {
      const part = publications.slice(at, at + WINDOW);
      await Promise.all(part.map(({ topic, payload }) => mqtt.publishAsync(topic, payload, { qos: 1 })));
      published += part.length;
    }
  }

  return {
    get published() {
      return published;
    },
    async start() {
      client = await connectAsync(options.mqttUrl, {
        clientId: "kota-simulator",
        ...(options.username ? { username: options.username } : {}),
        ...(options.password ? { password: options.password } : {}),
      });
      client.on("error", (error) => logger.warn(`MQTT: ${error.message}`));
      running = run(client).catch((error: unknown) => {
        if (!stopping) logger.error({ err: error }, "the simulator stopped");
      });
    },
    async stop() {
      if (stopping) return;
      stopping = true;
      wake?.();
      // A publish that waits for a broker that is gone would never end.
      await Promise.race([running, new Promise((resolve) => setTimeout(resolve, 2000).unref())]);
      await client?.endAsync(true);
    },
  };
}

function readPlayedTo(file: string): number {
  try {
    const state: unknown = JSON.parse(readFileSync(file, "utf8"));
    return typeof state === "object" && state !== null && "playedTo" in state
      ? Number(state.playedTo) || 0
      : 0;
  } catch {
    return 0;
  }
}

function writePlayedTo(file: string, playedTo: number): void {
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, JSON.stringify({ playedTo }));
}
