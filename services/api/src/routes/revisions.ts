import { DIMENSIONS } from "@kota/model";
import { z } from "zod";
import { type ApiContext, type App, assertFilled } from "../context.ts";
import { answers } from "../problem.ts";
import { limitParameter, parameters } from "../query.ts";
import { RevisionRow, revisionRow } from "../revision-row.ts";
import { areaIds } from "../score-list.ts";
import { openRangeOf, rangeParameters } from "../time-range.ts";

export function revisionRoutes(app: App, { city, view }: ApiContext): void {
  app.get(
    "/scores/revisions",
    {
      schema: {
        summary:
          "Scores of past minutes that were corrected, with what they were before, the newest correction first",
        querystring: parameters({
          area: z.enum(areaIds(city)).optional(),
          dimension: z.enum(DIMENSIONS).optional(),
          aspect: z.string().min(1).max(120).optional(),
          indicator: z.string().min(1).max(120).optional(),
          ...rangeParameters,
          limit: limitParameter({ fallback: 100, most: 10_000 }),
        }),
        response: answers("The revisions", z.array(RevisionRow)),
      },
    },
    ({ query }) => {
      assertFilled(view);
      const { from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY } = openRangeOf(query);
      const rows: RevisionRow[] = [];
      for (const revision of view.revisions()) {
        if (rows.length >= query.limit) break;
        if (revision.minute < from || revision.minute >= to) continue;
        const fits = (["area", "dimension", "aspect", "indicator"] as const).every(
          (level) => query[level] === undefined || query[level] === revision[level],
        );
        if (fits) rows.push(revisionRow(revision));
      }
      return rows;
    },
  );
}
