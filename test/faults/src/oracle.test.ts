import { describe, expect, it } from "vitest";
import { type Evidence, judge } from "./oracle.ts";
import { keyOf, keyOfPayload, payloadOf, planOf } from "./plan.ts";

const plan = planOf("oracle", 10, 1_800_000_000_000, 200);
const sent = Array.from({ length: 300 }, (_, n) => plan.message(n));
const good = sent.filter(({ fate }) => fate === "stored");
const bad = sent.filter(({ fate }) => fate === "rejected");

const exact: Evidence = {
  sent,
  acknowledged: () => true,
  stored: good,
  rejected: bad.map(keyOf),
  logged: sent.map(keyOf),
};

describe("the oracle", () => {
  it("finds nothing when every message has met its fate", () => {
    expect(judge(exact)).toEqual({
      sent: 300,
      acknowledged: 300,
      stored: 297,
      rejected: 3,
      logDuplicates: 0,
      lost: 0,
      ghosts: 0,
      examples: [],
    });
  });

  it("finds a message that was acknowledged and is nowhere, and not one that never was", () => {
    expect(judge({ ...exact, stored: good.slice(1) })).toMatchObject({ lost: 1, ghosts: 0 });
    expect(judge({ ...exact, stored: good.slice(1), acknowledged: (n) => n > 0 })).toMatchObject({
      lost: 0,
      acknowledged: 299,
    });
    expect(judge({ ...exact, rejected: [] })).toMatchObject({ lost: bad.length });
  });

  it.each([
    ["never sent", [...good, { device: "oracle-000", time: 1, value: 1 }]],
    ["stored twice", [...good, good[5] ?? { device: "", time: 0, value: 0 }]],
    ["of another value", good.map((each, n) => (n === 7 ? { ...each, value: 123.456 } : each))],
    ["stored in spite of a bad value", [...good, ...bad.slice(0, 1)]],
  ])("finds a reading that is %s", (_name, stored) => {
    expect(judge({ ...exact, stored })).toMatchObject({ ghosts: 1 });
  });

  it("counts copies in the log, and takes a second rejection of the same message for no error", () => {
    const twice = bad.map(keyOf).flatMap((key) => [key, key]);
    const findings = judge({ ...exact, rejected: twice, logged: [...exact.logged, ...twice.slice(0, 2)] });
    expect(findings).toMatchObject({ ghosts: 0, lost: 0, rejected: 3, logDuplicates: 2 });
  });

  it("reads the identity back from a payload", () => {
    for (const message of sent) expect(keyOfPayload(payloadOf(message))).toBe(keyOf(message));
  });
});
