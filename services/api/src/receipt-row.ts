import { DIMENSIONS, QUALITY_CLASSES, type QualityClass, REPORT_WAYS } from "@kota/model";
import { LEFT_OUT, OVER_TIME } from "@kota/scoring";
import { z } from "zod";
import { Time } from "./iso-time.ts";

const head = {
  area: z.string().describe("Area id; `city` is the whole city"),
  dimension: z.enum(DIMENSIONS).nullable(),
  aspect: z.string().nullable(),
  indicator: z.string().nullable(),
  title: z.string(),
  at: Time.describe("The end of every window; a reading at this time is in it"),
  score: z.number().nullable(),
  status: z.enum(["ok", "provisional", "no_data"]),
  coverage: z.number(),
  value: z.number().nullable().describe("The indicator's own value; null above the level of an indicator"),
  unit: z.string().nullable(),
  model: z.object({ version: z.string(), hash: z.string() }),
  limits: z
    .object({ minimum: z.number(), ok: z.number() })
    .describe("Coverage below which there is no score, and below which it is provisional"),
};

const Quality = z.enum(Object.keys(QUALITY_CLASSES) as QualityClass[]);

const QualityRules = z
  .object({
    range: z.tuple([z.number(), z.number()]).readonly().nullable(),
    rate: z.object({ most: z.number(), perMs: z.number() }).nullable(),
    stuck: z.object({ forMs: z.number(), readings: z.number() }).nullable(),
    silenceMs: z.number().nullable(),
    neighbours: z.object({ z: z.number(), devices: z.number(), spread: z.number() }).nullable(),
  })
  .meta({ id: "QualityRules" });

const IndicatorReceipt = z
  .object({
    kind: z.literal("indicator"),
    ...head,
    window: z.object({ from: Time, to: Time }).describe("`from` belongs to it, `to` does not"),
    method: z.object({
      metric: z.string(),
      overTime: z.enum(OVER_TIME).describe("How the readings of a device become its value"),
      windowMs: z.number(),
      everyMs: z.number().describe("One reading covers so much of the window"),
      minCoverage: z.number(),
      overDevices: z
        .union([
          z.object({ by: z.enum(["mean", "median", "max"]) }),
          z.object({ by: z.literal("share_at_least"), threshold: z.number() }),
        ])
        .describe("How the values of the devices become one"),
      minDevices: z.number().int(),
      goalposts: z
        .array(z.tuple([z.number(), z.number()]).readonly())
        .readonly()
        .describe("[value, score], straight lines between"),
      source: z.string(),
      accuracy: Quality.describe("How exact the devices are, as a class of reports"),
      quality: QualityRules.nullable().describe("The quality rules of the metric; null: none"),
    }),
    devices: z
      .array(
        z.object({
          device: z.string(),
          leftOut: z
            .object({ code: z.enum(LEFT_OUT), reason: z.string() })
            .nullable()
            .describe("Null: it counts"),
          value: z.number().nullable(),
          coverage: z.number(),
          readings: z.number().int(),
          lastTime: Time.nullable(),
          flagged: z
            .object({ range: z.number().int(), rate: z.number().int(), stuck: z.number().int() })
            .describe("Readings in the window that were left out, by the quality rule that flagged them"),
          flaggedReadings: z
            .array(z.object({ time: Time, value: z.number(), rule: z.enum(["range", "rate"]) }))
            .readonly()
            .describe("Those that are flagged for themselves, the oldest first, at most 20"),
        }),
      )
      .readonly()
      .describe("Every device that was asked, in the order in which they are added up"),
  })
  .meta({ id: "IndicatorReceipt" });

const ReportedReceipt = z
  .object({
    kind: z.literal("reported"),
    ...head,
    state: z
      .enum(["reported", "expired", "not_reported"])
      .describe("`expired`: the newest report is too old to count. `not_reported`: there is none"),
    report: z
      .object({
        id: z.string(),
        area: z.string(),
        value: z.number(),
        period: z.object({ from: Time, to: Time, label: z.string() }),
        author: z.string(),
        date: z.string(),
        evidence: z.string().nullable(),
        quality: Quality,
        source: z.string(),
        note: z.string().nullable(),
        via: z.enum(REPORT_WAYS),
        receivedAt: Time,
        revision: z.number().int().describe("1 for the first of its period, one more for each correction"),
        countsFrom: Time,
        expires: Time,
        corrects: z
          .array(
            z.object({
              value: z.number(),
              author: z.string(),
              date: z.string(),
              evidence: z.string().nullable(),
              quality: Quality,
              receivedAt: Time,
            }),
          )
          .readonly()
          .describe("The reports that this one corrects, the oldest first"),
      })
      .nullable()
      .describe("The report that counts, or the one that expired"),
    method: z.object({
      scope: z.enum(["area", "city"]),
      validityMs: z.number(),
      goalposts: z.array(z.tuple([z.number(), z.number()]).readonly()).readonly(),
      source: z.string(),
    }),
  })
  .meta({ id: "ReportedReceipt" });

const WholeReceipt = z
  .object({
    kind: z.literal("whole"),
    ...head,
    across: z.enum(["arithmetic", "geometric"]),
    get parts(): z.ZodReadonly<z.ZodArray<typeof PartReceipt>> {
      return z.array(PartReceipt).readonly();
    },
  })
  .meta({ id: "WholeReceipt" });

const PartReceipt = z
  .object({
    id: z.string(),
    title: z.string(),
    weight: z.number(),
    asked: z.boolean().describe("False: the model has no indicators here, and nothing is missing"),
    score: z.number().nullable(),
    value: z.number().nullable(),
    coverage: z.number(),
    share: z.number(),
    contribution: z
      .number()
      .nullable()
      .describe(
        "Arithmetic: share × score, they add up to the score. Geometric: score to the power of its share, they multiply to it",
      ),
    get receipt(): z.ZodNullable<
      z.ZodUnion<[typeof IndicatorReceipt, typeof ReportedReceipt, typeof WholeReceipt]>
    > {
      return z.nullable(z.union([IndicatorReceipt, ReportedReceipt, WholeReceipt]));
    },
  })
  .meta({ id: "PartReceipt" });

/** A score opened: all that it takes to compute it again. */
export const ReceiptAnswer = z
  .object({
    receipt: z.union([IndicatorReceipt, ReportedReceipt, WholeReceipt]),
    recomputed: z.number().nullable().describe("The score again, from the evidence in the receipt alone"),
    bounds: z
      .object({ low: z.number(), high: z.number() })
      .nullable()
      .describe(
        "Scores between which the true one lies, if the quality classes hold and whatever the missing data would say; null without a score",
      ),
    published: z
      .object({ score: z.number().nullable(), at: Time })
      .nullable()
      .describe(
        "The score as it was published live; null when a past moment was asked for, or nothing was published",
      ),
  })
  .meta({ id: "ScoreReceipt" });
