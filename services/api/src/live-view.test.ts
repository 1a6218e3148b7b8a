import { GROUPS, READINGS, SCORES } from "@kota/event-log";
import { createLogger } from "@kota/runtime";
import type { LatestValue } from "@kota/time-series";
import { onTestFinished as cleanup, describe, expect, it } from "vitest";
import { createLiveView, type LiveView } from "./live-view.ts";
import { HOUR, NOW, openTestPorts, reading, replacing, score, until } from "./test-setup.ts";

type Ports = Awaited<ReturnType<typeof openTestPorts>>;

function viewOf({ log, store }: Ports): LiveView {
  const view = createLiveView({
    log,
    store,
    logger: createLogger({ level: "silent", format: "json" }),
    clock: () => NOW,
    listener: { score: () => {}, reading: () => {}, rejection: () => {}, revision: () => {} },
  });
  cleanup(() => view.stop());
  return view;
}

const fill = (view: LiveView, id: string) => view.device(id)?.values.get("fill_level")?.value;

describe("the live view", () => {
  it("starts with what was stored and published before", async () => {
    const ports = await openTestPorts(cleanup);
    await ports.store.writeReadings([reading("bin-1", NOW - HOUR, { fill_level: 1 })]);
    await ports.log.append(SCORES, [score({ area: "leith", score: 1 }), score({ area: "leith", score: 2 })]);
    const view = viewOf(ports);
    expect(view.notReady()).toHaveLength(2);
    await view.start();
    await until(() => view.notReady().length === 0);
    expect(fill(view, "bin-1")).toBe(1);
    expect(view.score({ area: "leith", dimension: null, aspect: null, indicator: null })?.score).toBe(2);
  });

  it("lets nothing fall between the log and the time series, and keeps the newer of both", async () => {
    const ports = await openTestPorts(cleanup);
    let answer: (values: readonly LatestValue[]) => void = () => {};
    const store = replacing(ports.store, {
      latest: () =>
        new Promise<readonly LatestValue[]>((resolve) => {
          answer = resolve;
        }),
    });
    const view = viewOf({ log: ports.log, store });
    await view.start();
    await ports.log.append(READINGS, [
      reading("bin-1", NOW, { fill_level: 10 }),
      reading("bin-2", NOW - HOUR, { fill_level: 20 }),
      reading("bin-3", NOW, { fill_level: 30 }),
    ]);
    await until(() => view.seen.readings === 3);
    expect(view.notReady()).toEqual(["The newest values are still being read from the time series."]);
    const stored = (device: string, time: number, value: number) => ({
      device,
      metric: "fill_level",
      time,
      value,
    });
    answer([stored("bin-1", NOW - HOUR, 1), stored("bin-2", NOW, 2), stored("bin-3", NOW, 3)]);
    await until(() => view.notReady().length === 0);
    expect(["bin-1", "bin-2", "bin-3"].map((id) => fill(view, id))).toEqual([10, 2, 30]);
    expect(view.device("bin-2")?.lastSeen).toBe(NOW);
  });

  it("takes what was in the log before its start once the store service has stored it", async () => {
    const ports = await openTestPorts(cleanup);
    const waiting = reading("bin-1", NOW, { fill_level: 7 });
    await ports.log.append(READINGS, [waiting]);
    const view = viewOf(ports);
    await view.start();
    await until(() => view.notReady().length === 0);
    expect(view.device("bin-1")).toBeUndefined();
    const consumer = await ports.log.consume(READINGS, {
      group: GROUPS.storeReadings,
      onBatch: async (batch) => {
        await ports.store.writeReadings(batch.values);
      },
    });
    cleanup(() => consumer.stop());
    await until(() => fill(view, "bin-1") === 7);
  });

  it("says why it is not ready while the time series is down, and is when that is back", async () => {
    const ports = await openTestPorts(cleanup);
    let down = true;
    const store = replacing(ports.store, {
      latest: () => (down ? Promise.reject(new Error("no route")) : ports.store.latest()),
    });
    const view = viewOf({ log: ports.log, store });
    await view.start();
    await until(() => view.notReady().includes("the time series does not answer: no route"));
    down = false;
    await until(() => view.notReady().length === 0);
  });

  it("gives only the scores of the score model in force", async () => {
    const ports = await openTestPorts(cleanup);
    const model = { version: "2", hash: "new" };
    await ports.log.append(SCORES, [score({ area: "leith" }), score({ area: "south" })]);
    const view = viewOf(ports);
    await view.start();
    await until(() => view.notReady().length === 0);
    expect([...view.scores()]).toHaveLength(2);
    await ports.log.append(SCORES, [score({ area: "leith", model })]);
    await until(() => view.seen.scores === 1);
    expect([...view.scores()].map(({ area }) => area)).toEqual(["leith"]);
  });
});
