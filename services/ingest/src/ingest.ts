import type { EventLog } from "@kota/event-log";
import type { City } from "@kota/model";
import type { Clock, Config, Logger, Metrics, Service } from "@kota/runtime";
import { createIntake } from "./accept.ts";
import { createBrokerFeed } from "./feeds/broker.ts";
import { createClientFeed } from "./feeds/client.ts";
import type { Feed, ListenAddress } from "./feeds/feed.ts";

export type { ListenAddress } from "./feeds/feed.ts";

export interface IngestDependencies {
  /** With the topics that kota uses already there. */
  readonly log: EventLog;
  readonly city: City;
  readonly config: Pick<
    Config,
    | "mqttUrl"
    | "mqttUsername"
    | "mqttPassword"
    | "mqttClientId"
    | "mqttShareGroup"
    | "mqttInFlight"
    | "mqttHost"
    | "mqttPort"
  >;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

export interface IngestService extends Service {
  /** Where the embedded broker listens, once started; undefined with a broker of one's own. */
  readonly address?: ListenAddress | undefined;
  notReady(): readonly string[];
}

/** Enough for one group commit of a busy city, also with QoS 0, which has no window of its own. */
const MIN_WAITING = 20_000;

/**
 * MQTT to the log: every message is appended untouched, and acknowledged only when the log has it. With `mqttUrl` it
 * subscribes to that broker, without it is the broker.
 */
export function createIngest(deps: IngestDependencies): IngestService {
  const { log, city, config, clock, metrics } = deps;
  const logger = deps.logger.child({ service: "ingest" });
  const { maxPayloadBytes } = city.settings.limits;
  const filters = city.settings.mqtt.subscribe;
  const intake = createIntake({
    log,
    maxPayloadBytes,
    // Twice the window: after a reconnect the broker delivers again what still waits from before.
    maxWaiting: Math.max(MIN_WAITING, 2 * config.mqttInFlight),
    source: "mqtt",
    clock,
    logger,
    metrics,
  });
  const feed: Feed =
    config.mqttUrl === null
      ? createBrokerFeed({ config, filters, maxPayloadBytes, intake, logger, metrics })
      : createClientFeed({ url: config.mqttUrl, config, filters, intake, clock, logger, metrics });
  return {
    name: "ingest",
    get address() {
      return feed.address;
    },
    start: () => feed.start(),
    async stop() {
      await feed.stop();
      intake.stop();
    },
    notReady: () => [...feed.notReady(), ...intake.notReady()],
  };
}
