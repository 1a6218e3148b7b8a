import {
  type EventLog,
  GROUPS,
  MESSAGES,
  READINGS,
  REJECTIONS,
  SCORES,
  type TopicSettings,
} from "@kota/event-log";

/** Who reads which topic: the hand-overs of the flow. */
const HAND_OVERS: readonly { readonly topic: TopicSettings; readonly group: string }[] = [
  { topic: MESSAGES, group: GROUPS.normalize },
  { topic: READINGS, group: GROUPS.storeReadings },
  { topic: READINGS, group: GROUPS.score },
  { topic: SCORES, group: GROUPS.storeScores },
  { topic: REJECTIONS, group: GROUPS.storeRejections },
];

/** How far a stage is behind, over all partitions, in records of the log. */
export interface StageLag {
  readonly topic: string;
  readonly group: string;
  readonly committed: number;
  readonly end: number;
  readonly lag: number;
}

const ASK_AGAIN_MS = 1_000;

/** Asks the log how far each stage is, at most once a second however many ask. */
export function createPipelineLag(log: EventLog): () => Promise<readonly StageLag[]> {
  let asked = -Infinity;
  let answer: Promise<readonly StageLag[]> | undefined;
  return () => {
    const now = performance.now();
    if (answer && now - asked < ASK_AGAIN_MS) return answer;
    asked = now;
    answer = Promise.all(HAND_OVERS.map(({ topic, group }) => stageLag(log, topic, group)));
    return answer;
  };
}

async function stageLag(log: EventLog, topic: TopicSettings, group: string): Promise<StageLag> {
  let committed = 0;
  let end = 0;
  let lag = 0;
  for (const partition of await log.lag(topic, group)) {
    committed += partition.committed;
    end += partition.end;
    lag += Math.max(0, partition.end - partition.committed);
  }
  return { topic: topic.name, group, committed, end, lag };
}
