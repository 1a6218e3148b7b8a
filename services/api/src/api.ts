import type { AddressInfo } from "node:net";
import { type Alerts, NO_ALERTS, parseAlerts } from "@kota/alerts";
import type { EventLog } from "@kota/event-log";
import { type City, KotaError, messageOf } from "@kota/model";
import { type NotifierSurroundings, openNotifier } from "@kota/notify";
import {
  type Clock,
  type Config,
  type Logger,
  listenError,
  type Metrics,
  type Mounted,
  type Service,
} from "@kota/runtime";
import { parseScoreModel, type ScoreModel } from "@kota/scoring";
import type { TimeSeriesStore } from "@kota/time-series";
import { alertRow } from "./alert-row.ts";
import { createAreaSeries } from "./area-series.ts";
import { createChangeFeed, feedBeginning } from "./change-feed.ts";
import { createCoalescer } from "./coalescer.ts";
import { createDevicePositions } from "./device-positions.ts";
import { createDeviceRegistry } from "./device-registry.ts";
import { createDevices } from "./device-view.ts";
import { isoTime } from "./iso-time.ts";
import { createLedgerView } from "./ledger-view.ts";
import { createLiveView, type LiveListener } from "./live-view.ts";
import type { Normalizing } from "./normalizing.ts";
import { createPastFindings } from "./past-findings.ts";
import { createPastMoments } from "./past-moments.ts";
import { createPipelineLag } from "./pipeline.ts";
import { createReplayer, type Replayer } from "./replay.ts";
import { createReplayBook } from "./replay-book.ts";
import { createReportDesk } from "./report-desk.ts";
import { createServer, type Server } from "./server.ts";
import { createAlertBook } from "./watch/alert-book.ts";
import { createSuspectSensors } from "./watch/suspect-sensors.ts";
import { createWatch } from "./watch/watch.ts";
import { createWorkBook } from "./watch/work-book.ts";
import { workRow } from "./work-row.ts";

export interface ApiDependencies {
  /** With the topics that kota uses already there. */
  readonly log: EventLog;
  readonly store: TimeSeriesStore;
  readonly city: City;
  readonly config: Pick<Config, "httpHost" | "httpPort" | "adminToken" | "readToken">;
  /** How messages become readings, to replay rejections and to check devices. */
  readonly normalizing: Normalizing;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Folder of the built page; without it only the API is served. */
  readonly webRoot?: string;
  /** What another service of this process serves on the same port. */
  readonly mounted?: Mounted | undefined;
  /** Version of kota. */
  readonly version: string;
  /** What delivering alerts needs of its surroundings. */
  readonly notify: Omit<NotifierSurroundings, "clock">;
  /** How the city is watched over; left out: as usual. */
  readonly watching?: { readonly everyMs?: number; readonly settlingMs?: number };
  /** Readiness of the whole process; left out: of this service. */
  readonly checks?: () => readonly string[] | Promise<readonly string[]>;
}

/** The HTTP service. */
export interface Api extends Service {
  /** Where it is served, once it is started. */
  readonly url: string;
}

/**
 * The HTTP API, the live stream and the page, answered from the time series and from a live view of the log.
 * `start` rejects with KotaError `port_in_use` when the port is taken.
 */
export function createApi(deps: ApiDependencies): Api {
  const { log, store, city, config, clock, metrics, logger } = deps;
  const startedAt = clock();
  const feed = createChangeFeed(feedBeginning(startedAt));
  const coalescer = createCoalescer(feed.publish);
  const model = usableModel(city);
  const sensors = createSuspectSensors({ model, store, clock });
  const listener: LiveListener = {
    ...coalescer,
    reading(reading) {
      sensors.takeReading(reading);
      coalescer.reading(reading);
    },
    rejection(rejection) {
      sensors.takeRejection(rejection);
      coalescer.rejection(rejection);
    },
  };
  const view = createLiveView({ log, store, logger, clock, listener });
  const ledger = createLedgerView(log, clock, logger, (difference) =>
    feed.publish([{ kind: "ledger", data: { difference } }]),
  );
  const { normalizing } = deps;
  const registry = createDeviceRegistry({ log, city, normalizing, clock, logger });
  const book = createReplayBook(log, logger);
  const reports = createReportDesk({ log, city, logger });
  const { maxPayloadBytes } = city.settings.limits;
  const alerts = alertsOf(city);
  const positions = createDevicePositions(log, logger, ({ device, lat, lon, time }) => {
    if (!registry.devices.get(device)?.moves) return;
    coalescer.row("position", device, { device, lat, lon, time: isoTime(time) });
  });
  const devices = createDevices(registry, view, positions);
  const past = createPastMoments({ city, store, registry, reports, clock });
  const workBook = createWorkBook({
    log,
    clock,
    logger,
    onItem: (item) => coalescer.row("work", item.condition.id, workRow(item, devices)),
  });
  const alertBook = createAlertBook({
    log,
    logger,
    onAlert: (alert) => {
      const windows = [...alerts.maintenance, ...alertBook.maintenance()];
      coalescer.row("alert", alert.id, alertRow(alert, windows, { alerts, city, devices, now: clock() }));
    },
  });
  const pipelineLag = createPipelineLag(log);
  const watch = createWatch({
    log,
    store,
    city,
    alerts,
    view,
    devices,
    workBook,
    alertBook,
    ledger,
    sensors,
    notifiers: new Map(
      alerts.channels.map((channel) => [channel.id, openNotifier(channel, { ...deps.notify, clock })]),
    ),
    pipelineLag,
    clock,
    logger,
    ...deps.watching,
  });
  const held = [registry, positions, book, reports, workBook, alertBook, ledger];
  const made = createReplayer({ log, store, registry, book, normalizing, maxPayloadBytes, clock });
  const replayer = (): Replayer | undefined => (registry.isFilled() && book.isFilled() ? made : undefined);
  let server: Server | undefined;
  let url: string | undefined;

  async function notReady(): Promise<readonly string[]> {
    if (!server) return ["The HTTP API is not started."];
    const answers = await Promise.all([
      reasonOf("The log", log.check()),
      reasonOf("The time series", store.check()),
    ]);
    return [...answers.flat(), ...view.notReady(), ...held.flatMap((one) => one.notReady())];
  }

  return {
    name: "api",
    get url() {
      if (!url) throw new KotaError("internal", "The HTTP API has an address once it is started.");
      return url;
    },
    async start() {
      const { httpHost: host, httpPort: port } = config;
      server = await createServer(
        {
          city,
          store,
          log,
          view,
          ledger,
          feed,
          metrics,
          clock,
          startedAt,
          devices,
          past,
          areaSeries: createAreaSeries({ model, store, devices, view }),
          pastFindings: createPastFindings({ past, devices, store, clock }),
          registry,
          book,
          normalizing,
          reports,
          workBook,
          alerts,
          alertBook,
          watch,
          replayer,
          adminTokens: config.adminToken,
          // Who may change everything may read everything.
          readTokens: config.readToken && [...config.readToken, ...(config.adminToken ?? [])],
          pipelineLag,
          version: deps.version,
          notReady: async () => (deps.checks ? deps.checks() : notReady()),
        },
        { logger, webRoot: deps.webRoot, mounted: deps.mounted },
      );
      try {
        await server.app.listen({ host, port });
      } catch (error) {
        await server.app.close();
        server = undefined;
        throw listenError(error as NodeJS.ErrnoException, "KOTA_HTTP_PORT", host, port);
      }
      url = urlOf(host, (server.app.server.address() as AddressInfo).port);
      for (const one of held) one.start();
      await view.start();
      watch.start();
    },
    async stop() {
      const stopping = server;
      server = undefined;
      await watch.stop();
      await Promise.all([view.stop(), ...held.map((one) => one.stop())]);
      coalescer.stop();
      stopping?.streams.endAll();
      await stopping?.app.close();
    },
    notReady,
  };
}

/** The scorer says what is wrong with a model; what watches over the city does without it. */
function usableModel({ scoreModel }: City): ScoreModel | null {
  try {
    return parseScoreModel(scoreModel);
  } catch (error) {
    if (error instanceof KotaError && error.code === "score_model_invalid") return null;
    throw error;
  }
}

/** @throws KotaError `alerts_invalid`. */
function alertsOf({ alerts, areas, scoreModel }: City): Alerts {
  if (alerts === undefined) return NO_ALERTS;
  return parseAlerts(alerts, {
    areas: new Set(areas.features.map(({ properties }) => properties.id)),
    model: parseScoreModel(scoreModel),
  });
}

async function reasonOf(what: string, check: Promise<void>): Promise<readonly string[]> {
  try {
    await check;
    return [];
  } catch (error) {
    return [`${what} does not answer: ${messageOf(error)}`];
  }
}

/** An address that a browser on this machine can open. */
function urlOf(host: string, port: number): string {
  const everywhere = host === "0.0.0.0" || host === "::";
  const name = everywhere ? "127.0.0.1" : host.includes(":") ? `[${host}]` : host;
  return `http://${name}:${port}`;
}
