import type { EventLog, Tail } from "./port.ts";
import type { Topic } from "./topic.ts";

/** A compacted topic in memory: the newest value of each key, kept as the log goes on. */
export interface Table<T> {
  readonly values: ReadonlyMap<string, T>;
  /**
   * Resolves with true once the table has what was in the log at the time of the call, with false when it has not within
   * `timeoutMs`. So a value whose append was acknowledged before is seen.
   */
  upToDate(timeoutMs: number): Promise<boolean>;
  stop(): Promise<void>;
}

export interface TableOptions<T> {
  /** Whether the table keeps its values, default true; one that does not only passes them on. */
  readonly keep?: boolean;
  /** Called with each value after the table has it. */
  readonly onValue?: (value: T) => void;
  /** Called after all values of a batch. */
  readonly onBatch?: () => void;
  readonly onError?: (error: unknown) => void;
}

/** Asked for how far it is; it commits nothing. */
const NO_GROUP = "kota.table";

/** Reads the topic from its start; resolves when the table has all that was there. */
export async function openTable<T>(
  log: Pick<EventLog, "tail" | "lag">,
  topic: Topic<T>,
  options: TableOptions<T> = {},
): Promise<Table<T>> {
  const { keep = true } = options;
  const values = new Map<string, T>();
  const positions = new Map<number, number>();
  let waiting: (() => void)[] = [];
  const tail: Tail = await log.tail(topic, {
    from: "start",
    onBatch(batch) {
      for (const value of batch.values) {
        if (keep) values.set(topic.keyOf(value), value);
        options.onValue?.(value);
      }
      options.onBatch?.();
      positions.set(batch.partition, batch.nextOffset);
      const woken = waiting;
      waiting = [];
      for (const wake of woken) wake();
    },
    ...(options.onError ? { onError: options.onError } : {}),
  });
  try {
    await tail.caughtUp;
  } catch (error) {
    await tail.stop();
    throw error;
  }

  return {
    values,
    async upToDate(timeoutMs) {
      const ends = await log.lag(topic, NO_GROUP);
      const behind = () => ends.some(({ partition, end }) => (positions.get(partition) ?? 0) < end);
      let late = false;
      let wake = () => {};
      const timer = setTimeout(() => {
        late = true;
        wake();
      }, timeoutMs);
      while (behind() && !late) {
        await new Promise<void>((resolve) => {
          wake = resolve;
          waiting.push(resolve);
        });
      }
      clearTimeout(timer);
      return !behind();
    },
    stop: () => tail.stop(),
  };
}
