import type { KafkaMessage } from "kafkajs";
import type { Follower, RecordSource, StoredRecord } from "../reader.ts";

/** Records of one partition that were fetched and are not dealt with yet. */
export interface FetchedRecords extends RecordSource {
  /** Whether anything was fetched: until then `end` says nothing. */
  readonly begun: boolean;
  /** Bytes that wait. */
  readonly bytes: number;
  /** Takes what was fetched, up to the offset before `next`. What it has already it leaves out. */
  push(messages: readonly KafkaMessage[], next: number): void;
  /** Forgets everything before an offset. */
  release(before: number): void;
}

export function fetchedRecords(partition: number): FetchedRecords {
  let records: StoredRecord[] = [];
  let bytes = 0;
  let end = 0;
  let begun = false;
  const followers = new Set<Follower>();

  return {
    partition,
    get begun() {
      return begun;
    },
    get bytes() {
      return bytes;
    },
    get end() {
      return end;
    },
    push(messages, next) {
      begun = true;
      for (const { offset, value } of messages) {
        const record = { offset: Number(offset), bytes: value ?? Buffer.alloc(0) };
        // A null value is Kafka's mark of a deleted key; kota writes none and has nothing to pass on for it.
        if (record.offset < end || value === null) continue;
        records.push(record);
        bytes += record.bytes.length;
      }
      if (next <= end) return;
      end = next;
      for (const follower of followers) follower.grown();
    },
    read(from, maxBytes) {
      let first = 0;
      while ((records[first]?.offset ?? from) < from) first++;
      let size = 0;
      let last = first;
      for (; last < records.length && size < maxBytes; last++) size += records[last]?.bytes.length ?? 0;
      return records.slice(first, last);
    },
    release(before) {
      let gone = 0;
      for (const record of records) {
        if (record.offset >= before) break;
        bytes -= record.bytes.length;
        gone++;
      }
      records = records.slice(gone);
    },
    follow(follower) {
      followers.add(follower);
      return () => followers.delete(follower);
    },
  };
}
