import type { EventLog } from "@kota/event-log";
import type { City } from "@kota/model";
import {
  type Config,
  type Logger,
  type Metrics,
  type Service,
  type ServiceName,
  systemClock,
} from "@kota/runtime";
import { createApi } from "@kota/service-api";
import { createIngest } from "@kota/service-ingest";
import { createNormalize } from "@kota/service-normalize";
import { createScore } from "@kota/service-score";
import { createStore } from "@kota/service-store";
import type { TimeSeriesStore } from "@kota/time-series";
import { WEB_ROOT } from "./settings.ts";
import { VERSION } from "./version.ts";

export interface Surroundings {
  readonly log: EventLog;
  /** Only the services that need the time series ask for it. */
  readonly store: () => TimeSeriesStore;
  readonly city: City;
  readonly config: Config;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Readiness of the whole process, for the service that serves HTTP. */
  readonly notReady: () => Promise<readonly string[]>;
}

/** Which services read or write the time series. */
export const NEEDS_STORE: ReadonlySet<ServiceName> = new Set(["store", "score", "api"]);

/** Makes a service from its surroundings: the same in one process and in five. */
export function createService(name: ServiceName, from: Surroundings): Service {
  const { log, city, config, metrics } = from;
  const shared = { log, city, metrics, clock: systemClock, logger: from.logger.child({ service: name }) };
  switch (name) {
    case "ingest":
      return createIngest({ ...shared, config });
    case "normalize":
      return createNormalize(shared);
    case "store":
      return createStore({ ...shared, store: from.store() });
    case "score":
      return createScore({ ...shared, store: from.store() });
    case "api":
      return createApi({
        ...shared,
        store: from.store(),
        config,
        webRoot: WEB_ROOT,
        version: VERSION,
        checks: from.notReady,
      });
  }
}
