import type { CityAdapters } from "@kota/city-adapters";
import { TOPICS } from "@kota/event-log";
import { KotaError } from "@kota/model";
import {
  type Config,
  createLogger,
  createMetrics,
  type Logger,
  loadCity,
  type Metrics,
  retrying,
  type Service,
  type ServiceName,
  startHealthServer,
} from "@kota/runtime";
import type { IngestService } from "@kota/service-ingest";
import { openLog, openStore } from "../open.ts";
import { createService, NEEDS_ADAPTERS, NEEDS_STORE } from "../services.ts";
import { settings } from "../settings.ts";
import { leaveOnDefect, stopAll, stopSignal } from "../shutdown.ts";

/** A process that decodes nothing holds nothing of it. */
async function openAdaptersLazily(config: Config, logger: Logger, metrics: Metrics): Promise<CityAdapters> {
  const { openAdapters } = await import("../open-adapters.ts");
  return openAdapters(config, logger, metrics);
}

/** `kota run <service>`: one service as a process of its own. */
export async function run(name: ServiceName): Promise<void> {
  const config = settings({ eventLog: "kafka", timeSeries: "influxdb" });
  const needsStore = NEEDS_STORE.has(name);
  if (config.eventLog !== "kafka" || (needsStore && config.timeSeries !== "influxdb")) {
    throw new KotaError(
      "config_invalid",
      "A service of its own needs a log and a time series that other processes can reach: set KOTA_EVENT_LOG=kafka and KOTA_TIME_SERIES=influxdb. For everything in one process there is 'kota start'.",
    );
  }
  if (name === "ingest" && !config.mqttUrl) {
    throw new KotaError(
      "config_invalid",
      "Set KOTA_MQTT_URL to the broker that ingest subscribes to, for example mqtt://127.0.0.1:1883.",
    );
  }
  const logger = createLogger({ level: config.logLevel, format: config.logFormat }).child({ service: name });
  leaveOnDefect(logger);
  const city = loadCity(config.city);
  const metrics = createMetrics();
  const stopped = stopSignal();
  const log = await openLog(config, logger);
  const store = needsStore ? await openStore(config, logger) : undefined;
  await retrying(() => log.ensureTopics(TOPICS), {
    onRetry: (error) => logger.warn({ err: error }, "waiting for the topics"),
  });
  const adapters = NEEDS_ADAPTERS.has(name) ? await openAdaptersLazily(config, logger, metrics) : undefined;
  const notReady = async (): Promise<readonly string[]> => service.notReady();
  const service: Service = await createService(name, {
    log,
    city,
    config,
    logger,
    metrics,
    notReady,
    adapters: () => {
      if (!adapters)
        throw new KotaError("internal", `${name} asked for the adapters and should not need them.`);
      return adapters;
    },
    store: () => {
      if (!store)
        throw new KotaError("internal", `${name} asked for the time series and should not need it.`);
      return store;
    },
  });
  // The API serves its own health; the others get a small server for it.
  const health =
    name === "api"
      ? undefined
      : await startHealthServer({
          host: config.httpHost,
          port: config.httpPort,
          metrics,
          notReady,
          mounted: "http" in service ? (service as IngestService).http : undefined,
        });
  try {
    await service.start();
    logger.info(`${name} is running; health on ${health?.url ?? ("url" in service ? service.url : "")}`);
    logger.info(`${await stopped}: stopping`);
  } finally {
    await stopAll(logger, [
      () => service.stop(),
      ...(health ? [() => health.close()] : []),
      ...(adapters ? [() => adapters.close()] : []),
      () => log.close(),
      ...(store ? [() => store.close()] : []),
    ]);
  }
  process.exit(0);
}
