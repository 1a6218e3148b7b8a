import { z } from "zod";

const text = z.union([z.string(), z.number()]).transform(String);
const moment = z
  .string()
  .nullish()
  .transform((value) => {
    const time = value ? Date.parse(value) : Number.NaN;
    return Number.isNaN(time) ? null : time;
  });
const degrees = z
  .union([z.number(), z.string()])
  .nullish()
  .transform((value) => {
    const number = value === null || value === undefined || value === "" ? Number.NaN : Number(value);
    return Number.isFinite(number) ? number : null;
  });

/** A service request as GeoReport v2 gives it; what is not needed here is not looked at. */
export const Open311Request = z
  .object({
    service_request_id: text,
    status: z.string(),
    requested_datetime: moment,
    updated_datetime: moment,
    expected_datetime: moment,
    lat: degrees,
    long: degrees,
  })
  .transform((request) => ({
    id: request.service_request_id,
    isClosed: request.status.toLowerCase() === "closed",
    requested: request.requested_datetime,
    /** GeoReport has no time of closing: of a closed request, the last update is it. */
    updated: request.updated_datetime,
    expected: request.expected_datetime,
    lat: request.lat,
    lon: request.long,
  }));
/** Times are Unix milliseconds. */
export type Open311Request = z.output<typeof Open311Request>;

const DAY_MS = 86_400_000;

/**
 * Of the requests that were due by `now`, the share that was closed in time, in percent. A request is due at its expected time,
 * or after `promiseMs` when it has none; without both it is left out. Null with fewer than `least`.
 */
export function shareInTime(
  requests: readonly Open311Request[],
  now: number,
  { promiseMs, least }: { readonly promiseMs: number | undefined; readonly least: number },
): number | null {
  let due = 0;
  let inTime = 0;
  for (const { isClosed, requested, updated, expected } of requests) {
    const promised =
      expected ?? (requested !== null && promiseMs !== undefined ? requested + promiseMs : null);
    if (promised === null) continue;
    const wasInTime = isClosed && updated !== null && updated <= promised;
    // What was closed before it is due is done; what is open and not due yet says nothing.
    if (promised > now && !wasInTime) continue;
    due++;
    if (wasInTime) inTime++;
  }
  return due < least ? null : (100 * inTime) / due;
}

/** The median of the days from request to closing, of the closed ones. Null with fewer than `least`. */
export function medianDaysToClose(requests: readonly Open311Request[], least: number): number | null {
  const days = requests
    .flatMap(({ isClosed, requested, updated }) =>
      isClosed && requested !== null && updated !== null && updated >= requested
        ? [(updated - requested) / DAY_MS]
        : [],
    )
    .sort((one, other) => one - other);
  if (days.length < least) return null;
  const middle = Math.floor(days.length / 2);
  const upper = days[middle] ?? 0;
  return days.length % 2 === 1 ? upper : ((days[middle - 1] ?? 0) + upper) / 2;
}
