import accepts from "@fastify/accepts";
import cors from "@fastify/cors";
import etag from "@fastify/etag";
import swagger from "@fastify/swagger";
import type { CitySettings } from "@kota/model";
import type { Logger, Mounted } from "@kota/runtime";
import {
  type FastifyBaseLogger,
  type FastifyReply,
  type FastifyRequest,
  fastify,
  LogController,
} from "fastify";
import {
  jsonSchemaTransform,
  jsonSchemaTransformObject,
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from "fastify-type-provider-zod";
import { ADMIN_SCHEME, READ_SCHEME } from "./admin.ts";
import type { ApiContext, App } from "./context.ts";
import { refuseMalformed } from "./malformed-request.ts";
import { sendProblem } from "./problem.ts";
import { adapterTrialRoutes } from "./routes/adapter-trial.ts";
import { adapterRoutes } from "./routes/adapters.ts";
import { alertRoutes } from "./routes/alerts.ts";
import { areaSeriesRoutes } from "./routes/area-series.ts";
import { cityRoutes } from "./routes/city.ts";
import { codecTrialRoutes } from "./routes/codec-trial.ts";
import { deviceChangeRoutes } from "./routes/device-changes.ts";
import { deviceRoutes } from "./routes/devices.ts";
import { evidenceRoutes } from "./routes/evidence.ts";
import { findingRoutes } from "./routes/findings.ts";
import { forecastRoutes } from "./routes/forecasts.ts";
import { healthRoutes } from "./routes/health.ts";
import { ledgerRoutes } from "./routes/ledger.ts";
import { mapArchiveRoutes } from "./routes/map-archive.ts";
import { metricRoutes } from "./routes/metrics.ts";
import { mountedRoutes } from "./routes/mounted.ts";
import { moveRoutes } from "./routes/moves.ts";
import { openApiRoutes } from "./routes/openapi.ts";
import { pageRoutes } from "./routes/page.ts";
import { quotaRoutes } from "./routes/quotas.ts";
import { readingRoutes } from "./routes/readings.ts";
import { receiptRoutes } from "./routes/receipts.ts";
import { recentMessageRoutes } from "./routes/recent-messages.ts";
import { rejectionRoutes } from "./routes/rejections.ts";
import { replayRoutes } from "./routes/replay.ts";
import { reportRoutes } from "./routes/reports.ts";
import { revisionRoutes } from "./routes/revisions.ts";
import { scoreRoutes } from "./routes/scores.ts";
import { seriesRoutes } from "./routes/series.ts";
import { statusRoutes } from "./routes/status.ts";
import { type OpenStreams, streamRoutes } from "./routes/stream.ts";
import { unknownDeviceRoutes } from "./routes/unknown-devices.ts";
import { verificationRoutes } from "./routes/verification.ts";
import { workRoutes } from "./routes/work.ts";

/** @param map Where the city has its map from: the only other host that the page may ask. */
function securityHeaders({ tiles, pmtiles }: CitySettings["map"]): Record<string, string> {
  const from = tiles?.url.replaceAll(/[{}]/g, "") ?? pmtiles?.from ?? "";
  const tileHost = URL.canParse(from) ? ` ${new URL(from).origin}` : "";
  return {
    "content-security-policy": [
      "default-src 'self'",
      "worker-src blob: 'self'",
      `img-src 'self' data: blob:${tileHost}`,
      "style-src 'self' 'unsafe-inline'",
      `connect-src 'self'${tileHost}`,
    ].join("; "),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
  };
}

export interface Server {
  readonly app: App;
  readonly streams: OpenStreams;
}

/** Fastify with every route, ready to listen. */
export async function createServer(
  context: ApiContext,
  options: {
    readonly logger: Logger;
    readonly webRoot: string | undefined;
    readonly mounted: Mounted | undefined;
  },
): Promise<Server> {
  const onError = (error: unknown, request: FastifyRequest, reply: FastifyReply) =>
    sendProblem(error, request, reply);
  const app: App = fastify({
    loggerInstance: options.logger as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    forceCloseConnections: true,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 400 },
    frameworkErrors: onError,
    clientErrorHandler: refuseMalformed,
  }).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler(onError);
  const headers = securityHeaders(context.city.settings.map);
  app.addHook("onRequest", async (_request, reply) => {
    reply.headers(headers);
  });

  // Open to every origin on purpose: what is read is public, nothing of it depends on who asks, and a city's data is
  // there to be used by other pages too. What changes something is not: a page of another origin may only read.
  await app.register(cors, { origin: "*", methods: ["GET", "HEAD"], exposedHeaders: ["etag", "link"] });
  await app.register(accepts);
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "kota",
        version: context.version,
        description:
          "Readings and scores of a city. Reading needs no key; what changes something needs the admin token, and messages as they came the read token where one is set. Times in answers are RFC 3339 in UTC.",
        license: { name: "Apache-2.0", identifier: "Apache-2.0" },
      },
      servers: [{ url: "/" }],
      components: {
        securitySchemes: {
          [ADMIN_SCHEME]: { type: "http", scheme: "bearer" },
          [READ_SCHEME]: { type: "http", scheme: "bearer" },
        },
      },
    },
    transform: jsonSchemaTransform,
    transformObject: (document) => {
      const whole = jsonSchemaTransformObject(document);
      // Every component is the schema of an answer; the variant for requests that comes with each is used by none.
      const schemas = "components" in whole ? (whole.components?.schemas ?? {}) : {};
      for (const name of Object.keys(schemas)) if (name.endsWith("Input")) delete schemas[name];
      return whole;
    },
  });

  let streams: OpenStreams = { endAll: () => {} };
  await app.register(
    (v1: App, _options, done) => {
      v1.register(etag);
      v1.addHook("onRequest", async (_request, reply) => {
        reply.header("cache-control", "no-cache");
      });
      cityRoutes(v1, context);
      mapArchiveRoutes(v1, context);
      metricRoutes(v1);
      adapterRoutes(v1, context);
      scoreRoutes(v1, context);
      receiptRoutes(v1, context);
      moveRoutes(v1, context);
      revisionRoutes(v1, context);
      verificationRoutes(v1, context);
      deviceRoutes(v1, context);
      unknownDeviceRoutes(v1, context);
      deviceChangeRoutes(v1, context);
      forecastRoutes(v1, context);
      evidenceRoutes(v1, context);
      readingRoutes(v1, context);
      seriesRoutes(v1, context);
      areaSeriesRoutes(v1, context);
      rejectionRoutes(v1, context);
      adapterTrialRoutes(v1, context);
      codecTrialRoutes(v1);
      recentMessageRoutes(v1, context);
      replayRoutes(v1, context);
      reportRoutes(v1, context);
      ledgerRoutes(v1, context);
      quotaRoutes(v1, context);
      statusRoutes(v1, context);
      workRoutes(v1, context);
      findingRoutes(v1, context);
      alertRoutes(v1, context);
      streams = streamRoutes(v1, context);
      openApiRoutes(v1);
      done();
    },
    { prefix: "/v1" },
  );
  await app.register((health: App, _options, done) => {
    healthRoutes(health, context);
    done();
  });
  const { mounted } = options;
  if (mounted) {
    await app.register((scope: App, _options, done) => {
      mountedRoutes(scope, mounted);
      done();
    });
  }
  await pageRoutes(app, options.webRoot);
  await app.ready();
  return { app, streams };
}
