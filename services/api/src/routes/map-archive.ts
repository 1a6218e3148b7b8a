import { basename, dirname } from "node:path";
import fastifyStatic from "@fastify/static";
import { z } from "zod";
import type { ApiContext, App } from "../context.ts";
import { HttpProblem, problemResponse } from "../problem.ts";
import { parameters } from "../query.ts";

export const MAP_ARCHIVE_PATH = "/v1/city/map.pmtiles";

const schema = {
  summary: "The city's own map as a PMTiles archive, in the ranges of bytes that are asked for",
  querystring: parameters({}),
  response: {
    200: {
      description: "All of it",
      content: { "application/octet-stream": { schema: z.string() } },
    },
    206: {
      description: "The bytes of the header `Range`",
      content: { "application/octet-stream": { schema: z.string() } },
    },
    ...problemResponse,
  },
};

/** Hands out the file of `map.pmtiles`. */
export function mapArchiveRoutes(app: App, { city }: ApiContext): void {
  const { mapArchive } = city;
  if (mapArchive !== undefined) {
    app.register(fastifyStatic, { root: dirname(mapArchive), serve: false, cacheControl: false });
  }
  app.get("/city/map.pmtiles", { schema }, (_request, reply) => {
    if (mapArchive === undefined) {
      throw new HttpProblem("not_found", "The city has no map.pmtiles in its folder.");
    }
    return reply.type("application/octet-stream").sendFile(basename(mapArchive)) as never;
  });
}
