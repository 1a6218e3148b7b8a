/** The values of the newest records of a partition, for readers who are near its end. */
export interface RecentValues {
  /** Offsets come in order. */
  hold(offset: number, values: readonly unknown[], bytes: number): void;
  at(offset: number): Held | undefined;
  /** Nobody needs what is before this offset. */
  release(before: number): void;
}

interface Held {
  readonly values: readonly unknown[];
  /** Of the record, in the log. */
  readonly bytes: number;
}

/** Beyond `maxBytes` the oldest go: a reader who is that far behind reads from disk. */
export function recentValues(maxBytes: number): RecentValues {
  const records = new Map<number, Held>();
  let held = 0;

  function drop(offset: number, { bytes }: Held): void {
    records.delete(offset);
    held -= bytes;
  }

  return {
    hold(offset, values, bytes) {
      records.set(offset, { values, bytes });
      held += bytes;
      for (const [oldest, record] of records) {
        if (held <= maxBytes) break;
        drop(oldest, record);
      }
    },
    at: (offset) => records.get(offset),
    release(before) {
      for (const [offset, record] of records) {
        if (offset >= before) break;
        drop(offset, record);
      }
    },
  };
}
