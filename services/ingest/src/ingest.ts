import type { EventLog } from "@kota/event-log";
import { type City, IMPORT_SOURCE } from "@kota/model";
import type { Clock, Config, Logger, Metrics, Mounted, Service } from "@kota/runtime";
import { writeToStream } from "mqtt-packet";
import { createIntake } from "./accept.ts";
import { createBrokerFeed } from "./feeds/broker.ts";
import { createClientFeed } from "./feeds/client.ts";
import type { Feed, ListenAddress } from "./feeds/feed.ts";
import { createHttpIn } from "./http/http-in.ts";
import { createReportSources } from "./reports/report-sources.ts";

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
    | "ingestToken"
  >;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

export interface IngestService extends Service {
  /** Where the embedded broker listens, once started; undefined with a broker of one's own. */
  readonly address?: ListenAddress | undefined;
  /** Messages over HTTP, to be served on the port of whoever has one. */
  readonly http: Mounted;
  notReady(): readonly string[];
}

/** Enough for one group commit of a busy city, also with QoS 0, which has no window of its own. */
const MIN_WAITING = 20_000;
/** Requests that wait for the log; each holds a connection. */
const MAX_HTTP_WAITING = 5_000;

// Else the first packet makes a buffer for each of 65,536 numbers, 15 MB, to save two bytes a packet.
writeToStream.cacheNumbers = false;

/**
 * MQTT and HTTP to the log: every message is appended untouched, and acknowledged only when the log has it. With `mqttUrl`
 * it subscribes to that broker, without it is the broker.
 */
export function createIngest(deps: IngestDependencies): IngestService {
  const { log, city, config, clock, metrics } = deps;
  const logger = deps.logger.child({ service: "ingest" });
  const { maxPayloadBytes } = city.settings.limits;
  const filters = city.settings.mqtt.subscribe;
  const intakeOf = (source: string, maxWaiting: number) =>
    createIntake({ log, maxPayloadBytes, maxWaiting, source, clock, logger, metrics });
  // Twice the window: after a reconnect the broker delivers again what still waits from before.
  const intake = intakeOf("mqtt", Math.max(MIN_WAITING, 2 * config.mqttInFlight));
  const httpIntakes = {
    http: intakeOf("http", MAX_HTTP_WAITING),
    import: intakeOf(IMPORT_SOURCE, MAX_HTTP_WAITING),
  };
  const intakes = [intake, ...Object.values(httpIntakes)];
  const http = createHttpIn({ tokens: config.ingestToken, maxPayloadBytes, intakes: httpIntakes, logger });
  const feed: Feed =
    config.mqttUrl === null
      ? createBrokerFeed({ config, filters, maxPayloadBytes, intake, logger, metrics })
      : createClientFeed({ url: config.mqttUrl, config, filters, intake, clock, logger, metrics });
  const reportSources = createReportSources({ log, city, clock, logger, metrics });
  return {
    name: "ingest",
    get address() {
      return feed.address;
    },
    http,
    async start() {
      await feed.start();
      http.start();
      reportSources.start();
    },
    async stop() {
      await Promise.all([feed.stop(), http.stop(), reportSources.stop()]);
      for (const one of intakes) one.stop();
    },
    // The intakes share a log: each of them may say the same.
    notReady: () => [...new Set([...feed.notReady(), ...intakes.flatMap((one) => one.notReady())])],
  };
}
