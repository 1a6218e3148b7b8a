import { KotaError, messageOf } from "@kota/model";
import type { Batch, BatchRecord } from "./port.ts";
import type { Topic } from "./topic.ts";
import { untiring } from "./untiring.ts";

const READ_BYTES = 1_000_000;

/** A record of one partition, as the log has it. */
export interface StoredRecord {
  readonly offset: number;
  readonly bytes: Uint8Array;
  /** Its bytes are not those that were appended. */
  readonly damaged?: true;
  /** What was appended, where the log still has that; the bytes need not be decoded then. Not to be changed. */
  readonly values?: readonly unknown[] | undefined;
}

export interface Follower {
  /** Everything before this offset is read. */
  readonly position: number;
  grown(): void;
}

/** The records of one partition, in order, of which more come. */
export interface RecordSource {
  readonly partition: number;
  /** Offset after the last record. */
  readonly end: number;
  /** Records from an offset on, at least one if there is one, until about `maxBytes` are read. */
  read(from: number, maxBytes: number): readonly StoredRecord[];
  /** Calls `grown` whenever `end` grows. Returns how to stop that. */
  follow(follower: Follower): () => void;
}

export interface ReaderOptions<T> {
  readonly topic: Topic<T>;
  readonly source: RecordSource;
  readonly from: number;
  readonly maxValues: number;
  readonly onBatch: (batch: Batch<T>) => void | Promise<void>;
  /** Called when everything before `nextOffset` is dealt with. */
  readonly onDone?: (nextOffset: number) => void;
  readonly onError?: ((error: unknown) => void) | undefined;
}

export interface Reader {
  /** Everything before this offset is dealt with. */
  readonly position: number;
  /** Starts no further `onBatch`, and resolves when the running one has ended. */
  stop(): Promise<void>;
}

/**
 * Passes the records of one partition on in order, one batch at a time. A batch that fails is passed on again until it
 * succeeds. A record that cannot be decoded is reported and passed over: it would hold up the partition for ever.
 */
export function startReader<T>(options: ReaderOptions<T>): Reader {
  const { topic, source } = options;
  const over = new AbortController();
  const onError = (error: unknown) => options.onError?.(error);
  let position = options.from;
  // Read and decoded, but too much for the batch before it.
  let leftOver: { readonly offset: number; readonly values: readonly T[] } | undefined;
  let wake = () => {};
  const stopListening = source.follow({
    get position() {
      return position;
    },
    grown: () => wake(),
  });

  async function run(): Promise<void> {
    while (!over.signal.aborted) {
      // A reader that is far behind must leave the process time for everything else between two batches.
      await new Promise((resolve) => setImmediate(resolve));
      if (position >= source.end && !over.signal.aborted) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        continue;
      }
      let batch: Batch<T> | undefined;
      const passOn = async () => {
        batch ??= nextBatch();
        if (batch.values.length > 0) await options.onBatch(batch);
      };
      if (!(await untiring(passOn, onError, over.signal)) || !batch) return;
      position = batch.nextOffset;
      options.onDone?.(position);
    }
  }

  function nextBatch(): Batch<T> {
    let values: readonly T[] = [];
    let gathered: T[] | undefined;
    const records: BatchRecord[] = [];
    let offset = position;
    // When everything up to the end was compacted away, the end is where to go on.
    let nextOffset = source.end;
    for (const record of source.read(position, READ_BYTES)) {
      const decoded = record.offset === leftOver?.offset ? leftOver.values : decode(record);
      if (values.length > 0 && values.length + decoded.length > options.maxValues) {
        leftOver = { offset: record.offset, values: decoded };
        nextOffset = record.offset;
        break;
      }
      if (values.length === 0) {
        values = decoded;
        offset = record.offset;
      } else {
        // A copy, as those of the first record may be everybody's.
        if (!gathered) {
          gathered = [...values];
          values = gathered;
        }
        for (const value of decoded) gathered.push(value);
      }
      records.push({ offset: record.offset, end: values.length });
      nextOffset = record.offset + 1;
    }
    return { topic: topic.name, partition: source.partition, offset, nextOffset, values, records };
  }

  function decode({ offset, bytes, damaged, values }: StoredRecord): readonly T[] {
    if (values) return values as readonly T[];
    try {
      if (damaged) throw new Error("it is damaged on disk, its checksum is another");
      return topic.codec.decode(bytes);
    } catch (cause) {
      const record = `Record ${offset} of ${topic.name}, partition ${source.partition}`;
      onError(new KotaError("record_unreadable", `${record} is passed over: ${messageOf(cause)}`, { cause }));
      return [];
    }
  }

  const running = run();
  return {
    get position() {
      return position;
    },
    async stop() {
      over.abort();
      wake();
      await running;
      stopListening();
    },
  };
}
