import { beforeEach, describe, expect, it } from "vitest";
import { createAnnouncements } from "../announcements.ts";
import { NodeState } from "./births.ts";
import type { SparkplugMetric } from "./payload.ts";

const metric = (name: string | null, alias: string | null): SparkplugMetric => ({
  name,
  alias,
  timestamp: null,
  datatype: 9,
  value: 1,
  unit: null,
});
const alias = metric(null, "1");

let state: NodeState;
const nameAt = (at: number, device: string | null = null) => state.definition(device, alias, at)?.name;

beforeEach(() => {
  state = new NodeState(createAnnouncements().of("sparkplug-b"), "g", "n");
});

describe("an alias of an edge node", () => {
  it("stands for what the newest birth before the message said", () => {
    state.born(null, 10, [metric("a", "1")], 0);
    state.born(null, 20, [metric("b", "1")], 1);
    expect([nameAt(10), nameAt(19), nameAt(20), nameAt(99)]).toEqual(["a", "a", "b", "b"]);
  });

  it("of a message from before every birth stands for what the first one says, for a replay", () => {
    expect(nameAt(5)).toBeUndefined();
    state.born(null, 10, [metric("a", "1")], 0);
    expect(nameAt(5)).toBe("a");
  });

  it("of a device is void after a new birth of its node, until the device is born again", () => {
    state.born(null, 10, [], 0);
    state.born("d", 11, [metric("a", "1")], null);
    expect(nameAt(12, "d")).toBe("a");
    state.born(null, 20, [], 1);
    expect(nameAt(21, "d")).toBeUndefined();
    state.born("d", 22, [metric("b", "1")], null);
    expect([nameAt(12, "d"), nameAt(21, "d"), nameAt(23, "d")]).toEqual(["a", "b", "b"]);
    expect(nameAt(23, "e")).toBeUndefined();
  });

  it("is void after the death of the same session, and not of an earlier one", () => {
    state.born(null, 10, [metric("a", "1")], 4);
    state.died(11, 3);
    expect(nameAt(12)).toBe("a");
    state.died(13, 4);
    expect([nameAt(12), nameAt(13)]).toEqual(["a", undefined]);
  });

  it("is void after a gap in the sequence, and not when 255 is followed by 0", () => {
    state.sequence(254, 9, true);
    state.born(null, 9, [metric("a", "1")], 0);
    for (const [seq, at] of [
      [255, 10],
      [0, 11],
      [1, 12],
    ] as const) {
      state.sequence(seq, at, false);
    }
    expect(nameAt(12)).toBe("a");
    state.sequence(3, 13, false);
    expect([nameAt(12), nameAt(13)]).toEqual(["a", undefined]);
  });

  it("stays when messages are read again from the log", () => {
    state.sequence(0, 10, true);
    state.born(null, 10, [metric("a", "1")], 0);
    const run = () => {
      for (let seq = 1; seq <= 200; seq++) state.sequence(seq, 10 + seq, false);
      // Three of one millisecond.
      for (const seq of [201, 202, 203]) state.sequence(seq, 300, false);
    };
    run();
    run();
    state.sequence(202, 300, false);
    expect(nameAt(400)).toBe("a");
  });

  it("keeps a bounded number of births", () => {
    for (let at = 1; at <= 50; at++) state.born(null, at, [metric(`m${at}`, "1")], at);
    expect(nameAt(50)).toBe("m50");
    expect(nameAt(1)).toBe("m48");
  });
});
