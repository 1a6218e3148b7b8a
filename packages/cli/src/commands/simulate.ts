import { KotaError } from "@kota/model";
import { createLogger, loadCity, systemClock } from "@kota/runtime";
import { createSimulator, loadFeeds } from "@kota/simulator";
import { settings } from "../settings.ts";
import { leaveOnDefect, stopAll, stopSignal } from "../shutdown.ts";

/** `kota simulate`: the city's recordings and simulated devices alone, to any MQTT broker. */
export async function simulate(): Promise<void> {
  const config = settings();
  const logger = createLogger({ level: config.logLevel, format: config.logFormat }).child({
    service: "simulator",
  });
  leaveOnDefect(logger);
  const feeds = loadFeeds(config.city, loadCity(config.city));
  if (feeds.length === 0) {
    throw new KotaError(
      "city_invalid",
      `${config.city} has nothing to play: no replay.yaml and no device of origin 'simulated'.`,
    );
  }
  const stopped = stopSignal();
  const simulator = createSimulator({
    feeds,
    mqttUrl: config.mqttUrl ?? `mqtt://127.0.0.1:${config.mqttPort}`,
    username: config.mqttUsername,
    password: config.mqttPassword,
    dataDir: config.dataDir,
    clock: systemClock,
    logger,
  });
  await simulator.start();
  await stopped;
  await stopAll(logger, [() => simulator.stop()]);
  process.exit(0);
}
