import type { EventLog, TopicSettings } from "@kota/event-log";
import { messageOf } from "@kota/model";
import type { Clock, Metrics } from "@kota/runtime";

/** A consumer group on a topic. */
export interface Watched {
  readonly topic: TopicSettings;
  readonly group: string;
}

export interface Progress {
  /** Asks the log how far each group is. Never rejects. */
  observe(): Promise<void>;
  /** Groups that are behind and stand still, one sentence each, as of the last {@link observe}. */
  standingStill(): readonly string[];
}

const STILL_MS = 30_000;

/** Watches that groups that are behind move on: a hung write fails nothing, it only takes for ever. */
export function createProgress(
  log: Pick<EventLog, "lag">,
  watched: readonly Watched[],
  clock: Clock,
  metrics: Pick<Metrics, "logLag">,
): Progress {
  const groups = watched.map((each) => ({ ...each, behind: 0, committed: -1, movedAt: clock() }));
  let problem: string | undefined;

  async function observeGroup(group: (typeof groups)[number]): Promise<void> {
    const lags = await log.lag(group.topic, group.group);
    let behind = 0;
    let committed = 0;
    for (const lag of lags) {
      behind += lag.end - lag.committed;
      committed += lag.committed;
    }
    if (behind === 0 || committed !== group.committed) group.movedAt = clock();
    group.behind = behind;
    group.committed = committed;
    metrics.logLag.set({ topic: group.topic.name, group: group.group }, behind);
  }

  return {
    async observe() {
      try {
        await Promise.all(groups.map(observeGroup));
        problem = undefined;
      } catch (error) {
        problem = `The log does not say how far behind the store is: ${messageOf(error)}`;
      }
    },
    standingStill() {
      const now = clock();
      const still = groups.filter(({ behind, movedAt }) => behind > 0 && now - movedAt > STILL_MS);
      const reasons = still.map(
        ({ topic, behind, movedAt }) =>
          `${behind} records of ${topic.name} wait to be stored, and none was for ${Math.round((now - movedAt) / 1000)} s.`,
      );
      return problem === undefined ? reasons : [...reasons, problem];
    },
  };
}
