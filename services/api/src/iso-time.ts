import { z } from "zod";

/** A time in an answer. */
export const Time = z.string().meta({ format: "date-time" });

/** Unix milliseconds as the API writes a time: RFC 3339, UTC, with milliseconds. */
export function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}

export function isoTimeOrNull(ms: number | null | undefined): string | null {
  return ms === null || ms === undefined ? null : isoTime(ms);
}
