import { CITY_AREA, DIMENSIONS } from "@kota/model";
import { boundsOf, closeParts, parseScoreModel, recompute, storedReceipt } from "@kota/scoring";
import { z } from "zod";
import { type ApiContext, type App, assertFilled, assertReported } from "../context.ts";
import { isoTime } from "../iso-time.ts";
import { answers, HttpProblem } from "../problem.ts";
import { parameters } from "../query.ts";
import { ReceiptAnswer } from "../receipt-row.ts";
import { areaIds } from "../score-list.ts";
import { QueryTime } from "../time-range.ts";
import { scoreId } from "./scores.ts";

export function receiptRoutes(app: App, { city, registry, reports, store, view, clock }: ApiContext): void {
  const areas = city.areas.features.map(({ properties }) => properties);

  app.get(
    "/scores/receipt",
    {
      schema: {
        summary: "A score opened down to the devices, and recomputed from the stored readings",
        querystring: parameters({
          area: z.enum(areaIds(city)).default(CITY_AREA).describe("`city` is the whole city"),
          dimension: z.enum(DIMENSIONS).optional(),
          aspect: z.string().min(1).max(120).optional(),
          indicator: z.string().min(1).max(120).optional(),
          at: QueryTime.optional().describe(
            "A moment. Left out: that of the score that was published last, which stands beside the receipt",
          ),
          depth: z
            .enum(["all", "one"])
            .default("all")
            .describe("`one`: the parts with their numbers, not opened in turn"),
        }),
        response: answers("The receipt", ReceiptAnswer),
      },
    },
    async ({ query }) => {
      assertFilled(view);
      assertReported(reports);
      const id = scoreId(query);
      const published = query.at === undefined ? view.score(id) : undefined;
      const at = query.at ?? published?.at ?? clock();
      const receipt = await storedReceipt(
        store,
        {
          model: parseScoreModel(city.scoreModel),
          areas,
          devices: registry.inOrder(),
          reports: reports.book,
        },
        id,
        at,
      );
      if (receipt === undefined) {
        throw new HttpProblem(
          "not_found",
          `The score model has no ${Object.values(id).filter(Boolean).join(" / ")}. /v1/scores?level=all lists what there is.`,
        );
      }
      return {
        receipt: query.depth === "one" ? closeParts(receipt) : receipt,
        recomputed: recompute(receipt),
        bounds: boundsOf(receipt),
        published: published ? { score: published.score, at: isoTime(published.at) } : null,
      };
    },
  );
}
