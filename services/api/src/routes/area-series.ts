import { METRICS, type MetricName } from "@kota/model";
import { z } from "zod";
import { OVER_DEVICES } from "../area-steps.ts";
import { type ApiContext, type App, assertFilled } from "../context.ts";
import { csvFileName, toCsv } from "../csv.ts";
import { isoTime, Time } from "../iso-time.ts";
import { sendsCsv } from "../negotiation.ts";
import { problemResponse } from "../problem.ts";
import { formatParameter, parameters } from "../query.ts";
import { areaIds } from "../score-list.ts";
import { STEP_DESCRIPTION, stepName } from "../step.ts";
import { rangeOf, rangeParameters } from "../time-range.ts";

const metricNames = Object.keys(METRICS) as [MetricName, ...MetricName[]];
const over = z.enum(OVER_DEVICES).describe("How the means of its devices in a step become one value");
const count = z.number().int().min(0);

const AreaSeries = z
  .object({
    area: z.string(),
    metric: z.string(),
    unit: z.string().describe("UCUM code"),
    over,
    kinds: z.array(z.string()).nullable().describe("The kinds of device that are asked; null: any"),
    devices: count.describe("That sent the metric in the range"),
    from: Time,
    to: Time,
    step: z.string(),
    points: z.array(
      z.object({
        time: Time.describe("Start of the step"),
        value: z.number(),
        min: z.number().describe("The smallest value that any device had"),
        max: z.number().describe("The largest value that any device had"),
        devices: count.describe("That sent something in the step; each counts the same"),
        count: count.describe("Readings of all of them"),
      }),
    ),
  })
  .meta({ id: "AreaSeries" });

export function areaSeriesRoutes(app: App, { city, view, areaSeries, clock }: ApiContext): void {
  app.get(
    "/areas/:area/series",
    {
      schema: {
        summary: "One metric of an area's devices over time",
        description:
          "Made of the stored readings when it is asked for; what quality rules leave out of scores is not left out here. Steps in which no device sent anything are left out: a gap stays a gap.",
        params: z.object({ area: z.enum(areaIds(city)).describe("`city` is the whole city") }),
        querystring: parameters({
          metric: z.enum(metricNames),
          ...rangeParameters,
          step: z
            .string()
            .optional()
            .describe(
              `${STEP_DESCRIPTION} Longer where its devices send more rarely, or are many: at most 500,000 steps of single devices are read. An area has no \`raw\`.`,
            ),
          over: over
            .optional()
            .describe("Left out: as the score model has it for the metric, else the median"),
          format: formatParameter,
        }),
        response: {
          200: {
            description: "The series",
            content: { "application/json": { schema: AreaSeries }, "text/csv": { schema: z.string() } },
          },
          ...problemResponse,
        },
      },
    },
    async (request, reply) => {
      const { query, params } = request;
      const asCsv = sendsCsv(request, query.format);
      assertFilled(view);
      const { metric } = query;
      const range = rangeOf(query, clock());
      const course = await areaSeries({
        ...range,
        ...{ area: params.area, metric, step: query.step, over: query.over },
      });
      const step = stepName(course.stepMs);
      const { unit } = METRICS[metric];
      const points = course.points.map((point) => ({ ...point, time: isoTime(point.time) }));
      if (!asCsv) {
        return {
          ...{ area: params.area, metric, unit, over: course.over, devices: course.devices },
          kinds: course.kinds === null ? null : [...course.kinds],
          ...{ from: isoTime(range.from), to: isoTime(range.to), step, points },
        };
      }
      reply.header(
        "content-disposition",
        `attachment; filename="${csvFileName(params.area, metric, course.over, step)}"`,
      );
      return reply.type("text/csv; charset=utf-8").send(
        toCsv(
          ["time", "area", "metric", "unit", "over", "value", "min", "max", "devices", "count"],
          points.map(({ time, value, min, max, devices, count: readings }) => [
            ...[time, params.area, metric, unit, course.over],
            ...[value, min, max, devices, readings],
          ]),
        ),
      );
    },
  );
}
