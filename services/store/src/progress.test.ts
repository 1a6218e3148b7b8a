import { type Lag, READINGS, SCORES } from "@kota/event-log";
import { KotaError } from "@kota/model";
import { createMetrics } from "@kota/runtime";
import { describe, expect, it } from "vitest";
import { createProgress } from "./progress.ts";

function progressOver(lags: Record<string, () => readonly Lag[]>) {
  const time = { now: 0 };
  const metrics = createMetrics();
  const progress = createProgress(
    { lag: async (topic) => lags[topic.name]?.() ?? [] },
    [
      { topic: READINGS, group: "r" },
      { topic: SCORES, group: "s" },
    ],
    () => time.now,
    metrics,
  );
  return { progress, time, metrics };
}

describe("the progress of a group", () => {
  it("is a trouble when it is behind and has not moved for more than 30 s, and no longer when it moves", async () => {
    let committed = 5;
    const { progress, time } = progressOver({
      "kota.readings": () => [
        { partition: 0, committed, end: 10 },
        { partition: 1, committed: 3, end: 3 },
      ],
    });
    await progress.observe();
    time.now = 30_000;
    await progress.observe();
    expect(progress.standingStill()).toEqual([]);
    time.now = 31_000;
    await progress.observe();
    expect(progress.standingStill()).toEqual([
      "5 records of kota.readings wait to be stored, and none was for 31 s.",
    ]);
    committed = 6;
    await progress.observe();
    expect(progress.standingStill()).toEqual([]);
  });

  it("is none when there was nothing to do for long, and something has just come", async () => {
    let end = 10;
    const { progress, time } = progressOver({
      "kota.readings": () => [{ partition: 0, committed: 10, end }],
    });
    await progress.observe();
    time.now = 3_600_000;
    await progress.observe();
    end = 11;
    time.now += 5_000;
    await progress.observe();
    expect(progress.standingStill()).toEqual([]);
  });

  it("is told to the metrics, and says when the log does not answer", async () => {
    let fail = false;
    const { progress, metrics } = progressOver({
      "kota.scores": () => {
        if (fail) throw new KotaError("log_unavailable", "The log is away.");
        return [{ partition: 0, committed: 2, end: 9 }];
      },
    });
    await progress.observe();
    expect((await metrics.logLag.get()).values).toContainEqual({
      value: 7,
      labels: { topic: "kota.scores", group: "s" },
    });
    fail = true;
    await progress.observe();
    expect(progress.standingStill()).toEqual([expect.stringContaining("The log is away.")]);
    fail = false;
    await progress.observe();
    expect(progress.standingStill()).toEqual([]);
  });
});
