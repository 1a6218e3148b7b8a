import { partitionOf } from "./partition.ts";
import type { Topic } from "./topic.ts";

/** A record's bytes stay below this, so that a Kafka with default limits takes it; one larger value is alone in its record. */
const MAX_VALUES_IN_RECORD = 5000;
export const MAX_RECORD_BYTES = 900_000;

export interface LogRecord {
  readonly partition: number;
  /** Only compacted topics have keys on their records. */
  readonly key: string | null;
  readonly bytes: Uint8Array;
  /** What is in the bytes. */
  readonly values: readonly unknown[];
}

/** Groups the values of one append into records: one for each partition, or one for each value when compacted. */
export function recordsOf<T>(
  topic: Topic<T>,
  values: readonly T[],
  partitions: number,
  maxBytes = MAX_RECORD_BYTES,
): LogRecord[] {
  if (topic.cleanup !== "delete") {
    // Only the newest value of a key is worth a record.
    const newest = new Map<string, T>();
    for (const value of values) newest.set(topic.keyOf(value), value);
    return Array.from(newest, ([key, value]) => ({
      partition: partitionOf(key, partitions),
      key,
      bytes: topic.codec.encode([value]),
      values: [value],
    }));
  }
  const records: LogRecord[] = [];
  if (partitions === 1 && values.length > 0) {
    encodeInto(records, topic, 0, values, maxBytes);
    return records;
  }
  const groups = new Map<number, T[]>();
  for (const value of values) {
    const partition = partitionOf(topic.keyOf(value), partitions);
    const group = groups.get(partition);
    if (group) group.push(value);
    else groups.set(partition, [value]);
  }
  for (const [partition, group] of groups) encodeInto(records, topic, partition, group, maxBytes);
  return records;
}

function encodeInto<T>(
  records: LogRecord[],
  topic: Topic<T>,
  partition: number,
  values: readonly T[],
  maxBytes: number,
): void {
  const bytes = values.length <= MAX_VALUES_IN_RECORD ? topic.codec.encode(values) : undefined;
  if (bytes && (bytes.length <= maxBytes || values.length === 1)) {
    records.push({ partition, key: null, bytes, values });
    return;
  }
  const half = values.length >> 1;
  encodeInto(records, topic, partition, values.slice(0, half), maxBytes);
  encodeInto(records, topic, partition, values.slice(half), maxBytes);
}
