import { describe, expect, it } from "vitest";
import type { Status } from "../../api-types.ts";
import { flowVerdict } from "./flow-verdict.ts";

const now = Date.UTC(2026, 10, 24, 12);
const ago = (ms: number): string => new Date(now - ms).toISOString();
const lagOf = (group: string, lag: number) => ({
  topic: "kota.readings",
  group,
  committed: 0,
  end: lag,
  lag,
});
const healthy: Status = {
  time: ago(0),
  startedAt: ago(3_600_000),
  version: "0.1.0",
  ready: true,
  reasons: [],
  newestReading: { device: "a", time: ago(2000), receivedAt: ago(1000) },
  readingsPerMinute: 10,
  totals: { received: 1, readings: 1, stored: 1, rejected: 0, scores: 1 },
  lag: [lagOf("kota.normalize", 3)],
  ledger: null,
  streamClients: 1,
};

describe("flowVerdict", () => {
  it("is yes while readings come and nothing is behind", () => {
    expect(flowVerdict(healthy, now)).toMatchObject({ tone: "ok", word: "yes" });
  });

  it("is no after five minutes of silence, and says for how long", () => {
    const silent = { ...healthy, newestReading: { device: "a", time: ago(0), receivedAt: ago(12 * 60_000) } };
    expect(flowVerdict(silent, now)).toEqual({
      tone: "bad",
      word: "no",
      reason: { is: "silent", ms: 12 * 60_000 },
    });
  });

  it("grants a start some time before it complains", () => {
    expect(flowVerdict({ ...healthy, newestReading: null, startedAt: ago(10_000) }, now).word).toBe(
      "starting",
    );
    expect(flowVerdict({ ...healthy, newestReading: null }, now).tone).toBe("bad");
  });

  it("gives the reasons when kota is not ready", () => {
    const broken = { ...healthy, ready: false, reasons: ["the broker is not connected"] };
    expect(flowVerdict(broken, now).reason).toEqual({ is: "said", sentence: "the broker is not connected" });
  });

  it("names the stage that is behind", () => {
    const late = { ...healthy, lag: [lagOf("kota.store", 90_000)] };
    expect(flowVerdict(late, now)).toMatchObject({
      tone: "warn",
      reason: { is: "behind", groups: "kota.store" },
    });
  });

  it("does not take the open windows of the score stage for a delay", () => {
    const open = { ...healthy, lag: [lagOf("kota.score", 90_000)] };
    expect(flowVerdict(open, now).tone).toBe("ok");
  });
});
