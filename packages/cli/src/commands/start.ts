import type { CityAdapters } from "@kota/city-adapters";
import { TOPICS } from "@kota/event-log";
import type { City } from "@kota/model";
import {
  createLogger,
  createMetrics,
  loadCity,
  type Service,
  type ServiceName,
  systemClock,
} from "@kota/runtime";
import type { IngestService } from "@kota/service-ingest";
import { createSimulator, loadFeeds, type Simulator } from "@kota/simulator";
import { boundHeapGrowth } from "../heap-growth.ts";
import { openLog, openStore } from "../open.ts";
import { openAdapters } from "../open-adapters.ts";
import { refillIfEmpty } from "../refill.ts";
import { createService } from "../services.ts";
import { settings } from "../settings.ts";
import { leaveOnDefect, stopAll, stopSignal } from "../shutdown.ts";
import { VERSION } from "../version.ts";

/** From the end of the flow to its beginning, so that nothing comes in before all can take it; stopped the other way round. */
const ORDER: readonly ServiceName[] = ["store", "ledger", "score", "normalize", "api", "ingest"];

/** `kota start`: every service in one process. */
export async function start(): Promise<void> {
  boundHeapGrowth();
  const config = settings({ logFormat: "pretty" });
  const logger = createLogger({ level: config.logLevel, format: config.logFormat });
  leaveOnDefect(logger);
  const city = loadCity(config.city);
  const feeds = config.simulate ? loadFeeds(config.city, city) : [];
  console.log(`kota ${VERSION}: ${city.settings.name} (${describeDevices(city)})`);
  console.log(`  city           ${config.city}`);
  console.log(
    `  data           ${config.eventLog === "embedded" || config.timeSeries === "duckdb" ? config.dataDir : "in Kafka and InfluxDB"}`,
  );

  const metrics = createMetrics();
  const log = await openLog(config, logger.child({ service: "log" }));
  const store = await openStore(config, logger.child({ service: "time-series" }));
  await log.ensureTopics(TOPICS);
  if (config.eventLog === "embedded" && config.timeSeries === "duckdb") {
    await refillIfEmpty(log, store, logger.child({ service: "store" }));
  }
  const services: Service[] = [];
  const notReady = async () =>
    (await Promise.all(services.map(async (service) => service.notReady()))).flat();
  const adapters = await openAdapters(config, logger.child({ service: "adapters" }), metrics);
  const surroundings = {
    log,
    store: () => store,
    adapters: () => adapters,
    city,
    config,
    logger,
    metrics,
    notReady,
    brokerUrl: () => brokerUrl,
  };
  const close = [() => adapters.close(), () => log.close(), () => store.close()];
  const stopped = stopSignal();
  let simulator: Simulator | undefined;
  let brokerUrl = `mqtt://${config.mqttHost}:${config.mqttPort}`;
  try {
    const ingest = await createService("ingest", surroundings);
    tellAdapters(adapters);
    for (const name of ORDER) {
      if (name === "ledger" && !config.ledger) continue;
      const service =
        name === "ingest" ? ingest : await createService(name, { ...surroundings, httpIn: ingest.http });
      services.push(service);
      await service.start();
      if ("url" in service) {
        console.log(`  page and API   ${service.url}`);
        console.log(
          `  HTTP in        ${config.ingestToken ? `${service.url}/in/… (with a token)` : "off: KOTA_INGEST_TOKEN is not set"}`,
        );
      }
      const broker = brokerOf(service);
      if (broker) {
        console.log(`  MQTT broker    ${broker}`);
        brokerUrl = broker;
      }
    }
    if (feeds.length > 0) {
      simulator = createSimulator({
        feeds,
        mqttUrl: config.mqttUrl ?? brokerUrl,
        username: config.mqttUsername,
        password: config.mqttPassword,
        dataDir: config.dataDir,
        clock: systemClock,
        logger: logger.child({ service: "simulator" }),
      });
      await simulator.start();
      console.log(
        `  playing        ${feeds.map((feed) => feed.id).join(", ")} (KOTA_SIMULATE=false to leave out)`,
      );
    }
    console.log("  stop           Ctrl-C");
    const signal = await stopped;
    logger.info({ service: "kota" }, `${signal}: stopping`);
  } finally {
    const playing = simulator;
    await stopAll(logger, [
      ...(playing ? [() => playing.stop()] : []),
      ...services.toReversed().map((service) => () => service.stop()),
      ...close,
    ]);
  }
  console.log("kota stopped; everything is kept.");
  process.exit(0);
}

/** What of the city's own is in use, and what is not. */
function tellAdapters(adapters: CityAdapters): void {
  const own = adapters.list().filter(({ kind }) => kind !== "built-in");
  if (own.length === 0) return;
  console.log(`  adapters       ${own.map(({ label, id }) => label ?? `${id} (refused)`).join(", ")}`);
  for (const { error } of own) if (error !== null) console.log(`                 refused: ${error}`);
}

/** The URL of the embedded broker, from the service that has it. */
function brokerOf(service: Service): string | undefined {
  const { address } = service as Partial<IngestService>;
  return address && `mqtt://${address.host}:${address.port}`;
}

function describeDevices(city: City): string {
  const count = (origin: string) => city.devices.filter((device) => device.origin === origin).length;
  const parts = ["live", "recorded", "simulated"]
    .filter((origin) => count(origin) > 0)
    .map((origin) => `${count(origin)} ${origin}`);
  return `${city.devices.length} devices: ${parts.join(", ")}`;
}
