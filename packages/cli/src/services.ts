import type { CityAdapters } from "@kota/city-adapters";
import type { EventLog } from "@kota/event-log";
import type { City } from "@kota/model";
import {
  type Config,
  type Logger,
  type Metrics,
  type Mounted,
  type Service,
  type ServiceName,
  systemClock,
} from "@kota/runtime";
import type { IngestService } from "@kota/service-ingest";
import type { TimeSeriesStore } from "@kota/time-series";
import { WEB_ROOT } from "./settings.ts";
import { VERSION } from "./version.ts";

export interface Surroundings {
  readonly log: EventLog;
  /** Only the services that need the time series ask for it. */
  readonly store: () => TimeSeriesStore;
  readonly city: City;
  readonly config: Config;
  /** What messages are decoded with; only the services that decode ask for it. */
  readonly adapters: () => CityAdapters;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Readiness of the whole process, for the service that serves HTTP. */
  readonly notReady: () => Promise<readonly string[]>;
  /** Where alerts are published; left out: the broker that the settings name. */
  readonly brokerUrl?: () => string;
  /** Messages over HTTP, for the API to serve on its port when ingest runs in the same process. */
  readonly httpIn?: Mounted | undefined;
}

/** Which services read or write the time series. */
export const NEEDS_STORE: ReadonlySet<ServiceName> = new Set(["store", "score", "api", "ledger"]);

/** Which services decode messages: to make readings, or to say what would become of a rejection. */
export const NEEDS_ADAPTERS: ReadonlySet<ServiceName> = new Set(["normalize", "api"]);

/**
 * Makes a service from its surroundings: the same in one process and in five. Its code is loaded here and not before, so
 * that a process of one service holds nothing of the others.
 */
export function createService(name: "ingest", from: Surroundings): Promise<IngestService>;
export function createService(name: ServiceName, from: Surroundings): Promise<Service>;
export async function createService(name: ServiceName, from: Surroundings): Promise<Service> {
  const { log, city, config, metrics } = from;
  const shared = { log, city, metrics, clock: systemClock, logger: from.logger.child({ service: name }) };
  switch (name) {
    case "ingest": {
      const { createIngest } = await import("@kota/service-ingest");
      return createIngest({ ...shared, config });
    }
    case "normalize": {
      const { createNormalize } = await import("@kota/service-normalize");
      const { now } = from.adapters();
      return createNormalize({ ...shared, decoding: now });
    }
    case "store": {
      const { createStore } = await import("@kota/service-store");
      return createStore({ ...shared, store: from.store() });
    }
    case "score": {
      const { createScore, scoreWithDevices } = await import("@kota/service-score");
      return scoreWithDevices({
        ...shared,
        create: (cityNow) => createScore({ ...shared, city: cityNow, store: from.store() }),
      });
    }
    case "ledger": {
      const { createLedger } = await import("@kota/service-ledger");
      return createLedger({ ...shared, store: from.store() });
    }
    case "api": {
      const { createApi } = await import("@kota/service-api");
      const { announcedSoFar, createNormalizer } = await import("@kota/service-normalize");
      const { askAdapters } = await import("@kota/adapters");
      const { codecForDevices } = await import("./adapter-setting.ts");
      const adapters = from.adapters();
      const { timeZone } = city.settings;
      const { usableReportRules } = await import("@kota/reports");
      const reportRules = usableReportRules(city);
      return createApi({
        ...shared,
        normalizing: {
          list: adapters.list,
          refresh: adapters.refresh,
          announced: () => announcedSoFar(log, adapters.now().adapters),
          trial: (devices, announcements) => {
            const { adapters: all, codec } = adapters.now();
            return createNormalizer({ settings: city.settings, devices }, all, {
              codec,
              announcements,
              reportRules,
            });
          },
          ask: (message, devices, announcements) => {
            const { adapters: all, codec } = adapters.now();
            return askAdapters(all, message, {
              timeZone,
              codecFor: codecForDevices(devices, codec),
              ...(announcements ? { announcements } : {}),
            });
          },
        },
        store: from.store(),
        config,
        notify: {
          folder: config.city,
          broker: () => ({
            url: config.mqttUrl ?? from.brokerUrl?.() ?? `mqtt://${config.mqttHost}:${config.mqttPort}`,
            username: config.mqttUsername,
            password: config.mqttPassword,
          }),
        },
        webRoot: WEB_ROOT,
        mounted: from.httpIn,
        version: VERSION,
        checks: from.notReady,
      });
    }
  }
}
