import { METRICS } from "@kota/model";
import { z } from "zod";
import type { App } from "../context.ts";
import { answers } from "../problem.ts";
import { parameters } from "../query.ts";

const MetricView = z
  .object({
    name: z.string(),
    title: z.string(),
    unit: z.string().describe("UCUM code"),
    kind: z
      .enum(["gauge", "counter"])
      .describe("`counter`: a total that only grows until it wraps or is reset"),
    min: z.number().describe("Outside of min and max a value is physically impossible"),
    max: z.number(),
    decimals: z.number().int().describe("Digits after the point that are worth showing"),
  })
  .meta({ id: "Metric" });

export function metricRoutes(app: App): void {
  const catalogue = Object.entries(METRICS).map(([name, metric]) => ({ name, ...metric }));
  app.get(
    "/metrics",
    {
      schema: {
        summary: "The metric catalogue: every metric's one name and one unit",
        querystring: parameters({}),
        response: answers("The catalogue", z.array(MetricView)),
      },
    },
    () => catalogue,
  );
}
