import { z } from "zod";
import type { ApiContext, App } from "../context.ts";
import { decodeCursor, encodeCursor, nextLink } from "../cursor.ts";
import { answers } from "../problem.ts";
import { limitParameter, parameters } from "../query.ts";
import { CODES, RejectionRow, rejectionRow } from "../rejection-row.ts";
import { openRangeOf, rangeParameters } from "../time-range.ts";

const Place = z.tuple([z.number().int(), z.string()]);

export function rejectionRoutes(app: App, { store }: ApiContext): void {
  app.get(
    "/rejections",
    {
      schema: {
        summary: "Messages that did not become readings, newest first, with the reason",
        querystring: parameters({
          code: z.enum(CODES).optional(),
          adapter: z.string().min(1).optional(),
          device: z.string().min(1).optional(),
          topic: z.string().min(1).optional(),
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
            nextCursor: z.string().nullable(),
          }),
        ),
      },
    },
    async (request, reply) => {
      const { code, adapter, device, topic, limit, cursor } = request.query;
      const range = openRangeOf(request.query);
      const place = cursor === undefined ? undefined : decodeCursor(Place, cursor);
      const [found, counts] = await Promise.all([
        store.rejections({
          ...range,
          ...(code === undefined ? {} : { code }),
          ...(adapter === undefined ? {} : { adapter }),
          ...(device === undefined ? {} : { device }),
          ...(topic === undefined ? {} : { topic }),
          ...(place === undefined ? {} : { before: { time: place[0], id: place[1] } }),
          limit: limit + 1,
        }),
        store.countRejections(range),
      ]);
      const page = found.slice(0, limit);
      const last = page.at(-1);
      const nextCursor = last && found.length > limit ? encodeCursor([last.time, last.id]) : null;
      if (nextCursor) reply.header("link", nextLink(request.url, "cursor", nextCursor));
      return { rejections: page.map(rejectionRow), counts: Object.fromEntries(counts), nextCursor };
    },
  );
}
