import type { WorkItem } from "../api-types.ts";

const RANK: Readonly<Record<WorkItem["status"], number>> = {
  open: 0,
  acknowledged: 1,
  snoozed: 2,
  closed: 3,
};

/** The list with the items that the stream brought: those that were closed go, the rest stands in the API's order. */
export function mergeWork(items: readonly WorkItem[], changes: readonly WorkItem[]): readonly WorkItem[] {
  const byId = new Map(items.map((item) => [item.id, item]));
  for (const change of changes) {
    if (change.status === "closed") byId.delete(change.id);
    else byId.set(change.id, change);
  }
  return [...byId.values()].sort(
    (a, b) =>
      RANK[a.status] - RANK[b.status] ||
      b.severity - a.severity ||
      b.excess - a.excess ||
      (a.since < b.since ? -1 : a.since > b.since ? 1 : 0) ||
      (a.id < b.id ? -1 : 1),
  );
}
