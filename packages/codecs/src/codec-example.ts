import { isDeepStrictEqual } from "node:util";
import { KotaError } from "@kota/model";
import { z } from "zod";
import type { CodecResult, JsonObject } from "./codec-result.ts";

const Hex = z
  .string()
  .regex(/^(?:[0-9a-fA-F]{2})*$/, "expected hexadecimal digits, two for each byte")
  .transform((hex) => Uint8Array.from(Buffer.from(hex, "hex")));

/** An uplink as a line of text has it: the bytes in hexadecimal, the time as ISO 8601 or Unix milliseconds. */
export const UplinkText = z.object({
  fPort: z.number(),
  bytes: Hex,
  recvTime: z
    .union([z.iso.datetime({ offset: true }).transform((text) => Date.parse(text)), z.number()], {
      error: "expected an ISO 8601 time or Unix milliseconds",
    })
    .optional(),
});
export type UplinkText = z.infer<typeof UplinkText>;

/** An uplink and what a codec has to make of it. Data is compared as JSON. */
const CodecExample = UplinkText.extend({
  description: z.string().optional(),
  data: z
    .custom<JsonObject>((value) => typeof value === "object" && value !== null, "expected an object")
    .optional(),
  errors: z.array(z.string()).optional(),
  warnings: z.array(z.string()).optional(),
}).refine(
  ({ data, errors }) => (data === undefined) !== (errors === undefined),
  "expected either data or errors",
);
export type CodecExample = z.infer<typeof CodecExample>;

/** Throws KotaError `city_invalid` that names every wrong example. */
export function parseCodecExamples(value: unknown): CodecExample[] {
  const parsed = z.array(CodecExample).safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(
    (issue) => `${issue.path.join(".") || "examples"}: ${issue.message}`,
  );
  throw new KotaError("city_invalid", `The examples are not valid: ${problems.join("; ")}.`);
}

/** Whether a codec made of an example what it has to. */
export function meetsExample(result: CodecResult, { data, errors, warnings }: CodecExample): boolean {
  return (
    isDeepStrictEqual(result.data, data) &&
    isDeepStrictEqual(result.errors, errors) &&
    isDeepStrictEqual(result.warnings ?? [], warnings ?? [])
  );
}
