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

/** A time whose day every month has: whether there is a 30th of a month is left to the schema. */
const PLAIN_TIME =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

/** What `UplinkText` makes of an uplink that it certainly takes, at a glance, for many in a row; null: ask it. */
export function plainUplink(json: unknown): UplinkText | null {
  if (typeof json !== "object" || json === null) return null;
  const { fPort, bytes, recvTime } = json as Record<string, unknown>;
  if (typeof fPort !== "number" || typeof bytes !== "string") return null;
  const decoded = hexBytes(bytes);
  if (decoded === null) return null;
  if (recvTime === undefined) return { fPort, bytes: decoded };
  if (typeof recvTime === "number") return { fPort, bytes: decoded, recvTime };
  if (typeof recvTime !== "string" || !PLAIN_TIME.test(recvTime)) return null;
  return { fPort, bytes: decoded, recvTime: Date.parse(recvTime) };
}

/** The value of each hexadecimal digit by its character code; -1 for all others. */
const DIGITS = Int8Array.from({ length: 128 }, (_, code) =>
  "0123456789abcdef".indexOf(String.fromCharCode(code).toLowerCase()),
);

/** Payloads are short: a loop is over before a buffer and an expression have begun. */
function hexBytes(hex: string): Uint8Array<ArrayBuffer> | null {
  if (hex.length % 2 !== 0) return null;
  const bytes = new Uint8Array(hex.length / 2);
  for (let at = 0; at < bytes.length; at++) {
    const high = DIGITS[hex.charCodeAt(2 * at)] ?? -1;
    const low = DIGITS[hex.charCodeAt(2 * at + 1)] ?? -1;
    if (high < 0 || low < 0) return null;
    bytes[at] = high * 16 + low;
  }
  return bytes;
}

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
