import { type EventLog, openTable, type Table, type Topic } from "@kota/event-log";
import { messageOf } from "@kota/model";
import { type Logger, pause, retrying } from "@kota/runtime";

/** A compacted topic that the API holds in memory, filled in the background. */
export interface HeldTopic {
  start(): void;
  stop(): Promise<void>;
  isFilled(): boolean;
  notReady(): readonly string[];
  /** Resolves with true once it holds what was in the log at the time of the call, with false when it does not in time, or never will. */
  upToDate(timeoutMs: number): Promise<boolean>;
}

export function holdTopic<T>(options: {
  readonly log: EventLog;
  readonly topic: Topic<T>;
  /** What it holds, for a person: `the registered devices`. */
  readonly what: string;
  readonly onValue: (value: T) => void;
  /** Called once it is filled, and after each batch from then on. */
  readonly onChange?: () => void;
  readonly logger: Logger;
}): HeldTopic {
  const { log, topic, what, onValue, onChange, logger } = options;
  const stopping = new AbortController();
  let table: Table<T> | undefined;
  let trouble: string | undefined;
  let opening: Promise<void> | undefined;

  async function open(): Promise<void> {
    const opened = await retrying(
      () =>
        openTable(log, topic, {
          keep: false,
          onValue,
          onBatch: () => table && onChange?.(),
          onError: (error) => logger.warn({ err: error }, `following ${what}`),
        }),
      {
        signal: stopping.signal,
        onRetry(error, attempts) {
          trouble = `The log does not answer: ${messageOf(error)}`;
          if (attempts === 1 || attempts % 10 === 0) logger.warn({ err: error }, `waiting for ${what}`);
        },
      },
    );
    if (stopping.signal.aborted) return opened.stop();
    table = opened;
    trouble = undefined;
    onChange?.();
  }

  return {
    start() {
      opening = open().catch((error: unknown) => {
        if (stopping.signal.aborted) return;
        trouble = messageOf(error);
        logger.error({ err: error }, `reading ${what} failed`);
      });
    },
    async stop() {
      stopping.abort();
      await opening;
      await table?.stop();
    },
    isFilled: () => table !== undefined,
    async upToDate(timeoutMs) {
      const answered = new AbortController();
      const filled = async () => {
        await opening;
        return table ? table.upToDate(timeoutMs) : false;
      };
      return Promise.race([filled(), pause(timeoutMs, answered.signal).then(() => false)]).finally(() =>
        answered.abort(),
      );
    },
    notReady: () => (table ? [] : [`${what} are still being read from the log. ${trouble ?? ""}`.trim()]),
  };
}
