import { type CityAdapters, openCityAdapters } from "@kota/city-adapters";
import { type Config, type Logger, type Metrics, systemClock } from "@kota/runtime";

/** How often the city's folder is looked at. A change is taken up when it is the same for two looks. */
const EVERY_MS = 500;

/** The adapters of the city, followed as long as the process runs. */
export function openAdapters(config: Config, logger: Logger, metrics: Metrics): Promise<CityAdapters> {
  return openCityAdapters({ city: config.city, clock: systemClock, logger, metrics, everyMs: EVERY_MS });
}
