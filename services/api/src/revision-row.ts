import { DIMENSIONS, type ScoreRevision } from "@kota/model";
import { z } from "zod";
import { isoTime, Time } from "./iso-time.ts";

const Numbers = z.object({
  score: z.number().nullable(),
  value: z.number().nullable(),
  coverage: z.number(),
});

export const RevisionRow = z
  .object({
    area: z.string(),
    dimension: z.enum(DIMENSIONS).nullable(),
    aspect: z.string().nullable(),
    indicator: z.string().nullable(),
    minute: Time.describe("Start of the minute whose score was corrected"),
    revision: z.number().int().describe("1 for the first correction"),
    before: Numbers.describe("As it was published before"),
    after: Numbers.describe("As it is in the score history now, until a later revision"),
    reason: z.string(),
    readings: z.number().int().describe("How many values came late"),
    devices: z.array(z.string()).readonly().describe("Some of the devices that sent them"),
    model: z.object({ version: z.string(), hash: z.string() }),
    revisedAt: Time,
  })
  .meta({ id: "ScoreRevision" });
export type RevisionRow = z.infer<typeof RevisionRow>;

export function revisionRow(revision: ScoreRevision): RevisionRow {
  return { ...revision, minute: isoTime(revision.minute), revisedAt: isoTime(revision.revisedAt) };
}
