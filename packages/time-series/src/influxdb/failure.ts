import { HttpError } from "@influxdata/influxdb-client";
import { KotaError, messageOf } from "@kota/model";

/** Where a store's data are, for the sentences that name it. No secrets. */
export interface Place {
  readonly url: string;
  readonly org: string;
  readonly bucket: string;
}

/** The error of a request in kota's terms: what happened, whether to try again, and what to do. */
export function asKotaError(error: unknown, place: Place, now: number): KotaError {
  if (error instanceof KotaError) return error;
  if (!(error instanceof HttpError)) {
    const reason = isAbort(error) ? "no answer in time" : networkReason(error);
    return new KotaError(
      "store_unavailable",
      `InfluxDB at ${place.url} cannot be reached: ${reason}. See that it runs and that the address is right.`,
      { cause: error },
    );
  }
  const status = error.statusCode;
  const said = `InfluxDB at ${place.url} answered ${status}: ${shortened(error.message)}`;
  if (status === 401 || status === 403) {
    return new KotaError(
      "store_refused",
      `${said}. Give kota a token that may read and write the bucket '${place.bucket}' of the organisation '${place.org}'.`,
      { cause: error },
    );
  }
  if (status === 404 || /organization name .* not found/.test(error.message)) {
    return new KotaError(
      "store_refused",
      `${said}. Make the bucket with: influx bucket create --org '${place.org}' --name '${place.bucket}'`,
      { cause: error },
    );
  }
  if (status >= 500 || status === 429 || status === 408 || status === 425) {
    const retryAfterMs = retryAfter(error, now);
    return new KotaError("store_unavailable", `${said}. It is tried again later.`, {
      cause: error,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    });
  }
  return new KotaError("store_refused", `${said}. See that the address is that of InfluxDB 2.`, {
    cause: error,
  });
}

/** A reason of InfluxDB, without the kilobytes of a line that it may repeat. */
export function shortened(message: string): string {
  return message.length > 400 ? `${message.slice(0, 200)} … ${message.slice(-190)}` : message;
}

/** `Retry-After` in milliseconds: it comes in seconds or as a date. */
function retryAfter(error: HttpError, now: number): number | undefined {
  const header = error.headers?.["retry-after"];
  if (typeof header !== "string") return undefined;
  if (/^\d+$/.test(header)) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && (error.name === "AbortError" || error.name === "TimeoutError");
}

function networkReason(error: unknown): string {
  // Node joins the reasons of several addresses of a host into one error without a message.
  if (error instanceof AggregateError) return error.errors.map(messageOf).join(", ");
  return messageOf(error);
}
