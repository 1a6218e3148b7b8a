import { KotaError, messageOf } from "@kota/model";
import { type Clock, type Config, type Logger, type Metrics, retrying } from "@kota/runtime";
import type { IClientOptions } from "mqtt";
import type { Intake } from "../accept.ts";
import { type Connection, openConnection } from "./connection.ts";
import { DRAIN_MS, type Feed } from "./feed.ts";
import { createUnacknowledged } from "./unacknowledged.ts";

export interface ClientFeedDependencies {
  readonly url: string;
  readonly config: Pick<
    Config,
    "mqttUsername" | "mqttPassword" | "mqttClientId" | "mqttShareGroup" | "mqttInFlight"
  >;
  readonly filters: readonly string[];
  readonly intake: Intake;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Pick<Metrics, "messagesAcknowledged" | "retries">;
  /** Seconds; brokers close a connection that is silent for one and a half times as long. */
  readonly keepalive?: number;
}

/** The broker keeps messages for us this long while we are away. Seconds. */
const SESSION_EXPIRY = 7 * 24 * 3600;
const PROTOCOLS = new Set(["mqtt:", "mqtts:", "tcp:", "tls:", "ssl:", "ws:", "wss:"]);
/** A connection that lasts less counts as a failed try, so that two clients that throw each other out do not race. */
const STABLE_MS = 10_000;

/** A subscription to an MQTT broker (5, or 3.1.1), with a session that outlives disconnects and restarts. */
export function createClientFeed(deps: ClientFeedDependencies): Feed {
  const { config, logger, metrics } = deps;
  const url = parseBrokerUrl(deps.url);
  const group = config.mqttShareGroup;
  const options: IClientOptions = {
    clientId: config.mqttClientId,
    clean: false,
    keepalive: deps.keepalive ?? 60,
    connectTimeout: 10_000,
    resubscribe: false,
    ...(config.mqttUsername === null ? {} : { username: config.mqttUsername }),
    ...(config.mqttPassword === null ? {} : { password: config.mqttPassword }),
  };
  const mqtt5: IClientOptions = {
    protocolVersion: 5,
    properties: {
      sessionExpiryInterval: SESSION_EXPIRY,
      receiveMaximum: config.mqttInFlight,
      // No maximumPacketSize, so that an oversized payload comes to us and is rejected with a reason. A broker drops what
      // is over that size without a word to anyone ([MQTT-3.1.2-25]), and Mosquitto 2.0 also counts it as under way for
      // ever: as many as the window is wide, and the session is stuck for good. Memory is bounded where it helps most,
      // at the sender's end of the broker (Mosquitto: max_packet_size).
    },
  };
  // How long the session lasts and how many messages are under way is then the broker's choice.
  const mqtt3: IClientOptions = { protocolVersion: 4 };
  const stopping = new AbortController();
  const unacknowledged = createUnacknowledged();
  let connection: Connection | undefined;
  let problem: string | undefined = `Not yet connected to the MQTT broker at ${url.host}.`;
  let wasConnected = false;
  let version = mqtt5;
  let running: Promise<void> | undefined;

  function up(sessionPresent: boolean): void {
    problem = undefined;
    if (sessionPresent) {
      logger.info({ broker: url.host }, "connected to the MQTT broker; the session goes on");
    } else if (wasConnected) {
      logger.warn(
        { broker: url.host },
        "connected to the MQTT broker, which has lost the session: messages published meanwhile may be missing",
      );
    } else {
      logger.info({ broker: url.host }, "connected to the MQTT broker with a new session");
    }
    wasConnected = true;
  }

  /** Resolves when a connection that worked has ended, rejects when it did not work. */
  async function connectOnce(onFirstResult: () => void): Promise<void> {
    if (stopping.signal.aborted) return;
    connection = openConnection({
      ...deps,
      unacknowledged,
      url: deps.url,
      options: { ...options, ...version },
      subscriptions:
        group === null ? deps.filters : deps.filters.map((filter) => `$share/${group}/${filter}`),
      shared: group !== null,
      onUp: (sessionPresent) => {
        up(sessionPresent);
        onFirstResult();
      },
    });
    const { reason, upMs, otherVersion } = await connection.ended;
    connection = undefined;
    if (stopping.signal.aborted) return;
    if (otherVersion && version === mqtt5) {
      version = mqtt3;
      logger.warn(
        { broker: url.host },
        "the MQTT broker does not speak MQTT 5; going on with 3.1.1, where the broker limits the messages under way",
      );
      return;
    }
    problem = reason.message;
    onFirstResult();
    if (upMs < STABLE_MS) throw reason;
    logger.warn({ broker: url.host, reason: reason.message }, "lost the connection to the MQTT broker");
  }

  async function stayConnected(onFirstResult: () => void): Promise<void> {
    while (!stopping.signal.aborted) {
      await retrying(() => connectOnce(onFirstResult), {
        signal: stopping.signal,
        baseMs: 500,
        maxMs: 30_000,
        onRetry: (error, attempt, pauseMs) => {
          metrics.retries.inc({ service: "ingest" });
          logger.warn(
            { broker: url.host, reason: messageOf(error), attempt, pauseMs: Math.round(pauseMs) },
            "no connection to the MQTT broker; trying again",
          );
        },
      });
    }
  }

  return {
    async start() {
      // A broker that is not there yet must not keep kota from starting: the first outcome is enough, whatever it is.
      await new Promise<void>((resolve, reject) => {
        running = stayConnected(resolve);
        running.catch(reject);
      });
    },
    async stop() {
      stopping.abort();
      if (connection) await connection.drain();
      else await deps.intake.drained(DRAIN_MS);
      await running?.catch(() => undefined);
    },
    notReady: () => (problem === undefined ? [] : [problem]),
  };
}

function parseBrokerUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && PROTOCOLS.has(url.protocol) && url.hostname !== "") return url;
  throw new KotaError(
    "config_invalid",
    "KOTA_MQTT_URL is not the address of an MQTT broker. Write it like mqtt://broker.example:1883 or mqtts://broker.example:8883.",
  );
}
