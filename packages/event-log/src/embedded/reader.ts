import type { Batch } from "../port.ts";
import type { Topic } from "../topic.ts";
import type { PartitionLog } from "./partition-log.ts";

const READ_BYTES = 1_000_000;
const RETRY_MS = { first: 50, last: 5000 };

export interface ReaderOptions<T> {
  readonly topic: Topic<T>;
  readonly log: PartitionLog;
  readonly from: number;
  readonly maxValues: number;
  readonly onBatch: (batch: Batch<T>) => void | Promise<void>;
  /** Called after `onBatch` resolved. */
  readonly onDone?: (nextOffset: number) => void;
  readonly onError?: (error: unknown) => void;
}

export interface Reader {
  /** Offset of the next record that has not been passed on. */
  readonly position: number;
  /** Resolves when the running `onBatch`, if any, has ended. */
  stop(): Promise<void>;
}

/** Passes the records of one partition on in order, one batch at a time, and waits for more at the end. */
export function startReader<T>(options: ReaderOptions<T>): Reader {
  const { topic, log } = options;
  let position = options.from;
  let stopped = false;
  let wake = () => {};
  const stopListening = log.onGrow(() => wake());

  async function run(): Promise<void> {
    let failures = 0;
    while (!stopped) {
      // A reader that is far behind must leave the process time for everything else between two batches.
      await new Promise((resolve) => setImmediate(resolve));
      if (stopped) return;
      if (position >= log.end) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        continue;
      }
      try {
        const batch = readBatch();
        if (batch.values.length > 0) await options.onBatch(batch);
        position = batch.nextOffset;
        failures = 0;
        options.onDone?.(position);
      } catch (error) {
        options.onError?.(error);
        if (stopped) return;
        const pauseMs = Math.min(RETRY_MS.last, RETRY_MS.first * 2 ** failures++);
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, pauseMs);
          wakeOnStop = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
    }
  }
  let wakeOnStop = () => {};

  function readBatch(): Batch<T> {
    const values: T[] = [];
    const start = position;
    let nextOffset = log.end;
    const records = log.read(start, READ_BYTES);
    for (const record of records) {
      const decoded = topic.codec.decode(record.bytes);
      if (values.length > 0 && values.length + decoded.length > options.maxValues) {
        nextOffset = record.offset;
        break;
      }
      for (const value of decoded) values.push(value);
      nextOffset = record.offset + 1;
    }
    return { topic: topic.name, partition: log.partition, offset: start, nextOffset, values };
  }

  const running = run();
  return {
    get position() {
      return position;
    },
    async stop() {
      stopped = true;
      wake();
      wakeOnStop();
      await running;
      stopListening();
    },
  };
}
