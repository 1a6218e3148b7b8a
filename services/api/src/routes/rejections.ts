import type { Rejection } from "@kota/model";
import { z } from "zod";
import { readSecurity, requireRead } from "../admin.ts";
import { type ApiContext, type App, assertHeld } from "../context.ts";
import { decodeCursor, encodeCursor, nextLink } from "../cursor.ts";
import { answers } from "../problem.ts";
import { limitParameter, parameters } from "../query.ts";
import { CODES, RejectionRow, rejectionRow } from "../rejection-row.ts";
import { openRangeOf, rangeParameters } from "../time-range.ts";

const Place = z.tuple([z.number().int(), z.string()]);

export function rejectionRoutes(app: App, context: ApiContext): void {
  const { store, book, readTokens } = context;
  app.get(
    "/rejections",
    {
      onRequest: requireRead(readTokens),
      schema: {
        security: readSecurity,
        summary: "Messages that did not become readings, newest first, with the reason",
        querystring: parameters({
          code: z.enum(CODES).optional(),
          adapter: z.string().min(1).optional(),
          device: z.string().min(1).optional(),
          topic: z.string().min(1).optional(),
          open: z
            .enum(["true", "false"])
            .optional()
            .describe("`true`: without those that a replay has settled; `false`: only those"),
          ...rangeParameters,
          limit: limitParameter({ fallback: 50, most: 500 }),
          cursor: z.string().optional().describe("The `nextCursor` of the page before"),
        }),
        response: answers(
          "A page of rejections",
          z.object({
            rejections: z.array(RejectionRow),
            counts: z
              .partialRecord(z.enum(CODES), z.number().int().min(0))
              .describe("How many of each code there are in the range, whatever the other filters"),
            settled: z
              .partialRecord(z.enum(CODES), z.number().int().min(0))
              .describe("How many of these a replay has settled"),
            nextCursor: z.string().nullable(),
          }),
        ),
      },
    },
    async (request, reply) => {
      assertHeld(context);
      const { code, adapter, device, topic, open, limit, cursor } = request.query;
      const range = openRangeOf(request.query);
      const place = cursor === undefined ? undefined : decodeCursor(Place, cursor);
      const filters = {
        ...range,
        ...(code === undefined ? {} : { code }),
        ...(adapter === undefined ? {} : { adapter }),
        ...(device === undefined ? {} : { device }),
        ...(topic === undefined ? {} : { topic }),
      };
      const wanted = (id: string) => open === undefined || book.isSettled(id) === (open === "false");
      const find = async (): Promise<Rejection[]> => {
        const found: Rejection[] = [];
        let before = place === undefined ? undefined : { time: place[0], id: place[1] };
        for (let more = true; more && found.length <= limit; ) {
          const part = await store.rejections({
            ...filters,
            ...(before ? { before } : {}),
            limit: limit + 1,
          });
          found.push(...part.filter(({ id }) => wanted(id)));
          const last = part.at(-1);
          if (last) before = { time: last.time, id: last.id };
          more = part.length > limit;
        }
        return found;
      };
      const [found, counts] = await Promise.all([find(), store.countRejections(range)]);
      const page = found.slice(0, limit);
      const last = page.at(-1);
      const nextCursor = last && found.length > limit ? encodeCursor([last.time, last.id]) : null;
      if (nextCursor) reply.header("link", nextLink(request.url, "cursor", nextCursor));
      return {
        rejections: page.map((rejection) => rejectionRow(rejection, book.get(rejection.id))),
        counts: Object.fromEntries(counts),
        settled: Object.fromEntries(book.countSettled(range)),
        nextCursor,
      };
    },
  );
}
