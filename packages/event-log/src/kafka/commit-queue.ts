import { type Deferred, deferred } from "../deferred.ts";

/** Sends commits one request at a time; of several for one partition only the last. */
export interface CommitQueue {
  /** Resolves when the broker has this offset or a later call's. Rejects when the partition was lost before. */
  commit(partition: number, offset: number): Promise<void>;
  /** Nothing is sent while the group changes: a commit for a partition that is lost must not reach the new owner's group. */
  hold(): void;
  /** Goes on for the partitions that are still there. */
  release(owned: ReadonlySet<number>): void;
  /** Resolves when nothing waits. */
  settled(): Promise<void>;
}

interface Waiting {
  offset: number;
  readonly done: Deferred;
}

type Offsets = readonly { readonly partition: number; readonly offset: number }[];

const RETRY_MS = { first: 100, last: 5000 };

export function commitQueue(
  send: (offsets: Offsets) => Promise<void>,
  onError: (error: unknown) => void,
  lostError: (partition: number) => Error,
): CommitQueue {
  const waiting = new Map<number, Waiting>();
  let held = false;
  let sending = false;

  async function drain(): Promise<void> {
    let pauseMs = RETRY_MS.first;
    while (waiting.size > 0 && !held) {
      const sent = [...waiting];
      const offsets = sent.map(([partition, { offset }]) => ({ partition, offset }));
      try {
        await send(offsets);
      } catch (error) {
        if (!held) onError(error);
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
        pauseMs = Math.min(RETRY_MS.last, pauseMs * 2);
        continue;
      }
      pauseMs = RETRY_MS.first;
      for (const [index, [partition, entry]] of sent.entries()) {
        // A later offset that came meanwhile goes with the next request.
        if (waiting.get(partition) !== entry || entry.offset !== offsets[index]?.offset) continue;
        waiting.delete(partition);
        entry.done.resolve();
      }
    }
  }

  function start(): void {
    if (sending) return;
    sending = true;
    void drain().finally(() => {
      sending = false;
      if (waiting.size > 0 && !held) start();
    });
  }

  return {
    commit(partition, offset) {
      let entry = waiting.get(partition);
      if (entry) entry.offset = offset;
      else {
        entry = { offset, done: deferred() };
        waiting.set(partition, entry);
      }
      if (!held) start();
      return entry.done.promise;
    },
    hold() {
      held = true;
    },
    release(owned) {
      for (const [partition, { done }] of waiting) {
        if (owned.has(partition)) continue;
        waiting.delete(partition);
        done.reject(lostError(partition));
      }
      held = false;
      if (waiting.size > 0) start();
    },
    async settled() {
      await Promise.allSettled([...waiting.values()].map(({ done }) => done.promise));
    },
  };
}
