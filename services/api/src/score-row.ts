import { DIMENSIONS, type ReportUse, type Score } from "@kota/model";
import { z } from "zod";
import { isoTime, Time } from "./iso-time.ts";
import { ReportRow, reportRow } from "./report-row.ts";

// The ranges are stated and not checked: a rounding error above 1 is no reason to give no answer.
const Points = z.number().meta({ minimum: 0, maximum: 100 });
const Share = z.number().meta({ minimum: 0, maximum: 1 });

const scoreFields = {
  area: z.string().describe("Area id; `city` is the whole city"),
  dimension: z.enum(DIMENSIONS).nullable().describe("Null: the overall score of the area"),
  aspect: z.string().nullable(),
  indicator: z.string().nullable(),
  title: z.string(),
  score: Points.nullable().describe("0 (worst) to 100 (best); null without data"),
  status: z.enum(["ok", "provisional", "no_data"]),
  coverage: Share.describe("Share of what the model asks for that was there"),
  at: Time.nullable().describe("When it was computed; null when it has not been yet"),
  value: z.number().nullable().describe("The indicator's own value; null above the level of an indicator"),
  unit: z.string().nullable().describe("UCUM unit of the value"),
  explanation: z.string(),
  devices: z.number().int().min(0).describe("How many devices it was made from"),
  readings: z.number().int().min(0).describe("How many readings it was made from"),
  reported: z
    .object({
      state: z
        .enum(["reported", "expired", "not_reported"])
        .describe("`expired`: the newest report is too old to count. `not_reported`: there is none"),
      report: ReportRow.nullable().describe("The report that counts, or the one that expired"),
    })
    .nullable()
    .describe("Of an indicator that is reported instead of measured; null for every other score"),
};

export const ScoreRow = z.object(scoreFields).meta({ id: "Score" });
export type ScoreRow = z.infer<typeof ScoreRow>;

const Source = z
  .object({
    device: z.string(),
    name: z.string().nullable(),
    origin: z.enum(["live", "recorded", "simulated"]).nullable(),
    attribution: z.string().nullable(),
    metric: z.string(),
    unit: z.string().nullable().describe("UCUM unit of the metric"),
    value: z.number().describe("The device's value over the window, in the unit of the indicator"),
    readings: z.number().int().min(0),
    lastTime: Time.describe("Event time of its newest reading"),
  })
  .meta({ id: "ScoreSource" });
export type Source = z.infer<typeof Source>;

/** A score with what it was made from, down to the devices. */
export const Explanation = z.object({
  ...scoreFields,
  model: z
    .object({ version: z.string(), hash: z.string() })
    .nullable()
    .describe("The score model that it was made with; null when it has not been yet"),
  get parts(): z.ZodArray<typeof Part> {
    return z.array(Part);
  },
  sources: z.array(Source).describe("The devices behind an indicator, worst first, at most 20"),
});
export type Explanation = z.infer<typeof Explanation>;

const Part = z.object({
  id: z.string(),
  title: z.string(),
  score: Points.nullable(),
  weight: z.number(),
  share: Share.describe("Share of the weight after parts without data were left out"),
  coverage: Share,
  contribution: z
    .number()
    .nullable()
    .describe(
      "Share × score. Under a weighted mean these add up to the score above; a geometric mean is below their sum",
    ),
  /** The part as a score of its own; null when that has not been published. */
  get detail(): z.ZodNullable<typeof Explanation> {
    return z.nullable(Explanation);
  },
});
export type Part = z.infer<typeof Part>;

z.globalRegistry.add(Explanation, { id: "ScoreExplanation" });
z.globalRegistry.add(Part, { id: "ScorePart" });

export function scoreRow(score: Score): ScoreRow {
  return {
    area: score.area,
    dimension: score.dimension,
    aspect: score.aspect,
    indicator: score.indicator,
    title: score.title,
    score: score.score,
    status: score.status,
    coverage: score.coverage,
    at: isoTime(score.at),
    value: score.value,
    unit: score.unit,
    explanation: score.explanation,
    devices: score.devices,
    readings: score.readings,
    reported: score.reported ? reportedOf(score.reported) : null,
  };
}

/** The row of a score that has not been published: it says so, and gives no number. */
export function unscoredRow(area: string, dimension: ScoreRow["dimension"], title: string): ScoreRow {
  return {
    area,
    dimension,
    aspect: null,
    indicator: null,
    title,
    score: null,
    status: "no_data",
    coverage: 0,
    at: null,
    value: null,
    unit: null,
    explanation: "Nothing has been scored here yet.",
    devices: 0,
    readings: 0,
    reported: null,
  };
}

function reportedOf({ state, report, revision }: ReportUse): ScoreRow["reported"] {
  return { state, report: report && reportRow({ report, revision, supersededAt: null }) };
}
