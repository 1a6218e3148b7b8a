import { z } from "zod";
import { parseDescription } from "./parse-description.ts";
import { Field, path, sameTwice, shortField } from "./schema.ts";

/** Which fields of what a codec decoded are which metrics; the others are taken by their names, or not at all. */
const CodecMapping = z.strictObject({
  /** As in a mapping; null leaves a field, or a group of fields, out. */
  fields: z
    .record(path, z.union([shortField, Field, z.null()]))
    .refine((map) => sameTwice(map) === null, {
      error: (issue) =>
        `${sameTwice(issue.input as Record<string, Field | null>)} are the same metric of the same device; give one a channel`,
    })
    .default({}),
  /** Fields that are not named above: taken when their name is a common one, or left out. */
  others: z.enum(["common", "ignore"]).default("common"),
});
export type CodecMapping = z.infer<typeof CodecMapping>;

/** @throws KotaError `city_invalid` that names file, key, what was expected and what came. */
export function parseCodecMapping(text: string, file: string): CodecMapping {
  return parseDescription(CodecMapping, text, file);
}
