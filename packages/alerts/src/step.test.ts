import type { AlertRecord } from "@kota/model";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { delivered, dueAt, waitingFor, withoutChannels } from "./outbox.ts";
import type { AlertRule } from "./rule.ts";
import { ended, HISTORY, newAlert, step } from "./step.ts";
import { BIN_RULE as RULE } from "./test-rule.ts";

const MINUTE = 60_000;
interface Look {
  readonly at: number;
  readonly value: number | null;
  readonly maintenance?: string | null;
}

/** The records after each look. */
function run(
  looks: readonly Look[],
  rule: AlertRule = RULE,
  start = newAlert(rule.id, "b1", 0),
): AlertRecord[] {
  let record = start;
  return looks.map(({ at, value, maintenance = null }) => {
    record = step(rule, record, { value, time: at }, { now: at, maintenance, channels: ["ops"] });
    return record;
  });
}
const everyMinute = (...values: (number | null)[]): Look[] =>
  values.map((value, index) => ({ at: index * MINUTE, value }));
const quick: AlertRule = { ...RULE, forMs: 0 };
const statesOf = (records: readonly AlertRecord[]) => records.map(({ state }) => state);
const newsOf = (record: AlertRecord | undefined) =>
  record?.outbox.flatMap(({ event }) => event.news ?? []) ?? [];

describe("an alert", () => {
  it("fires only after its value was too far for as long as the rule asks", () => {
    const states = statesOf(run(everyMinute(...Array(12).fill(95))));
    expect(states.slice(0, 10)).toEqual(Array(10).fill("pending"));
    expect(states.slice(10)).toEqual(["firing", "firing"]);
    expect(statesOf(run(everyMinute(95, 95, 85, 95)))).toEqual(["pending", "pending", "ok", "pending"]);
  });

  it("stays what it is between the two limits, and is over at the lower one", () => {
    expect(statesOf(run(everyMinute(89, 91, 85, 80.1, 80, 85, 91), quick))).toEqual([
      "ok",
      "firing",
      "firing",
      "firing",
      "cleared",
      "cleared",
      "firing",
    ]);
  });

  it("works the other way round for a rule on what is below", () => {
    const low: AlertRule = { ...quick, side: "below", threshold: 10, clear: 20 };
    expect(statesOf(run(everyMinute(15, 9, 15, 20, 15), low))).toEqual([
      "ok",
      "firing",
      "firing",
      "cleared",
      "cleared",
    ]);
  });

  it("without data is in a state of its own, and remembers that it fired", () => {
    const records = run(everyMinute(95, null, 85, null, 70), quick);
    expect(statesOf(records)).toEqual(["firing", "no_data", "firing", "no_data", "cleared"]);
    expect(records.map(({ active }) => active)).toEqual([true, true, true, true, false]);
    expect(records[2]?.firingSince).toBe(0);
  });

  it("takes a value that is too old for none", () => {
    const record = step(
      quick,
      newAlert("r", "b1", 0),
      { value: 95, time: 0 },
      { now: 3_600_001, maintenance: null, channels: [] },
    );
    expect(record.state).toBe("no_data");
    const forEver = { ...quick, noDataAfterMs: null };
    expect(
      step(
        forEver,
        newAlert("r", "b1", 0),
        { value: 95, time: 0 },
        { now: 3_600_001, maintenance: null, channels: [] },
      ).state,
    ).toBe("firing");
  });

  it("is told when it begins and when it is over, and recorded each time it changes", () => {
    const last = run(everyMinute(95, 95, 70, 70), quick).at(-1);
    expect(last?.outbox.map(({ event, to }) => [event.id, event.news, to])).toEqual([
      ["bin-full@b1#1", "firing", [HISTORY, "ops"]],
      ["bin-full@b1#2", "cleared", [HISTORY, "ops"]],
    ]);
  });

  it("says that data is missing only when the rule asks for it, and then also that it is back", () => {
    expect(newsOf(run(everyMinute(50, null, null, 50), quick).at(-1))).toEqual(["no_data", "cleared"]);
    const silent = { ...quick, tellNoData: false };
    const last = run(everyMinute(50, null, 50), silent).at(-1);
    expect(newsOf(last)).toEqual([]);
    expect(last?.outbox.map(({ event, to }) => [event.to, to])).toEqual([
      ["no_data", [HISTORY]],
      ["ok", [HISTORY]],
    ]);
  });

  it("in maintenance is recorded and not told, and told at its end if it still is so", () => {
    const during = run(
      [
        { at: 0, value: 95, maintenance: "works" },
        { at: MINUTE, value: 95, maintenance: "works" },
      ],
      quick,
    ).at(-1);
    expect(newsOf(during)).toEqual([]);
    expect(during?.outbox[0]?.event).toMatchObject({ to: "firing", maintenance: "works" });
    expect(newsOf(run([{ at: 2 * MINUTE, value: 95 }], quick, during)[0])).toEqual(["firing"]);
    expect(newsOf(run([{ at: 2 * MINUTE, value: 70 }], quick, during)[0])).toEqual([]);
  });

  it("that was told before a maintenance window and is over in it is told to be over after it", () => {
    const records = run(
      [
        { at: 0, value: 95 },
        { at: MINUTE, value: 70, maintenance: "works" },
        { at: 2 * MINUTE, value: 70 },
      ],
      quick,
    );
    expect(newsOf(records[1])).toEqual(["firing"]);
    expect(newsOf(records[2])).toEqual(["firing", "cleared"]);
  });

  it("whose rule or device is no more is over", () => {
    const firing = run(everyMinute(95), quick)[0] ?? newAlert("r", "s", 0);
    const over = ended(firing, { now: MINUTE, maintenance: null, channels: ["ops"] });
    expect(over).toMatchObject({ state: "cleared", active: false, told: null });
    expect(newsOf(over)).toEqual(["firing", "cleared"]);
  });
});

const looks = fc
  .array(
    fc.record({
      pause: fc.integer({ min: 1, max: 20 * MINUTE }),
      value: fc.option(fc.double({ min: 60, max: 110, noNaN: true }), { freq: 8 }),
      maintenance: fc.option(fc.constant("works"), { freq: 3 }),
    }),
    { maxLength: 60 },
  )
  .map((steps) => {
    let at = 0;
    return steps.map(({ pause, value, maintenance }): Look => {
      at += pause;
      return { at, value, maintenance };
    });
  });

describe("whatever the values are, an alert", () => {
  it("never begins or ends to fire because of a value between the two limits", () => {
    fc.assert(
      fc.property(looks, (those) => {
        let before = newAlert(RULE.id, "b1", 0);
        for (const [index, after] of run(those).entries()) {
          const value = those[index]?.value ?? null;
          if (value === null || (value > 80 && value <= 90)) expect(after.active).toBe(before.active);
          before = after;
        }
      }),
    );
  });

  it("fires only when every look of the time that the rule asks for was too far", () => {
    fc.assert(
      fc.property(looks, (those) => {
        const records = run(those);
        records.forEach((record, index) => {
          if (!record.active || records[index - 1]?.active) return;
          let first = index;
          while (first > 0 && (those[first - 1]?.value ?? 0) > 90) first -= 1;
          expect((those[index]?.at ?? 0) - (those[first]?.at ?? 0)).toBeGreaterThanOrEqual(RULE.forMs);
        });
      }),
    );
  });

  it("is told in turn that it fires and that it is over, and of an end only after a begin", () => {
    fc.assert(
      fc.property(looks, (those) => {
        let told: string | null = null;
        let count = 0;
        // Each look with an empty outbox, so that nothing is left out.
        let record = newAlert(RULE.id, "b1", 0);
        for (const look of those) {
          [record = record] = run([look], RULE, { ...record, outbox: [] });
          for (const { event } of record.outbox) {
            expect(event.id).toBe(`bin-full@b1#${++count}`);
            if (event.news === null) continue;
            expect(look.maintenance ?? null).toBeNull();
            expect(event.news).not.toBe(told);
            if (event.news === "cleared") expect(told).not.toBeNull();
            told = event.news === "cleared" ? null : event.news;
          }
        }
      }),
    );
  });

  it("changes nothing when it is looked at again at the same time", () => {
    fc.assert(
      fc.property(looks, (those) => {
        const records = run(those);
        const last = records.at(-1);
        const look = those.at(-1);
        if (!last || !look) return;
        expect(run([look], RULE, last)[0]).toEqual(last);
      }),
    );
  });
});

describe("what waits", () => {
  const firing = run(everyMinute(95), quick)[0] ?? newAlert("r", "s", 0);

  it("is gone from a channel once it was delivered there, and from the alert once it was everywhere", () => {
    const ids = new Set(waitingFor("ops", [firing]).map(({ event }) => event.id));
    const told = delivered(firing, "ops", ids);
    expect(waitingFor("ops", [told])).toEqual([]);
    expect(waitingFor(HISTORY, [told])).toHaveLength(1);
    expect(delivered(told, HISTORY, ids).outbox).toEqual([]);
    expect(delivered(told, "ops", ids)).toBe(told);
  });

  it("for a channel that was taken out of the file is dropped", () => {
    expect(withoutChannels(firing, new Set([HISTORY])).outbox[0]?.to).toEqual([HISTORY]);
    expect(withoutChannels(firing, new Set([HISTORY, "ops"]))).toBe(firing);
  });

  it("is due once it has waited for company, and not too soon after the message before", () => {
    const waiting = waitingFor("ops", [firing]);
    const pace = { gatherMs: 10, everyMs: 100 };
    expect(dueAt([], pace, null)).toBeNull();
    expect(dueAt(waiting, pace, null)).toBe(10);
    expect(dueAt(waiting, pace, 50)).toBe(150);
    expect(dueAt(waiting, pace, -500)).toBe(10);
  });

  it("is bounded, and says what was left out", () => {
    const last = run(everyMinute(...Array.from({ length: 200 }, (_, n) => (n % 2 ? 95 : 70))), quick).at(-1);
    expect(last?.outbox).toHaveLength(50);
    expect(last?.leftOut).toBe((last?.events ?? 0) - 50);
  });
});
