import { BinaryReader, type WireType } from "@bufbuild/protobuf/wire";

/** A value as it is on the wire; integers are without a sign until their data type is known. */
export type Raw = number | bigint | boolean | string | null;

export interface SparkplugMetric {
  readonly name: string | null;
  /** In decimal digits. */
  readonly alias: string | null;
  /** Unix milliseconds. */
  readonly timestamp: number | null;
  /** Data messages leave it out: the birth has it. */
  readonly datatype: number | null;
  readonly value: Raw;
  /** `engUnit`, or another property that names a unit. */
  readonly unit: string | null;
}

export interface SparkplugPayload {
  readonly timestamp: number | null;
  readonly seq: number | null;
  /** Set by senders that compress or wrap the payload. */
  readonly uuid: string | null;
  readonly metrics: readonly SparkplugMetric[];
}

/**
 * Reads the Protocol Buffers message `Payload` of Sparkplug B, as far as numbers need it.
 * Source: Sparkplug 3.0, section 6.4; field numbers are those of sparkplug_b.proto.
 * @throws when it is none.
 */
export function readPayload(bytes: Uint8Array): SparkplugPayload {
  const reader = new BinaryReader(bytes);
  const payload: { -readonly [K in keyof Omit<SparkplugPayload, "metrics">]: SparkplugPayload[K] } = {
    timestamp: null,
    seq: null,
    uuid: null,
  };
  const metrics: SparkplugMetric[] = [];
  fields(reader, (field, wire) => {
    switch (field) {
      case 1:
        payload.timestamp = Number(reader.uint64());
        return;
      case 2:
        metrics.push(readMetric(reader.bytes()));
        return;
      case 3:
        payload.seq = Number(reader.uint64());
        return;
      case 4:
        payload.uuid = reader.string();
        return;
      default:
        reader.skip(wire, field);
    }
  });
  return { ...payload, metrics };
}

function readMetric(bytes: Uint8Array): SparkplugMetric {
  const reader = new BinaryReader(bytes);
  const metric: { -readonly [K in keyof SparkplugMetric]: SparkplugMetric[K] } = {
    name: null,
    alias: null,
    timestamp: null,
    datatype: null,
    value: null,
    unit: null,
  };
  let isNull = false;
  fields(reader, (field, wire) => {
    switch (field) {
      case 1:
        metric.name = reader.string();
        return;
      case 2:
        metric.alias = String(reader.uint64());
        return;
      case 3:
        metric.timestamp = Number(reader.uint64());
        return;
      case 4:
        metric.datatype = reader.uint32();
        return;
      case 7:
        isNull = reader.bool();
        return;
      case 9:
        metric.unit = readUnit(reader.bytes());
        return;
      case 10:
        metric.value = reader.uint32();
        return;
      case 11:
        metric.value = BigInt(reader.uint64());
        return;
      case 12:
        metric.value = reader.float();
        return;
      case 13:
        metric.value = reader.double();
        return;
      case 14:
        metric.value = reader.bool();
        return;
      case 15:
        metric.value = reader.string();
        return;
      default:
        reader.skip(wire, field);
    }
  });
  if (isNull) metric.value = null;
  return metric;
}

const UNIT_KEYS = ["engUnit", "engineeringUnits", "Engineering Units", "unit", "units"];

/** A property set is a list of keys beside a list of values. */
function readUnit(bytes: Uint8Array): string | null {
  const reader = new BinaryReader(bytes);
  const keys: string[] = [];
  const values: (string | null)[] = [];
  fields(reader, (field, wire) => {
    if (field === 1) keys.push(reader.string());
    else if (field === 2) values.push(readText(reader.bytes()));
    else reader.skip(wire, field);
  });
  for (const key of UNIT_KEYS) {
    const value = values[keys.indexOf(key)];
    if (value) return value;
  }
  return null;
}

function readText(bytes: Uint8Array): string | null {
  const reader = new BinaryReader(bytes);
  let text: string | null = null;
  fields(reader, (field, wire) => {
    if (field === 8) text = reader.string();
    else reader.skip(wire, field);
  });
  return text;
}

function fields(reader: BinaryReader, take: (field: number, wire: WireType) => void): void {
  while (reader.pos < reader.len) {
    const [field, wire] = reader.tag();
    take(field, wire);
  }
}

/** The number of a value of this data type (Sparkplug 3.0, 6.4.16); null: it is a flag, a text or a date. */
export function numberOf(value: Raw, datatype: number | null): number | null {
  if (typeof value === "bigint") {
    if (datatype === 13) return null;
    return Number(datatype === 4 ? BigInt.asIntN(64, value) : value);
  }
  if (typeof value !== "number") return null;
  switch (datatype) {
    case 1:
      return (value << 24) >> 24;
    case 2:
      return (value << 16) >> 16;
    case 3:
      return value | 0;
    default:
      return value;
  }
}
