import type { LateArrivals } from "./late-arrivals.ts";
import type { LiveWindows } from "./live-windows.ts";
import type { PublishedMinutes } from "./published-minutes.ts";
import type { PublishedScores } from "./published-scores.ts";
import type { Revisions } from "./revisions.ts";

/** All that belongs to one assignment of the partitions. It is given up as a whole when they are revoked. */
export interface Reign {
  readonly live: LiveWindows;
  readonly published: PublishedScores;
  readonly minutes: PublishedMinutes;
  readonly late: LateArrivals;
  readonly revisions: Revisions;
  readonly over: AbortController;
  /** Where each partition ended when the reign began: until there, readings are the past read back. */
  readonly readBackTo: Map<number, number>;
  readonly committed: Map<number, number>;
  /** The last one. It never rejects. */
  publication: Promise<void>;
  touched: Set<string>;
  /** Receive time of the oldest reading of each batch that is not in a published score yet. */
  waiting: number[];
  lastBatchAt: number;
  evaluateAll: boolean;
}
