/**
 * Why an index has no value. `bad_json`, `bad_request`, `unknown_index`, `unknown_pollutant` and `unknown_unit`:
 * the question is malformed. `unsupported_averaging`: the index has no table for this pollutant and averaging time.
 * `unit_mismatch`: no conversion exists. `needs_temperature`: one exists, for a stated temperature. `negative` and
 * `out_of_range`: no such quantity. `out_of_table`: the standard gives no number here. `insufficient`: too many
 * hours are missing.
 */
export type RefusalCode =
  | "bad_json"
  | "bad_request"
  | "unknown_index"
  | "unknown_pollutant"
  | "unknown_unit"
  | "unsupported_averaging"
  | "unit_mismatch"
  | "needs_temperature"
  | "negative"
  | "out_of_range"
  | "out_of_table"
  | "insufficient";

/** The answer where a standard gives none. Branch on the code; the message is for a person. */
export interface Refused {
  readonly error: {
    readonly code: RefusalCode;
    readonly message: string;
    /** The category, where it is certain although the number is not. */
    readonly category?: string;
  };
}

export function refused(code: RefusalCode, message: string, category?: string): Refused {
  return { error: category === undefined ? { code, message } : { code, message, category } };
}

export function isRefused(answer: object | number): answer is Refused {
  return typeof answer === "object" && "error" in answer;
}
