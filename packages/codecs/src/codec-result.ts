export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

/** One uplink of a LoRaWAN device. */
export interface CodecInput {
  /** LoRaWAN port, 0 to 255. */
  readonly fPort: number;
  /** The payload after decryption, at most 4,096 bytes. */
  readonly bytes: Uint8Array;
  /** When the network server received it, Unix milliseconds. It is also what `Date` tells inside of the codec. */
  readonly recvTime: number;
}

/** Why there is no data. */
export type CodecFailureCode =
  /** The codec returned errors of its own. */
  | "reported"
  /** The codec threw, and did not catch it. */
  | "threw"
  | "steps_exceeded"
  | "memory_exceeded"
  | "stack_exceeded"
  | "output_too_large"
  /** The codec returned something that is no result, or no JSON. */
  | "output_invalid"
  /** The uplink is none: a port or a time out of range, too many bytes. */
  | "input_invalid"
  /** The engine failed in a way that it should not. The codec works on. */
  | "engine_failed";

export interface CodecData {
  /** As JSON has it: `undefined` and functions are left out (null in arrays), NaN and Infinity are null. */
  readonly data: JsonObject;
  readonly warnings?: readonly string[];
  readonly errors?: undefined;
  readonly code?: undefined;
}

export interface CodecFailure {
  readonly code: CodecFailureCode;
  /** Never empty; for a person. */
  readonly errors: readonly string[];
  readonly warnings?: readonly string[];
  readonly data?: undefined;
}

export type CodecResult = CodecData | CodecFailure;

export function failure(code: CodecFailureCode, ...errors: [string, ...string[]]): CodecFailure {
  return { code, errors };
}
