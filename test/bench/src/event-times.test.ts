import { describe, expect, it } from "vitest";
import { timesOfNow } from "./event-times.ts";
import { eventTimeOf, type LoadPlan } from "./load-plan.ts";

const connection = { host: "", port: 0, topicPrefix: "", connections: 1, window: 1, rate: 0 };

describe("the event times of loads", () => {
  it("begin now, and go on as fast as the load", () => {
    const times = timesOfNow(1000, () => 5_000_000);
    expect(times(80_000, 40_000)).toEqual({ messages: 80_000, start: 5_000_000, stepMs: 25 });
  });

  it("never overlap, however soon a load follows another", () => {
    let now = 5_000_000;
    const times = timesOfNow(1000, () => now);
    const plan = (messages: number): LoadPlan => ({
      ...connection,
      devices: 1000,
      ...times(messages, 40_000),
    });
    const first = eventTimeOf(plan(80_000));
    now += 10;
    const second = eventTimeOf(plan(1));
    const third = eventTimeOf(plan(5));
    expect(second.from).toBeGreaterThanOrEqual(first.to);
    expect(third.from).toBeGreaterThanOrEqual(second.to);
  });
});
