import { randomUUID } from "node:crypto";
import { byUrgency, followed, type Sighting, type WorkItem, workItemAt, workItemOf } from "@kota/attention";
import { type EventLog, WORK } from "@kota/event-log";
import type { WorkAct, WorkCondition, WorkRecord } from "@kota/model";
import type { Clock, Logger } from "@kota/runtime";
import { type HeldTopic, holdTopic } from "../held-topic.ts";
import { HttpProblem } from "../problem.ts";

/** What a person does about an item. */
export interface NewAct {
  readonly by: string;
  readonly note?: string | undefined;
  /** Whom it is assigned to. */
  readonly to?: string | null | undefined;
  /** End of a snooze, Unix milliseconds. */
  readonly until?: number | undefined;
}

/** The work list: what needs attention, and what was done about it. */
export interface WorkBook extends HeldTopic {
  /** Every item, what to look at first before the rest. */
  items(): readonly WorkItem[];
  /** Every item that had begun at a moment of the past, as it was then. */
  itemsAt(at: number): readonly WorkItem[];
  item(id: string): WorkItem | undefined;
  /**
   * Enters what a person did; resolves with the item when that is durable.
   * @throws HttpProblem `not_found`, or `conflict` when the item is not in a state for it
   */
  act(id: string, act: WorkAct["act"], details: NewAct): Promise<WorkItem>;
  /**
   * Writes down what is seen now. Only one process does.
   * @param isUnknown whether it is not known now if a condition still holds: then it stays as it is
   */
  follow(seen: readonly Sighting[], isUnknown: (condition: WorkCondition) => boolean): Promise<void>;
  /** Passes on what changed by the passing of time alone: a snooze that is over. */
  passTime(): void;
}

/** Nobody works through more than this. The oldest acts of an item are left out first. */
const MOST_ACTS = 500;

export function createWorkBook(deps: {
  readonly log: EventLog;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly onItem: (item: WorkItem) => void;
}): WorkBook {
  const { log, clock, logger } = deps;
  const conditions = new Map<string, WorkCondition>();
  const acts = new Map<string, Map<string, WorkAct>>();
  const snoozed = new Map<string, number>();

  function take(record: WorkRecord): void {
    if (record.kind === "condition") {
      const known = conditions.get(record.id);
      if (known && known.at >= record.at) return;
      conditions.set(record.id, record);
      changed(record.id);
      return;
    }
    let those = acts.get(record.item);
    if (!those) {
      those = new Map();
      acts.set(record.item, those);
    }
    if (those.has(record.id)) return;
    those.set(record.id, record);
    const oldest = those.keys().next().value;
    if (those.size > MOST_ACTS && oldest !== undefined) those.delete(oldest);
    changed(record.item);
  }

  function changed(id: string): void {
    const now = item(id);
    if (!now) return;
    if (now.snoozedUntil === null) snoozed.delete(id);
    else snoozed.set(id, now.snoozedUntil);
    if (held.isFilled()) deps.onItem(now);
  }

  function item(id: string): WorkItem | undefined {
    const condition = conditions.get(id);
    return condition && workItemOf(condition, [...(acts.get(id)?.values() ?? [])], clock());
  }

  const held = holdTopic({ log, topic: WORK, what: "The work list", onValue: take, logger });

  return {
    ...held,
    items: () => [...conditions.keys()].flatMap((id) => item(id) ?? []).sort(byUrgency),
    itemsAt: (at) =>
      [...conditions.values()]
        .flatMap(
          (condition) => workItemAt(condition, [...(acts.get(condition.id)?.values() ?? [])], at) ?? [],
        )
        .sort(byUrgency),
    item,
    async act(id, act, { by, note = null, to = null, until = null }) {
      const before = item(id);
      if (!before) throw new HttpProblem("not_found", `There is no work item '${id}'.`);
      const refusal = refusalOf(act, before, until, clock());
      if (refusal !== null) throw new HttpProblem("conflict", refusal);
      // Two acts at once: their times say which was the later one.
      const at = Math.max(clock(), (before.acts.at(-1)?.at ?? 0) + 1);
      const record: WorkAct = { kind: "act", id: randomUUID(), item: id, act, by, at, note, to, until };
      await log.append(WORK, [record]);
      take(record);
      return item(id) ?? before;
    },
    async follow(seen, isUnknown) {
      const now = clock();
      const ids = new Set(seen.map(({ id }) => id));
      const records = seen.flatMap((sighting) => followed(conditions.get(sighting.id), sighting, now) ?? []);
      for (const condition of conditions.values()) {
        if (ids.has(condition.id) || isUnknown(condition)) continue;
        const over = followed(condition, null, now);
        if (over) records.push(over);
      }
      if (records.length === 0) return;
      await log.append(WORK, records);
      for (const record of records) take(record);
    },
    passTime() {
      const now = clock();
      for (const [id, until] of snoozed) if (until <= now) changed(id);
    },
  };
}

function refusalOf(
  act: WorkAct["act"],
  { status, condition }: WorkItem,
  until: number | null,
  now: number,
): string | null {
  const isOver = condition.episodes.at(-1)?.to !== null;
  if (act === "reopen") {
    if (isOver) return "Its condition is over; it opens by itself when that comes back.";
    return status === "open" || status === "acknowledged" ? "It is open." : null;
  }
  if (act === "snooze" && (until === null || until <= now)) return "A snooze ends in the future.";
  if (status === "closed" && act !== "note" && act !== "assign") {
    return isOver ? "It is closed: its condition is over." : "It is closed; reopen it first.";
  }
  return null;
}
