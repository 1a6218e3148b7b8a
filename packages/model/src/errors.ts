/** Who has to act on an error: the one who called, the other side of a connection, or kota itself. */
export type Fault = "caller" | "peer" | "kota";

/** Whether trying again can help. */
export type Retry = "never" | "later";

/**
 * Every error kota raises on purpose. The code is the contract; the message is for a person and says
 * what was expected, what came and what to do.
 */
export const ERROR_CODES = {
  config_invalid: { fault: "caller", retry: "never" },
  city_invalid: { fault: "caller", retry: "never" },
  alerts_invalid: { fault: "caller", retry: "never" },
  score_model_invalid: { fault: "caller", retry: "never" },
  port_in_use: { fault: "caller", retry: "never" },
  not_found: { fault: "caller", retry: "never" },
  bad_request: { fault: "caller", retry: "never" },
  data_locked: { fault: "caller", retry: "never" },
  log_unavailable: { fault: "peer", retry: "later" },
  /** There is no room for more; it goes on by itself once there is. */
  log_full: { fault: "peer", retry: "later" },
  log_refused: { fault: "peer", retry: "never" },
  /** A value is larger than the log takes in one record; of several values, at least one is. */
  log_too_large: { fault: "peer", retry: "never" },
  store_unavailable: { fault: "peer", retry: "later" },
  store_full: { fault: "peer", retry: "later" },
  store_refused: { fault: "peer", retry: "never" },
  broker_unavailable: { fault: "peer", retry: "later" },
  broker_refused: { fault: "peer", retry: "never" },
  source_unavailable: { fault: "peer", retry: "later" },
  source_refused: { fault: "peer", retry: "never" },
  delivery_failed: { fault: "peer", retry: "later" },
  delivery_refused: { fault: "peer", retry: "never" },
  // The log let go of what a consumer had not dealt with: it was away, or behind, for longer than records are kept.
  records_expired: { fault: "caller", retry: "never" },
  record_unreadable: { fault: "kota", retry: "never" },
  closed: { fault: "kota", retry: "never" },
  internal: { fault: "kota", retry: "never" },
} as const satisfies Record<string, { fault: Fault; retry: Retry }>;

export type ErrorCode = keyof typeof ERROR_CODES;

/** The one error type that crosses package boundaries. Branch on `code`, `fault` or `retry`, never on the text. */
export class KotaError extends Error {
  readonly code: ErrorCode;
  readonly fault: Fault;
  readonly retry: Retry;
  /** Wait at least this long before trying again, when the peer said so. */
  readonly retryAfterMs: number | undefined;

  constructor(code: ErrorCode, message: string, options: { cause?: unknown; retryAfterMs?: number } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "KotaError";
    this.code = code;
    this.fault = ERROR_CODES[code].fault;
    this.retry = ERROR_CODES[code].retry;
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** The text of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
