import { type EventLog, REPLAYS } from "@kota/event-log";
import type { RejectionCode, Replay } from "@kota/model";
import type { Logger } from "@kota/runtime";
import type { TimeRange } from "@kota/time-series";
import { type HeldTopic, holdTopic } from "./held-topic.ts";

/** Which rejections were replayed. */
export interface ReplayBook extends HeldTopic {
  get(rejectionId: string): Replay | undefined;
  /** Whether nothing is left to do for a rejection: it gave readings, or another rejection stands in its place. */
  isSettled(rejectionId: string): boolean;
  /** How many settled rejections of each code there are in the range. */
  countSettled(range: Partial<TimeRange>): ReadonlyMap<RejectionCode, number>;
  /** Resolves when that is durable. */
  enter(replays: readonly Replay[]): Promise<void>;
}

export function createReplayBook(log: EventLog, logger: Logger): ReplayBook {
  const replays = new Map<string, Replay>();
  const take = (replay: Replay) => void replays.set(replay.id, replay);
  const settles = (replay: Replay | undefined) => replay !== undefined && replay.outcome !== "undecided";
  return {
    ...holdTopic({ log, topic: REPLAYS, what: "The replays", onValue: take, logger }),
    get: (id) => replays.get(id),
    isSettled: (id) => settles(replays.get(id)),
    countSettled({ from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY }) {
      const counts = new Map<RejectionCode, number>();
      for (const replay of replays.values()) {
        if (!settles(replay) || replay.time < from || replay.time >= to) continue;
        counts.set(replay.code, (counts.get(replay.code) ?? 0) + 1);
      }
      return counts;
    },
    async enter(entries) {
      if (entries.length === 0) return;
      await log.append(REPLAYS, entries);
      for (const replay of entries) take(replay);
    },
  };
}
