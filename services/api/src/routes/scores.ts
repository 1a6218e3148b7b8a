import { CITY_AREA, DIMENSIONS } from "@kota/model";
import type { ScoreId } from "@kota/time-series";
import { z } from "zod";
import { type ApiContext, type App, assertFilled } from "../context.ts";
import { csvFileName, toCsv } from "../csv.ts";
import { nextLink } from "../cursor.ts";
import { explain } from "../explanation.ts";
import { isoTime, Time } from "../iso-time.ts";
import { sendsCsv } from "../negotiation.ts";
import { answers, badParameter, HttpProblem, problemResponse } from "../problem.ts";
import { formatParameter, parameters } from "../query.ts";
import { areaIds, rowAt, scoreList } from "../score-list.ts";
import { Explanation, ScoreRow } from "../score-row.ts";
import { MOST_POINTS, STEP_DESCRIPTION, stepName, stepOf } from "../step.ts";
import { QueryTime, rangeOf, rangeParameters } from "../time-range.ts";

const dimension = z.enum(DIMENSIONS).optional();
const momentParameter = QueryTime.optional().describe(
  "A moment of the past, taken to its minute: scored again from the readings that are stored, by the model and the registry of today. Left out: now",
);

const History = z
  .object({
    area: z.string(),
    dimension: z.enum(DIMENSIONS).nullable(),
    aspect: z.string().nullable(),
    indicator: z.string().nullable(),
    from: Time,
    to: Time,
    step: z.string(),
    next: Time.nullable().describe("Pass as `from` for the rest; null when there is none"),
    points: z.array(
      z.object({
        time: Time.describe("Start of the step"),
        score: z.number().nullable(),
        value: z.number().nullable(),
        coverage: z.number(),
        mean: z
          .number()
          .nullable()
          .describe("Of the scores that were published in the step; null: none is a number"),
        min: z.number().nullable(),
        max: z.number().nullable(),
      }),
    ),
  })
  .meta({ id: "ScoreHistory" });

export function scoreRoutes(app: App, context: ApiContext): void {
  const { city, store, view, devices, clock, past } = context;
  const scoresOf = async (at: number | undefined) => (at === undefined ? view : past.scores(at));
  const area = z.enum(areaIds(city)).describe("`city` is the whole city");
  const idParameters = {
    area: area.default(CITY_AREA),
    dimension,
    aspect: z.string().min(1).max(120).optional(),
    indicator: z.string().min(1).max(120).optional(),
  };

  app.get(
    "/scores",
    {
      schema: {
        summary: "The newest score of the city, of every area, dimension and aspect",
        description:
          "The overall score and the six dimensions of the city and of every area are always there; without data the score is null.",
        querystring: parameters({
          area: area.optional(),
          dimension,
          level: z.enum(["aspect", "all"]).default("aspect").describe("`all`: the indicators too"),
          at: momentParameter,
        }),
        response: answers("The scores, the city first", z.array(ScoreRow)),
      },
    },
    async ({ query }) => {
      assertFilled(view);
      const { area, dimension, level, at } = query;
      return scoreList(await scoresOf(at), city, { area, dimension, indicators: level === "all" });
    },
  );

  app.get(
    "/scores/explain",
    {
      schema: {
        summary: "A score with its parts, down to the devices",
        querystring: parameters({ ...idParameters, at: momentParameter }),
        response: answers("The score and what it was made from", Explanation),
      },
    },
    async ({ query }) => {
      assertFilled(view);
      const id = scoreId(query);
      const scores = await scoresOf(query.at);
      const score = scores.score(id);
      if (score) return explain(score, scores, devices.registered);
      if (id.aspect === null && id.indicator === null) {
        return { ...rowAt(scores, city, id.area, id.dimension), model: null, parts: [], sources: [] };
      }
      throw new HttpProblem(
        "not_found",
        `There is no score of ${Object.values(id).filter(Boolean).join(" / ")}. /v1/scores?level=all lists those that there are.`,
      );
    },
  );

  app.get(
    "/scores/history",
    {
      schema: {
        summary: "A score over time",
        querystring: parameters({
          ...idParameters,
          ...rangeParameters,
          step: z
            .string()
            .optional()
            .describe(
              `${STEP_DESCRIPTION} A step holds the last score of it, and mean, least and most of all of them.`,
            ),
          format: formatParameter,
        }),
        response: {
          200: {
            description: "The score over time",
            content: { "application/json": { schema: History }, "text/csv": { schema: z.string() } },
          },
          ...problemResponse,
        },
      },
    },
    async (request, reply) => {
      const { query } = request;
      const asCsv = sendsCsv(request, query.format);
      const id = scoreId(query);
      const range = rangeOf(query, clock());
      const stepMs = stepOf(query.step, range);
      const found = await store.scoreHistory({ ...id, ...range, stepMs, limit: MOST_POINTS + 1 });
      const points = found.slice(0, MOST_POINTS).map((point) => ({
        time: isoTime(point.time),
        score: point.score,
        value: point.value,
        coverage: point.coverage,
        mean: point.mean,
        min: point.min,
        max: point.max,
      }));
      const rest = found[MOST_POINTS];
      const next = rest ? isoTime(rest.time) : null;
      if (next) reply.header("link", nextLink(request.url, "from", next));
      const step = stepName(stepMs);
      if (!asCsv) {
        return { ...id, from: isoTime(range.from), to: isoTime(range.to), step, next, points };
      }
      reply.header(
        "content-disposition",
        `attachment; filename="${csvFileName("score", id.area, id.dimension, id.aspect, id.indicator, step)}"`,
      );
      return reply.type("text/csv; charset=utf-8").send(
        toCsv(
          [
            "time",
            "area",
            "dimension",
            "aspect",
            "indicator",
            "score",
            "value",
            "coverage",
            "mean",
            "min",
            "max",
          ],
          points.map((point) => [
            point.time,
            id.area,
            id.dimension,
            id.aspect,
            id.indicator,
            point.score,
            point.value,
            point.coverage,
            point.mean,
            point.min,
            point.max,
          ]),
        ),
      );
    },
  );
}

/** The score that a query names. */
export function scoreId(query: {
  readonly area: string;
  readonly dimension?: ScoreId["dimension"] | undefined;
  readonly aspect?: string | undefined;
  readonly indicator?: string | undefined;
}): ScoreId {
  const { area, dimension = null, aspect = null, indicator = null } = query;
  if (dimension === null && (aspect !== null || indicator !== null)) {
    throw badParameter("dimension", "an aspect or an indicator is one of a dimension: name that too");
  }
  return { area, dimension, aspect, indicator };
}
