import { z } from "zod";
import type { ApiContext, App } from "../context.ts";
import { answers } from "../problem.ts";
import { parameters } from "../query.ts";
import { openRangeOf, rangeParameters } from "../time-range.ts";

export function readingRoutes(app: App, { store }: ApiContext): void {
  app.get(
    "/readings/count",
    {
      schema: {
        summary: "How many readings are stored: distinct (device, time)",
        querystring: parameters({ device: z.string().min(1).optional(), ...rangeParameters }),
        response: answers("The count", z.object({ count: z.number().int().min(0) })),
      },
    },
    async ({ query }) => {
      const { device } = query;
      const count = await store.countReadings({
        ...openRangeOf(query),
        ...(device === undefined ? {} : { device }),
      });
      return { count };
    },
  );
}
