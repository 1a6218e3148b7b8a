/** Why a message did not become readings. A bounded set: it is a metric label and an API filter. */
export const REJECTION_CODES = {
  empty_payload: "The payload is empty.",
  payload_too_large: "The payload is larger than the city allows.",
  not_utf8: "The payload is not valid UTF-8 text.",
  not_json: "The payload is not valid JSON.",
  no_adapter: "No adapter knows this topic and shape.",
  schema_mismatch: "The payload does not have the shape that the adapter expects.",
  checksum_wrong: "The payload's checksum does not fit: it was damaged or cut on its way.",
  not_announced:
    "The payload can only be read with an earlier message (a birth, a discovery, a list of sensors) that kota has not seen; replay it after that one came.",
  no_values: "The payload holds no value that kota can use.",
  unknown_metric: "A value has a name that the metric catalogue does not have.",
  not_a_number: "A value is not a finite number.",
  value_out_of_range: "A value is outside of what is physically possible for its metric.",
  time_invalid: "The device's time cannot be read.",
  time_too_old: "The device's time is further in the past than the city accepts.",
  time_in_future: "The device's time is in the future.",
  unknown_device: "The device is not in the registry, and the city does not adopt devices on this topic.",
  no_codec: "Only the device's bytes came, and the device has no codec that reads them.",
  codec_failed: "The device's codec reported an error, failed, or used more than a codec may use.",
  codec_suspended:
    "The device's codec is suspended for a while, because it used more than a codec may use several times in a row; replay the message when the codec is repaired.",
  report_refused: "The report does not fit the score model or the city.",
  adapter_failed: "The adapter failed on this payload: a defect in the adapter.",
  adapter_suspended:
    "The city's adapter is suspended for a while, because it did not come to an end several times; replay the message when the adapter is repaired.",
  quota_exceeded:
    "The device sends more than its quota (quotas in city.yaml). Raise it, slow the device down, and replay what is wanted.",
  store_refused: "The time series will never take this reading.",
} as const;

export type RejectionCode = keyof typeof REJECTION_CODES;

/** A message that did not become readings, kept whole with the reason, so that it can be replayed. */
export interface Rejection {
  /** Stable for the same message and reason: a replay of the log does not double it. */
  readonly id: string;
  /** When it was rejected, Unix milliseconds: the receive time of the message, so that it is the same at every replay. */
  readonly time: number;
  readonly stage: "ingest" | "normalize" | "store";
  readonly code: RejectionCode;
  /** A sentence for a person: what was expected, what came, what to do. */
  readonly reason: string;
  readonly topic: string;
  readonly source: string;
  /** The payload in base64, cut to the first 64 KiB when it was too large. */
  readonly payload: string;
  /** Length of the whole payload in bytes. */
  readonly size: number;
  readonly attributes?: Readonly<Record<string, string>>;
  /** The adapter that refused it, `id@version`, if one had claimed it. */
  readonly adapter: string | null;
  /** The device, if it was known by then. */
  readonly device: string | null;
  /** How many messages it stands for, itself included, where only a sample is kept whole. Left out: one. */
  readonly count?: number;
}
