import { Readable } from "node:stream";
import { DIMENSIONS } from "@kota/model";
import {
  CHECKS,
  type EvidenceRow,
  evidenceRows,
  FITS,
  parseScoreModel,
  QUALITY_CLASSES,
  type ScoreModel,
  STANDARDS,
  standardText,
} from "@kota/scoring";
import { z } from "zod";
import type { ApiContext, App } from "../context.ts";
import { type Cell, csvFileName, csvLines } from "../csv.ts";
import { isoTime, Time } from "../iso-time.ts";
import { sendsCsv } from "../negotiation.ts";
import { badParameter, problemResponse } from "../problem.ts";
import { formatParameter, parameters } from "../query.ts";
import { STEP_DESCRIPTION, stepName, stepOf } from "../step.ts";
import { rangeOf, rangeParameters } from "../time-range.ts";

const MOST_MS = 366 * 86_400_000;
const CHUNK_ROWS = 200;

const Row = z
  .object({
    from: Time,
    to: Time.describe("The numbers are the last ones that were published in [from, to)"),
    area: z.string(),
    areaName: z.string(),
    dimension: z.enum(DIMENSIONS).nullable().describe("Null: the overall score"),
    aspect: z.string().nullable(),
    indicator: z.string().nullable(),
    title: z.string(),
    value: z.number().nullable(),
    unit: z.string().nullable(),
    score: z.number().nullable(),
    status: z.enum(["ok", "provisional", "no_data"]),
    coverage: z.number(),
    quality: z
      .enum(QUALITY_CLASSES)
      .describe("Where the data comes from, by the origin of the devices as they are registered now"),
    source: z.string().nullable().describe("Of goalposts and method"),
    standards: z
      .array(
        z.object({
          standard: z.enum(STANDARDS),
          number: z.string().nullable(),
          name: z.string(),
          fit: z.enum(FITS),
          checked: z.enum(CHECKS),
        }),
      )
      .readonly(),
  })
  .meta({ id: "EvidenceRow" });

const Evidence = z
  .object({
    city: z.string(),
    from: Time,
    to: Time,
    step: z.string(),
    model: z
      .object({ version: z.string(), hash: z.string() })
      .describe("In force now; history does not say under which model a score was published"),
    rows: z.array(Row),
  })
  .meta({ id: "Evidence" });

const COLUMNS = [
  ...[
    "from",
    "to",
    "area",
    "area_name",
    "dimension",
    "aspect",
    "indicator",
    "title",
    "value",
    "unit",
    "score",
  ],
  ...["status", "coverage", "quality", "source", "standards", "model_version", "model_hash"],
];

/** `GET /v1/evidence`: what a city can hand in. Written as it is read, so its size costs no memory. */
export function evidenceRoutes(app: App, { city, registry, store, clock }: ApiContext): void {
  const areas = city.areas.features.map(({ properties }) => properties);

  app.get(
    "/evidence",
    {
      exposeHeadRoute: false,
      schema: {
        summary: "Every indicator and score of a period, with source, quality class, coverage and standards",
        description:
          "Dimension by dimension, the city before its areas; a row for each step that has a score, one for the whole period where none has. An answer that is cut short was not finished.",
        querystring: parameters({
          ...rangeParameters,
          step: z.string().default("1d").describe(`${STEP_DESCRIPTION} A step holds the last score of it`),
          format: formatParameter,
        }),
        response: {
          200: {
            description: "The evidence",
            content: { "application/json": { schema: Evidence }, "text/csv": { schema: z.string() } },
          },
          ...problemResponse,
        },
      },
    },
    async (request, reply) => {
      const { query } = request;
      const asCsv = sendsCsv(request, query.format);
      const { from, to } = rangeOf(query, clock());
      if (to - from > MOST_MS) throw badParameter("from", "evidence is given for at most 366 days");
      const stepMs = stepOf(query.step, { from, to });
      if (stepMs === null) throw badParameter("step", "expected a length such as 1d, and got 'raw'");
      const model = parseScoreModel(city.scoreModel);
      const devices = [...registry.devices.values()];
      const rows = evidenceRows({ history: store, model, areas, devices, from, to, stepMs });
      const head = {
        city: city.settings.name,
        from: isoTime(from),
        to: isoTime(to),
        step: stepName(stepMs),
        model: { version: model.version, hash: model.hash },
      };
      const days = [from, to - 1].map((time) => isoTime(time).slice(0, 10));
      reply
        .header("cache-control", "no-store")
        .type(asCsv ? "text/csv; charset=utf-8" : "application/json; charset=utf-8");
      if (asCsv) {
        const name = csvFileName("evidence", city.settings.name, ...days);
        reply.header("content-disposition", `attachment; filename="${name}"`);
      }
      return reply.send(Readable.from(asCsv ? csvOf(rows, model) : jsonOf(rows, head)) as never);
    },
  );
}

async function* csvOf(rows: AsyncIterable<EvidenceRow>, model: ScoreModel): AsyncGenerator<string> {
  let lines: (readonly Cell[])[] = [COLUMNS];
  for await (const row of rows) {
    lines.push([
      ...[
        isoTime(row.from),
        isoTime(row.to),
        row.area,
        row.areaName,
        row.dimension,
        row.aspect,
        row.indicator,
      ],
      ...[row.title, row.value, row.unit, row.score, row.status, row.coverage, row.quality, row.source],
      ...[row.standards.map(standardText).join(" | ") || null, model.version, model.hash],
    ]);
    if (lines.length < CHUNK_ROWS) continue;
    yield csvLines(lines);
    lines = [];
  }
  yield csvLines(lines);
}

async function* jsonOf(rows: AsyncIterable<EvidenceRow>, head: object): AsyncGenerator<string> {
  yield `${JSON.stringify(head).slice(0, -1)},"rows":[`;
  let isFirst = true;
  for await (const row of rows) {
    yield `${isFirst ? "" : ","}\n${JSON.stringify({ ...row, from: isoTime(row.from), to: isoTime(row.to) })}`;
    isFirst = false;
  }
  yield "\n]}\n";
}
