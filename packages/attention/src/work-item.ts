import type { WorkAct, WorkCondition } from "@kota/model";

export const WORK_STATUSES = ["open", "acknowledged", "snoozed", "closed"] as const;
type WorkStatus = (typeof WORK_STATUSES)[number];

/** A condition with what people did about it. Times are Unix milliseconds. */
export interface WorkItem {
  readonly condition: WorkCondition;
  readonly status: WorkStatus;
  /** Begin of the newest episode. */
  readonly since: number;
  /** Since when it is closed. */
  readonly closedAt: number | null;
  /** Who closed it; null: it is not closed, or its condition was over by itself. */
  readonly closedBy: string | null;
  /** Who acknowledged it since it last began. */
  readonly acknowledgedBy: string | null;
  readonly assignee: string | null;
  /** Null when that time has passed. */
  readonly snoozedUntil: number | null;
  /** The oldest first. */
  readonly acts: readonly WorkAct[];
}

/**
 * What is acknowledged, snoozed or closed is so for the episode in which it was done: a condition that comes back is open
 * again. Whom it is assigned to stays.
 */
export function workItemOf(condition: WorkCondition, acts: readonly WorkAct[], now: number): WorkItem {
  const ordered = acts.toSorted((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
  const episode = condition.episodes.at(-1) ?? { from: condition.at, to: condition.at };
  let acknowledgedBy: string | null = null;
  let assignee: string | null = null;
  let snoozedUntil: number | null = null;
  let closed: WorkAct | null = null;
  for (const act of ordered) {
    if (act.act === "assign") assignee = act.to;
    if (act.at < episode.from) continue;
    if (act.act === "acknowledge") acknowledgedBy = act.by;
    if (act.act === "snooze") snoozedUntil = act.until;
    if (act.act === "close") closed = act;
    if (act.act === "reopen") {
      closed = null;
      snoozedUntil = null;
    }
  }
  if (snoozedUntil !== null && snoozedUntil <= now) snoozedUntil = null;
  const closedAt = closed?.at ?? episode.to;
  return {
    condition,
    status:
      closedAt !== null
        ? "closed"
        : snoozedUntil !== null
          ? "snoozed"
          : acknowledgedBy !== null
            ? "acknowledged"
            : "open",
    since: episode.from,
    closedAt,
    closedBy: closed?.by ?? null,
    acknowledgedBy,
    assignee,
    snoozedUntil,
    acts: ordered,
  };
}

/**
 * An item as it was at a moment: what began and was done until then. Null: it had not begun. Its facts and how pressing it
 * is are those that were written down last.
 */
export function workItemAt(
  { episodes, ...condition }: WorkCondition,
  acts: readonly WorkAct[],
  at: number,
): WorkItem | null {
  const begun = episodes
    .filter(({ from }) => from <= at)
    .map(({ from, to }) => ({ from, to: to !== null && to > at ? null : to }));
  if (begun.length === 0) return null;
  return workItemOf(
    { ...condition, episodes: begun },
    acts.filter((act) => act.at <= at),
    at,
  );
}

const RANK: Readonly<Record<WorkStatus, number>> = { open: 0, acknowledged: 1, snoozed: 2, closed: 3 };

/** What to look at first: what is open before what is looked after, the most pressing first; of what is closed the newest. */
export function byUrgency(a: WorkItem, b: WorkItem): number {
  return (
    RANK[a.status] - RANK[b.status] ||
    (b.closedAt ?? 0) - (a.closedAt ?? 0) ||
    b.condition.severity - a.condition.severity ||
    b.condition.excess - a.condition.excess ||
    a.since - b.since ||
    (a.condition.id < b.condition.id ? -1 : 1)
  );
}
