import type { WorkAct, WorkCondition } from "@kota/model";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { followed, NO_FACTS, SAME_EPISODE_MS, type Sighting } from "./condition.ts";
import { byUrgency, workItemAt, workItemOf } from "./work-item.ts";

const MINUTE = 60_000;
const seen: Sighting = {
  id: "bin:b1",
  reason: "bin",
  device: "b1",
  area: "leith",
  severity: 2,
  excess: 1,
  facts: { ...NO_FACTS, metric: "fill_level", value: 85 },
};
const begun = (at: number): WorkCondition => {
  const condition = followed(undefined, seen, at);
  if (!condition) throw new Error("it began");
  return condition;
};
let count = 0;
const act = (kind: WorkAct["act"], at: number, rest: Partial<WorkAct> = {}): WorkAct => ({
  kind: "act",
  id: String(count++),
  item: "bin:b1",
  act: kind,
  by: "Ani",
  at,
  note: null,
  to: null,
  until: null,
  ...rest,
});

describe("a condition", () => {
  it("is written when it begins, when it changes its severity and when it is over, and not in between", () => {
    const first = begun(1000);
    expect(first.episodes).toEqual([{ from: 1000, to: null }]);
    expect(followed(first, seen, 2000)).toBeNull();
    expect(followed(first, { ...seen, severity: 3 }, 2000)?.episodes).toEqual(first.episodes);
    const over = followed(first, null, 3000);
    expect(over?.episodes).toEqual([{ from: 1000, to: 3000 }]);
    expect(followed(over ?? undefined, null, 4000)).toBeNull();
    expect(followed(undefined, null, 1000)).toBeNull();
  });

  it("is written again with new facts after two minutes", () => {
    const fuller = { ...seen, facts: { ...seen.facts, value: 86 } };
    expect(followed(begun(0), fuller, MINUTE)).toBeNull();
    expect(followed(begun(0), fuller, 2 * MINUTE)?.facts.value).toBe(86);
    expect(followed(begun(0), seen, 60 * MINUTE)).toBeNull();
  });

  it("goes on when it comes back soon, and begins anew when it comes back later", () => {
    const over = followed(begun(0), null, MINUTE) ?? undefined;
    expect(followed(over, seen, MINUTE + SAME_EPISODE_MS - 1)?.episodes).toEqual([{ from: 0, to: null }]);
    expect(followed(over, seen, MINUTE + SAME_EPISODE_MS)?.episodes).toEqual([
      { from: 0, to: MINUTE },
      { from: MINUTE + SAME_EPISODE_MS, to: null },
    ]);
  });

  it("keeps at most twenty episodes, which never overlap, whatever comes and goes", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 1, max: 2_000_000 }), fc.boolean())), (steps) => {
        let now = 0;
        let condition: WorkCondition | undefined;
        for (const [pause, isSeen] of steps) {
          now += pause;
          condition = followed(condition, isSeen ? seen : null, now) ?? condition;
        }
        const episodes = condition?.episodes ?? [];
        expect(episodes.length).toBeLessThanOrEqual(20);
        for (const [index, { from, to }] of episodes.entries()) {
          if (index < episodes.length - 1) expect(to).not.toBeNull();
          if (to !== null) expect(to).toBeGreaterThan(from);
          const next = episodes[index + 1];
          if (next && to !== null) expect(next.from).toBeGreaterThanOrEqual(to + SAME_EPISODE_MS);
        }
      }),
    );
  });
});

describe("a work item", () => {
  const item = (acts: readonly WorkAct[], now = 10 * MINUTE, condition = begun(0)) =>
    workItemOf(condition, acts, now);

  it("is open until somebody acknowledges it", () => {
    expect(item([])).toMatchObject({ status: "open", acknowledgedBy: null, since: 0 });
    expect(item([act("acknowledge", MINUTE)])).toMatchObject({
      status: "acknowledged",
      acknowledgedBy: "Ani",
    });
  });

  it("is snoozed until the time that was given, and then what it was before", () => {
    const acts = [act("snooze", MINUTE, { until: 5 * MINUTE })];
    expect(item(acts, 5 * MINUTE - 1)).toMatchObject({ status: "snoozed", snoozedUntil: 5 * MINUTE });
    expect(item(acts, 5 * MINUTE)).toMatchObject({ status: "open", snoozedUntil: null });
  });

  it("that a person closed stays closed while its condition lasts, and can be opened again", () => {
    const acts = [act("close", MINUTE, { note: "emptied" })];
    expect(item(acts)).toMatchObject({ status: "closed", closedBy: "Ani", closedAt: MINUTE });
    expect(item([...acts, act("reopen", 2 * MINUTE)])).toMatchObject({ status: "open", closedBy: null });
  });

  it("closes by itself when its condition is over, and reopens when it comes back, with its history", () => {
    const acts = [act("acknowledge", MINUTE), act("assign", MINUTE, { to: "Budi" })];
    const over = followed(begun(0), null, 3 * MINUTE) ?? begun(0);
    expect(item(acts, 4 * MINUTE, over)).toMatchObject({
      status: "closed",
      closedBy: null,
      closedAt: 3 * MINUTE,
    });
    const back = followed(over, seen, 60 * MINUTE) ?? over;
    const again = item(acts, 61 * MINUTE, back);
    expect(again).toMatchObject({
      status: "open",
      acknowledgedBy: null,
      assignee: "Budi",
      since: 60 * MINUTE,
    });
    expect(again.acts).toHaveLength(2);
  });

  it("is the same in whatever order the acts arrive", () => {
    const acts = [act("acknowledge", 1), act("assign", 2, { to: "Budi" }), act("close", 3), act("reopen", 4)];
    fc.assert(
      fc.property(fc.shuffledSubarray(acts, { minLength: acts.length }), (order) => {
        expect(item(order)).toEqual(item(acts));
      }),
    );
  });

  it("stands before those that are looked after, and before the less pressing", () => {
    const other = (severity: 1 | 2 | 3): WorkCondition => ({ ...begun(0), id: `bin:${severity}`, severity });
    const list = [
      workItemOf(other(3), [act("acknowledge", 1)], 10),
      workItemOf(other(1), [], 10),
      workItemOf(other(2), [], 10),
    ];
    expect(list.sort(byUrgency).map(({ condition }) => condition.severity)).toEqual([2, 1, 3]);
  });
});

describe("a work item at a moment of the past", () => {
  const over = followed(begun(MINUTE), null, 5 * MINUTE) ?? begun(MINUTE);
  const back = followed(over, seen, 60 * MINUTE) ?? over;
  const acts = [act("acknowledge", 2 * MINUTE), act("close", 4 * MINUTE), act("acknowledge", 61 * MINUTE)];
  const at = (minutes: number) => workItemAt(back, acts, minutes * MINUTE);

  it("is what it was then: not there, open, acknowledged, closed, and open when it came back", () => {
    expect(at(0)).toBeNull();
    expect([1, 3, 4, 10, 60, 62].map((minutes) => at(minutes)?.status)).toEqual([
      "open",
      "acknowledged",
      "closed",
      "closed",
      "open",
      "acknowledged",
    ]);
  });

  it("knows nothing of what was done later, and not that it would be over", () => {
    expect(at(3)).toMatchObject({ closedAt: null, closedBy: null, since: MINUTE });
    expect(at(3)?.acts).toHaveLength(1);
    expect(at(3)?.condition.episodes).toEqual([{ from: MINUTE, to: null }]);
  });

  it("is what it is now when the moment is now", () => {
    expect(at(70)).toEqual(workItemOf(back, acts, 70 * MINUTE));
  });
});
