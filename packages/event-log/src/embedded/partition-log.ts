import type { Database } from "lmdb";

type RecordKey = [topic: string, partition: number, offset: number];
export type Records = Database<Buffer, RecordKey>;

/** Each record begins with the time it was appended (8 bytes), the length of its key (2) and its key. */
const STAMP_BYTES = 8;
const HEADER_BYTES = STAMP_BYTES + 2;

/** The records of one partition. Reads see only what is durable. */
export interface PartitionLog {
  readonly partition: number;
  /** Offset after the last durable record. */
  readonly end: number;
  /** Puts a record at the returned offset; `durable` resolves when it is on disk. */
  append(
    bytes: Uint8Array,
    key: string | null,
    now: number,
  ): { readonly offset: number; readonly durable: Promise<void> };
  /** Records from an offset on, until about `bytes` are read. */
  read(from: number, maxBytes: number): { readonly offset: number; readonly bytes: Buffer }[];
  oldest(): { readonly offset: number; readonly appendedAt: number; readonly key: string } | undefined;
  remove(offset: number): Promise<boolean>;
  /** Calls `listener` whenever `end` grows. Returns how to stop that. */
  onGrow(listener: () => void): () => void;
}

export function openPartition(records: Records, topic: string, partition: number): PartitionLog {
  const [lastKey] = records.getKeys({
    start: [topic, partition, Number.MAX_SAFE_INTEGER],
    end: [topic, partition, -1],
    reverse: true,
    limit: 1,
  });
  let next = lastKey ? lastKey[2] + 1 : 0;
  let end = next;
  const listeners = new Set<() => void>();

  return {
    partition,
    get end() {
      return end;
    },
    append(bytes, key, now) {
      const offset = next++;
      const keyBytes = Buffer.from(key ?? "");
      const value = Buffer.allocUnsafe(HEADER_BYTES + keyBytes.length + bytes.length);
      value.writeDoubleBE(now, 0);
      value.writeUInt16BE(keyBytes.length, STAMP_BYTES);
      value.set(keyBytes, HEADER_BYTES);
      value.set(bytes, HEADER_BYTES + keyBytes.length);
      const durable = records.put([topic, partition, offset], value).then(() => {
        // LMDB commits in order, so everything before this offset is durable as well.
        if (offset < end) return;
        end = offset + 1;
        for (const listener of listeners) listener();
      });
      return { offset, durable };
    },
    read(from, maxBytes) {
      const found: { offset: number; bytes: Buffer }[] = [];
      let size = 0;
      for (const { key, value } of records.getRange({
        start: [topic, partition, from],
        end: [topic, partition, end],
      })) {
        found.push({ offset: key[2], bytes: value.subarray(HEADER_BYTES + value.readUInt16BE(STAMP_BYTES)) });
        size += value.length;
        if (size >= maxBytes) break;
      }
      return found;
    },
    oldest() {
      const [first] = records.getRange({
        start: [topic, partition, 0],
        end: [topic, partition, end],
        limit: 1,
      });
      if (!first) return undefined;
      const { key, value } = first;
      const keyEnd = HEADER_BYTES + value.readUInt16BE(STAMP_BYTES);
      return {
        offset: key[2],
        appendedAt: value.readDoubleBE(0),
        key: value.toString("utf8", HEADER_BYTES, keyEnd),
      };
    },
    remove: (offset) => records.remove([topic, partition, offset]),
    onGrow(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
