import { crc32 } from "node:zlib";
import type { Database } from "lmdb";
import type { Follower, RecordSource, StoredRecord } from "../reader.ts";
import { recentValues } from "./recent-values.ts";
import type { Writer } from "./writer.ts";

type RecordKey = [topic: string, partition: number, offset: number];
type NewestKey = [topic: string, partition: number, keyId: string];

/** The databases that partitions are kept in. */
export interface Tables {
  /**
   * Each record: the time it was appended (8 bytes), a length (1), the id of its key and a checksum of both that length
   * together, and its bytes. Records of before there were checksums have the id alone; a kota of then takes a checksum for a
   * part of the id, and reads on behind it.
   */
  readonly records: Database<Buffer, RecordKey>;
  /** Offset of the newest record of each key of a compacted topic. */
  readonly newest: Database<number, NewestKey>;
  /** Records of compacted topics of which there is a newer one. */
  readonly superseded: Database<number, RecordKey>;
}

/** Key, stamp and entries of a record beside its bytes. */
const RECORD_OVERHEAD = 128;
const STAMP_BYTES = 8;
const HEADER_BYTES = STAMP_BYTES + 1;
const CHECKSUM_BYTES = 4;
const NO_BYTES = new Uint8Array();
/** A SHA-256 in base64url; see keyId in embedded-log.ts. */
const ID_LENGTHS: ReadonlySet<number> = new Set([0, 43]);
/** Records that are looked at, or removed, in one go. */
const STEP = 128;

export interface AppendedRecord {
  /** Of records of a compacted topic: a short name of their key, as long keys make no database keys. */
  readonly keyId: string | null;
  readonly bytes: Uint8Array;
  /** What is in the bytes, if those who read it soon may have it as it is. */
  readonly values: readonly unknown[] | undefined;
}

/** The records of one partition. Reads see only what is durable. */
export interface PartitionLog extends RecordSource {
  /** Offset of the first record that is kept. */
  readonly start: number;
  /** Resolves when the records are on disk. */
  append(records: readonly AppendedRecord[], now: number): Promise<void>;
  /** Removes some records before an offset that are superseded by newer ones. Returns whether there may be more. */
  compact(before: number): Promise<boolean>;
  /**
   * Removes some records that were appended before a time, up to an offset. The last record always stays, so that the
   * partition does not forget its next offset. `held`: there are more, and only that offset holds them.
   */
  expire(appendedBefore: number, before: number): Promise<"more" | "held" | "done">;
}

export function openPartition(
  tables: Tables,
  writer: Writer,
  topic: string,
  partition: number,
  maxRecentBytes: number,
): PartitionLog {
  const { records, newest, superseded } = tables;
  const keyOf = (offset: number): RecordKey => [topic, partition, offset];
  const [lastKey] = records.getKeys({
    start: keyOf(Number.MAX_SAFE_INTEGER),
    end: keyOf(-1),
    reverse: true,
    limit: 1,
  });
  let end = lastKey ? lastKey[2] + 1 : 0;
  // Of the transaction under way, which reads do not see yet.
  let next = end;
  const fresh = new Map<string, number>();
  const recent = recentValues(maxRecentBytes);
  const followers = new Set<Follower>();

  function hold(appended: readonly AppendedRecord[], first: number): void {
    let needed = end;
    for (const { position } of followers) needed = Math.min(needed, position);
    recent.release(needed);
    if (followers.size === 0) return;
    appended.forEach(({ values, bytes }, n) => {
      if (values) recent.hold(first + n, values, bytes.length);
    });
  }

  function put({ keyId, bytes }: AppendedRecord, now: number): void {
    const offset = next++;
    const id = keyId ?? "";
    const bytesAt = HEADER_BYTES + id.length + CHECKSUM_BYTES;
    const value = Buffer.allocUnsafe(bytesAt + bytes.length);
    value.writeDoubleBE(now, 0);
    value.writeUInt8(id.length + CHECKSUM_BYTES, STAMP_BYTES);
    value.write(id, HEADER_BYTES, "latin1");
    value.set(bytes, bytesAt);
    value.writeUInt32BE(checksumOf(keyOf(offset), value, bytesAt), bytesAt - CHECKSUM_BYTES);
    void records.put(keyOf(offset), value);
    if (keyId === null) return;
    const older = fresh.get(keyId) ?? newest.get([topic, partition, keyId]);
    if (older !== undefined) void superseded.put(keyOf(older), 1);
    void newest.put([topic, partition, keyId], offset);
    fresh.set(keyId, offset);
  }

  function expired(appendedBefore: number): { readonly offset: number; readonly keyId: string }[] {
    const found: { offset: number; keyId: string }[] = [];
    for (const { key, value } of records.getRange({ start: keyOf(0), end: keyOf(end - 1), limit: STEP })) {
      if (value.readDoubleBE(0) >= appendedBefore) break;
      found.push({ offset: key[2], keyId: idOf(value) });
    }
    return found;
  }

  return {
    partition,
    get start() {
      const [first] = records.getKeys({ start: keyOf(0), end: keyOf(end), limit: 1 });
      return first ? first[2] : end;
    },
    get end() {
      return end;
    },
    append(appended, now) {
      let first = 0;
      return writer.write({
        bytes: appended.reduce((sum, { bytes }) => sum + bytes.length + RECORD_OVERHEAD, 0),
        apply() {
          first = next;
          for (const record of appended) put(record, now);
        },
        kept() {
          fresh.clear();
          hold(appended, first);
          if (end === next) return;
          end = next;
          for (const follower of followers) follower.grown();
        },
        undone() {
          fresh.clear();
          next = end;
        },
      });
    },
    read(from, maxBytes) {
      const found: StoredRecord[] = [];
      let size = 0;
      let held = recent.at(from);
      for (let offset = from; held && offset < end && size < maxBytes; held = recent.at(++offset)) {
        found.push({ offset, bytes: NO_BYTES, values: held.values });
        size += held.bytes;
      }
      if (found.length > 0) return found;
      for (const { key, value } of records.getRange({ start: keyOf(from), end: keyOf(end) })) {
        const bytesAt = HEADER_BYTES + value.readUInt8(STAMP_BYTES);
        found.push({
          offset: key[2],
          bytes: value.subarray(bytesAt),
          ...(isWhole(key, value, bytesAt) ? {} : { damaged: true }),
        });
        size += value.length;
        if (size >= maxBytes) break;
      }
      return found;
    },
    async compact(before) {
      const keys = [...superseded.getKeys({ start: keyOf(0), end: keyOf(before), limit: STEP })];
      if (keys.length === 0) return false;
      await writer.write({
        apply() {
          for (const key of keys) {
            void records.remove(key);
            void superseded.remove(key);
          }
        },
      });
      return true;
    },
    async expire(appendedBefore, before) {
      const old = expired(appendedBefore);
      const free = old.filter(({ offset }) => offset < before);
      if (free.length === 0) return old.length > 0 ? "held" : "done";
      await writer.write({
        apply() {
          for (const { offset, keyId } of free) {
            void records.remove(keyOf(offset));
            if (keyId === "") continue;
            void superseded.remove(keyOf(offset));
            const last = fresh.get(keyId) ?? newest.get([topic, partition, keyId]);
            if (last === offset) void newest.remove([topic, partition, keyId]);
          }
        },
      });
      return "more";
    },
    follow(follower) {
      followers.add(follower);
      return () => followers.delete(follower);
    },
  };
}

function idOf(value: Buffer): string {
  const length = value.readUInt8(STAMP_BYTES);
  const end = HEADER_BYTES + length - (ID_LENGTHS.has(length) ? 0 : CHECKSUM_BYTES);
  return value.toString("latin1", HEADER_BYTES, Math.max(HEADER_BYTES, end));
}

/** Of all but itself, and of the place of the record, which may be damaged as well. LMDB has no checksums. */
function checksumOf(key: RecordKey, value: Buffer, bytesAt: number): number {
  const place = crc32(key.join("/"));
  return crc32(value.subarray(bytesAt), crc32(value.subarray(0, bytesAt - CHECKSUM_BYTES), place));
}

function isWhole(key: RecordKey, value: Buffer, bytesAt: number): boolean {
  const length = bytesAt - HEADER_BYTES;
  if (ID_LENGTHS.has(length)) return true;
  if (!ID_LENGTHS.has(length - CHECKSUM_BYTES) || value.length < bytesAt) return false;
  return value.readUInt32BE(bytesAt - CHECKSUM_BYTES) === checksumOf(key, value, bytesAt);
}
