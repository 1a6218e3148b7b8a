import { KotaError } from "@kota/model";

/** An option that is a time: ISO 8601 with a zone, or Unix milliseconds. */
export function pointInTime(option: string, text: string): number {
  const time = /^\d{1,15}$/.test(text)
    ? Number(text)
    : /T.*(Z|[+-]\d\d:?\d\d)$/.test(text)
      ? Date.parse(text)
      : Number.NaN;
  if (!Number.isNaN(time)) return time;
  throw new KotaError(
    "bad_request",
    `--${option}: expected a time with a zone, such as 2026-11-24T08:00:00Z, or Unix milliseconds, and got '${text}'.`,
  );
}
