import { KotaError } from "@kota/model";
import { describe, expect, it } from "vitest";
import { createAppender } from "./appender.ts";
import { jsonLines } from "./codecs.ts";
import type { Topic } from "./topic.ts";

const topic: Topic<number> = {
  name: "numbers",
  codec: jsonLines(),
  keyOf: String,
  partitions: 1,
  retentionMs: 1000,
  cleanup: "delete",
};

/** A log whose appends end when the test says so. */
function heldLog() {
  const appends: { values: readonly number[]; end: (error?: Error) => void }[] = [];
  return {
    appends,
    append: (_topic: unknown, values: readonly unknown[]) =>
      new Promise<void>((resolve, reject) => {
        appends.push({ values: values as number[], end: (error) => (error ? reject(error) : resolve()) });
      }),
  };
}

const soon = () => new Promise((resolve) => setTimeout(resolve, 15));

describe("an appender", () => {
  it("gathers what comes together into one append", async () => {
    const log = heldLog();
    const appender = createAppender(log, topic, { lingerMs: 1 });
    const promises = [1, 2, 3].map((n) => appender.add(n));
    expect(new Set(promises).size).toBe(1);
    await soon();
    expect(log.appends.map(({ values }) => values)).toEqual([[1, 2, 3]]);
    expect(appender.pending).toBe(3);
    log.appends[0]?.end();
    await promises[0];
    expect(appender.pending).toBe(0);
  });

  it("has one append under way, and what comes meanwhile is the next", async () => {
    const log = heldLog();
    const appender = createAppender(log, topic, { lingerMs: 1 });
    const first = appender.add(1);
    await soon();
    const second = [appender.add(2), appender.add(3)];
    await soon();
    expect(log.appends).toHaveLength(1);
    log.appends[0]?.end();
    await first;
    await soon();
    expect(log.appends.map(({ values }) => values)).toEqual([[1], [2, 3]]);
    log.appends[1]?.end();
    await Promise.all(second);
  });

  it("starts a new append when one is full", async () => {
    const log = heldLog();
    const appender = createAppender(log, topic, { lingerMs: 1000, maxValues: 2 });
    for (let n = 0; n < 5; n++) void appender.add(n);
    await soon();
    for (let n = 0; n < 3; n++) {
      log.appends[n]?.end();
      await soon();
    }
    expect(log.appends.map(({ values }) => values)).toEqual([[0, 1], [2, 3], [4]]);
  });

  it("waits for company between the appends to a log that asks for it, but not when a batch is full or all of it is wanted", async () => {
    const log = { ...heldLog(), appendEveryMs: 3_600_000 };
    const appender = createAppender(log, topic, { lingerMs: 1, maxValues: 3 });
    // What comes alone does not wait.
    void appender.add(1);
    await soon();
    log.appends[0]?.end();
    await soon();
    void appender.add(2);
    void appender.add(3);
    await soon();
    expect(log.appends.map(({ values }) => values)).toEqual([[1]]);
    void appender.add(4);
    await soon();
    expect(log.appends.map(({ values }) => values)).toEqual([[1], [2, 3, 4]]);
    log.appends[1]?.end();
    void appender.add(5);
    await soon();
    const flushed = appender.flush();
    await soon();
    expect(log.appends.map(({ values }) => values)).toEqual([[1], [2, 3, 4], [5]]);
    log.appends[2]?.end();
    await flushed;
  });

  it("tells the values of a failed append, and only those", async () => {
    const log = heldLog();
    const appender = createAppender(log, topic, { lingerMs: 1 });
    const failed = appender.add(1);
    await soon();
    const fine = appender.add(2);
    log.appends[0]?.end(new KotaError("log_unavailable", "down"));
    await expect(failed).rejects.toThrow("down");
    await soon();
    log.appends[1]?.end();
    await fine;
  });

  it("flushes what is under way, what is full and what is gathering", async () => {
    const log = heldLog();
    const appender = createAppender(log, topic, { lingerMs: 1000, maxValues: 2 });
    for (let n = 0; n < 3; n++) void appender.add(n);
    let flushed = false;
    const flush = appender.flush().then(() => {
      flushed = true;
    });
    await soon();
    log.appends[0]?.end();
    await soon();
    expect(flushed).toBe(false);
    log.appends[1]?.end();
    await flush;
    expect(appender.pending).toBe(0);
  });
});
