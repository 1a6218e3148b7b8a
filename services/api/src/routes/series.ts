import { METRICS, type MetricName } from "@kota/model";
import { z } from "zod";
import { type ApiContext, type App, assertFilled } from "../context.ts";
import { csvFileName, toCsv } from "../csv.ts";
import { nextLink } from "../cursor.ts";
import { isoTime, Time } from "../iso-time.ts";
import { sendsCsv } from "../negotiation.ts";
import { HttpProblem, problemResponse } from "../problem.ts";
import { formatParameter, parameters } from "../query.ts";
import { MOST_POINTS, STEP_DESCRIPTION, stepName, stepOf } from "../step.ts";
import { rangeOf, rangeParameters } from "../time-range.ts";

const metricNames = Object.keys(METRICS) as [MetricName, ...MetricName[]];

const Series = z
  .object({
    device: z.string(),
    metric: z.string(),
    unit: z.string().describe("UCUM code"),
    from: Time,
    to: Time,
    step: z.string(),
    next: Time.nullable().describe("Pass as `from` for the rest; null when there is none"),
    points: z.array(
      z.object({
        time: Time.describe("Start of the step; of a raw series the time of the reading"),
        count: z.number().int(),
        mean: z.number(),
        min: z.number(),
        max: z.number(),
        last: z.number(),
      }),
    ),
  })
  .meta({ id: "Series" });

export function seriesRoutes(app: App, { store, view, devices, clock }: ApiContext): void {
  app.get(
    "/series",
    {
      schema: {
        summary: "One metric of one device over time",
        description: "Steps without readings are left out: a gap stays a gap.",
        querystring: parameters({
          device: z.string().min(1),
          metric: z.enum(metricNames),
          ...rangeParameters,
          step: z.string().optional().describe(STEP_DESCRIPTION),
          format: formatParameter,
        }),
        response: {
          200: {
            description: "The series",
            content: { "application/json": { schema: Series }, "text/csv": { schema: z.string() } },
          },
          ...problemResponse,
        },
      },
    },
    async (request, reply) => {
      const { query } = request;
      const asCsv = sendsCsv(request, query.format);
      const { device, metric } = query;
      const range = rangeOf(query, clock());
      const stepMs = stepOf(query.step, range);
      assertFilled(view);
      if (!devices.has(device)) {
        throw new HttpProblem(
          "not_found",
          `There is no device '${device}': it is neither in devices.csv nor has a reading of it come in.`,
        );
      }
      const found = await store.series({ device, metric, ...range, stepMs, limit: MOST_POINTS + 1 });
      const points = found.slice(0, MOST_POINTS).map((point) => ({
        time: isoTime(point.time),
        count: point.count,
        mean: point.mean,
        min: point.min,
        max: point.max,
        last: point.last,
      }));
      const rest = found[MOST_POINTS];
      const next = rest ? isoTime(rest.time) : null;
      if (next) reply.header("link", nextLink(request.url, "from", next));
      const { unit } = METRICS[metric];
      const step = stepName(stepMs);
      if (!asCsv) {
        return { device, metric, unit, from: isoTime(range.from), to: isoTime(range.to), step, next, points };
      }
      reply.header("content-disposition", `attachment; filename="${csvFileName(device, metric, step)}"`);
      return reply.type("text/csv; charset=utf-8").send(
        toCsv(
          ["time", "device", "metric", "unit", "count", "mean", "min", "max", "last"],
          points.map(({ time, count, mean, min, max, last }) => [
            time,
            device,
            metric,
            unit,
            count,
            mean,
            min,
            max,
            last,
          ]),
        ),
      );
    },
  );
}
