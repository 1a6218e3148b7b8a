import type { DecodeContext } from "./adapter.ts";
import type { Collector } from "./collector.ts";
import { takeCommonValues } from "./common-values.ts";
import { excerpt } from "./explain.ts";
import type { JsonObject } from "./json.ts";
import { takeCodecFields } from "./mapping/codec-fields.ts";
import { refuse } from "./refusal.ts";

/** The payload of an uplink in a network server's own message. */
export interface LorawanPayload {
  /** What the network server decoded. */
  readonly decoded: JsonObject | undefined;
  /** What the device sent, in base64. */
  readonly raw: string | undefined;
  readonly fPort: number | undefined;
  /** When the network server received it, Unix milliseconds. */
  readonly recvTime: number;
}

/** How a network server names these things, for its users. */
export interface LorawanNames {
  readonly decoded: string;
  readonly raw: string;
  readonly fPort: string;
  /** Where one may decode instead: `Give the device a payload formatter at The Things Stack`. */
  readonly remedy: string;
}

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/**
 * Takes the values of an uplink: from its bytes when the device has a codec, else from what the network server decoded.
 * Refuses an uplink without any, and says what to do.
 */
export function takeLorawanPayload(
  collector: Collector,
  payload: LorawanPayload,
  names: LorawanNames,
  device: string,
  context: Pick<DecodeContext, "codecFor">,
): void {
  const { decoded, raw, fPort, recvTime } = payload;
  const codec = raw ? context.codecFor(device) : null;
  if (codec && raw) {
    const fields = codec.decode(
      { bytes: bytesOf(raw, names.raw, device), fPort: fPort ?? 0, recvTime },
      device,
    );
    const unknown = takeCodecFields(collector, fields, codec.mapping, device);
    if (collector.isEmpty) {
      refuse(
        "no_values",
        `The codec ${codec.name} gave no value that kota can use${whyNone(fields, unknown)} ${
          unknown.length === 0
            ? ""
            : `If one is a measurement, say in adapters/${codec.name}.mapping.yaml which metric it is: 'fields: { <name>: <metric> }'.`
        }`.trimEnd(),
        device,
      );
    }
    return;
  }
  if (decoded === undefined && raw) {
    refuse(
      "no_codec",
      `${names.decoded} is missing: only the device's bytes came (${names.fPort} ${fPort ?? "unknown"}). Give the device a codec: put its maker's as adapters/<name>.js into the city's folder, and name it in the column codec of devices.csv or with 'kota devices change <id> --codec <name>'. Or ${names.remedy}.`,
      device,
    );
  }
  if (decoded === undefined) {
    refuse("no_values", `The uplink carries no payload: neither ${names.decoded} nor ${names.raw}.`, device);
  }
  const unknown = takeCommonValues(collector, decoded, device);
  if (collector.isEmpty) {
    refuse(
      "no_values",
      unknown.length === 0
        ? `${names.decoded} is empty.`
        : `${names.decoded} has no field that kota knows the meaning of${whyNone(decoded, unknown)} If one is a measurement, give it a usual name where it is decoded, or write a mapping of this topic into the city's folder, in which it is the field '${names.decoded}.<name>'.`,
      device,
    );
  }
}

/** The end of a sentence about fields that gave nothing. */
function whyNone(fields: JsonObject, unknown: readonly string[]): string {
  if (Object.keys(fields).length === 0) return ": its data is empty.";
  return unknown.length === 0 ? ": its fields hold nothing." : `: it has ${unknown.join(", ")}.`;
}

function bytesOf(base64: string, field: string, device: string): Uint8Array {
  return BASE64.test(base64)
    ? Buffer.from(base64, "base64")
    : refuse(
        "schema_mismatch",
        `${field}: expected bytes in base64, came the text "${excerpt(base64, 40)}".`,
        device,
      );
}
