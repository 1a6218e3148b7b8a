import { existsSync } from "node:fs";
import { join } from "node:path";
import fastifyStatic from "@fastify/static";
import type { FastifyRequest } from "fastify";
import type { App } from "../context.ts";
import { HttpProblem, sendProblem } from "../problem.ts";

/** Where the API and the health of the process are: never a view of the page. */
const NOT_THE_PAGE = /^\/(v1|in|healthz|readyz|metrics|assets)(\/|\?|$)/;
/** The build puts a hash of the content into the names of these. */
const HASHED = /[/\\]assets[/\\]/;

/**
 * The built page. An address that is no file is a view of the page, and the page sorts it out; everything else that
 * does not exist is a problem.
 */
export async function pageRoutes(app: App, webRoot: string | undefined): Promise<void> {
  const built = webRoot !== undefined && existsSync(join(webRoot, "index.html"));
  if (built) {
    await app.register(fastifyStatic, {
      root: webRoot,
      cacheControl: false,
      // The build puts `.br` and `.gz` beside each file, so that nothing is compressed while somebody waits.
      preCompressed: true,
      schemaHide: true,
      setHeaders: (reply, path) => {
        reply.header("cache-control", HASHED.test(path) ? "public, max-age=31536000, immutable" : "no-cache");
      },
    });
  }
  app.setNotFoundHandler((request, reply) => {
    if (built && isView(request)) return reply.code(200).sendFile("index.html");
    return sendProblem(notFound(request, built), request, reply);
  });
}

function isView(request: FastifyRequest): boolean {
  return (
    (request.method === "GET" || request.method === "HEAD") &&
    !NOT_THE_PAGE.test(request.url) &&
    (request.headers.accept ?? "").includes("text/html")
  );
}

function notFound(request: FastifyRequest, built: boolean): HttpProblem {
  if (request.method !== "GET" && request.method !== "HEAD") {
    return new HttpProblem(
      "method_not_allowed",
      `${request.method} is not for this: everything here is read with GET.`,
    );
  }
  const page =
    !built && !NOT_THE_PAGE.test(request.url) ? " The page has not been built: run 'pnpm build' once." : "";
  return new HttpProblem(
    "not_found",
    `There is nothing at ${request.url}. /v1/openapi.json describes what there is.${page}`,
  );
}
