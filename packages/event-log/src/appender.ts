import { type Deferred, deferred } from "./deferred.ts";
import type { EventLog } from "./port.ts";
import type { Topic } from "./topic.ts";

export interface AppenderOptions {
  /** How long the first value of a batch waits for company when nothing is under way. Milliseconds. */
  readonly lingerMs?: number;
  /** A batch is not made larger than this. */
  readonly maxValues?: number;
}

/** Gathers single values into appends, in order. */
export interface Appender<T> {
  /** Resolves or rejects with the append that carries the value: all values of one append share the promise. */
  add(value: T): Promise<void>;
  /** Values that are not durable yet. */
  readonly pending: number;
  /** Resolves when everything added so far has been appended or has failed. */
  flush(): Promise<void>;
}

/**
 * One append is under way at a time, so that order holds; what comes meanwhile is the next one. Under load batches
 * grow by themselves, and an idle log gets a value after `lingerMs`. A log that would rather have fewer appends gets one
 * every {@link EventLog.appendEveryMs}, or earlier when a batch is full.
 */
export function createAppender<T>(
  log: Pick<EventLog, "append" | "appendEveryMs">,
  topic: Topic<T>,
  options: AppenderOptions = {},
): Appender<T> {
  const { lingerMs = 2, maxValues = 5000 } = options;
  const everyMs = log.appendEveryMs ?? 0;
  let begun = Number.NEGATIVE_INFINITY;
  let gathering: { values: T[]; done: Deferred } | undefined;
  const full: { values: T[]; done: Deferred }[] = [];
  let current: { values: T[]; done: Deferred } | undefined;
  let appending = false;
  let timer: NodeJS.Timeout | undefined;
  let pending = 0;
  let hurry = () => {};

  /** Ends early when a batch is full, or somebody waits for all of it. */
  function company(waitMs: number): Promise<void> {
    return new Promise((resolve) => {
      const waited = setTimeout(resolve, waitMs);
      hurry = () => {
        clearTimeout(waited);
        resolve();
      };
    });
  }

  async function drain(): Promise<void> {
    if (appending) return;
    appending = true;
    clearTimeout(timer);
    timer = undefined;
    for (;;) {
      if (everyMs > 0 && full.length === 0) {
        const waitMs = begun + everyMs - performance.now();
        if (waitMs > 0 && gathering) await company(waitMs);
        begun = performance.now();
      }
      const batch = full.shift() ?? gathering;
      if (!batch) break;
      if (batch === gathering) gathering = undefined;
      current = batch;
      try {
        await log.append(topic, batch.values);
        batch.done.resolve();
      } catch (error) {
        batch.done.reject(error);
      }
      pending -= batch.values.length;
    }
    current = undefined;
    appending = false;
  }

  return {
    add(value) {
      pending++;
      if (!gathering) {
        gathering = { values: [], done: deferred() };
        if (!appending) timer = setTimeout(drain, lingerMs);
      }
      const batch = gathering;
      batch.values.push(value);
      if (batch.values.length >= maxValues) {
        full.push(batch);
        gathering = undefined;
        hurry();
        void drain();
      }
      return batch.done.promise;
    },
    get pending() {
      return pending;
    },
    async flush() {
      const waiting = [current, ...full, gathering]
        .filter((batch) => batch !== undefined)
        .map(({ done }) => done.promise);
      hurry();
      void drain();
      await Promise.allSettled(waiting);
    },
  };
}
