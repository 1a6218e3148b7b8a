import type { EventLog } from "./port.ts";
import type { Topic } from "./topic.ts";

/** Passes on all that a topic has by now, from its start; resolves when that is done. It commits nothing. */
export async function readTopic<T>(
  log: Pick<EventLog, "tail">,
  topic: Topic<T>,
  take: (values: readonly T[]) => void,
): Promise<void> {
  const tail = await log.tail(topic, { from: "start", onBatch: ({ values }) => take(values) });
  try {
    await tail.caughtUp;
  } finally {
    await tail.stop();
  }
}
