import { ALERTS, type Consumer, type EventLog, GROUPS } from "@kota/event-log";
import { type Logger, retrying } from "@kota/runtime";

/** Whose turn it is to watch: of all processes that ask, one has it, until it goes. */
export interface Turn {
  start(): void;
  stop(): Promise<void>;
}

/**
 * The member of a consumer group that has the one partition of a topic. What it reads does not matter.
 */
export function createTurn(deps: {
  readonly log: EventLog;
  readonly logger: Logger;
  begin(): void;
  end(): Promise<void>;
}): Turn {
  const { log, logger } = deps;
  const stopping = new AbortController();
  let consumer: Consumer | undefined;
  let joining: Promise<void> | undefined;

  async function join(): Promise<void> {
    const joined = await retrying(
      () =>
        log.consume(ALERTS, {
          group: GROUPS.watch,
          assignment: "single",
          onBatch: async () => {},
          onAssigned: async (partitions) => {
            if (partitions.length > 0) deps.begin();
          },
          onRevoked: async (partitions) => {
            if (partitions.length > 0) await deps.end();
          },
          onError: (error) => logger.warn({ err: error }, "whose turn it is to watch"),
        }),
      { signal: stopping.signal },
    );
    if (stopping.signal.aborted) return joined.stop();
    consumer = joined;
  }

  return {
    start() {
      joining = join().catch((error: unknown) => {
        if (!stopping.signal.aborted) logger.error({ err: error }, "nobody watches from this process");
      });
    },
    async stop() {
      stopping.abort();
      await joining;
      await consumer?.stop();
      await deps.end();
    },
  };
}
