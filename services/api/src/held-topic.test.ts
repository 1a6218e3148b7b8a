import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type EventLog, openEmbeddedLog, POSITIONS } from "@kota/event-log";
import { createLogger } from "@kota/runtime";
import { expect, it, onTestFinished } from "vitest";
import { holdTopic } from "./held-topic.ts";

async function openLog(): Promise<EventLog> {
  const dir = await mkdtemp(join(tmpdir(), "kota-held-"));
  const log = await openEmbeddedLog({ dir });
  onTestFinished(async () => {
    await log.close();
    await rm(dir, { recursive: true, force: true });
  });
  await log.ensureTopics([POSITIONS]);
  return log;
}

function hold(log: EventLog) {
  const held = holdTopic({
    log,
    topic: POSITIONS,
    what: "the positions",
    onValue() {},
    logger: createLogger({ level: "silent", format: "json" }),
  });
  onTestFinished(() => held.stop());
  return held;
}

it("who asks whether it is up to date before it is filled, waits for that", async () => {
  const held = hold(await openLog());
  held.start();
  expect(held.isFilled()).toBe(false);
  expect(await held.upToDate(5_000)).toBe(true);
  expect(held.isFilled()).toBe(true);
});

it("a topic that is not read in time is not up to date", async () => {
  const log = await openLog();
  let readOn = () => {};
  const held = hold({
    ...log,
    tail: async (topic, options) => {
      await new Promise<void>((resolve) => {
        readOn = resolve;
      });
      return log.tail(topic, options);
    },
  });
  held.start();
  expect(await held.upToDate(20)).toBe(false);
  readOn();
  expect(await held.upToDate(5_000)).toBe(true);
});
