import { type EventLog, MESSAGES, REJECTIONS } from "@kota/event-log";
import { KotaError, type Message, type Rejection } from "@kota/model";
import { createLogger, createMetrics, pause } from "@kota/runtime";
import { describe, expect, it } from "vitest";
import { createIntake, type IntakeDependencies } from "./accept.ts";

/** A log that keeps what is appended, and asks `before` first. */
function intakeOver(
  before: (messages: readonly Message[]) => unknown = () => {},
  options: Partial<IntakeDependencies> = {},
) {
  const messages: Message[] = [];
  const rejections: Rejection[] = [];
  const log: Pick<EventLog, "append"> = {
    async append(topic, values) {
      const appended = topic.name === MESSAGES.name ? (values as unknown as Message[]) : [];
      await before(appended);
      messages.push(...appended);
      if (topic.name === REJECTIONS.name) rejections.push(...(values as unknown as Rejection[]));
    },
  };
  const intake = createIntake({
    log,
    maxPayloadBytes: 2000,
    maxWaiting: 100,
    source: "mqtt",
    clock: () => 1234,
    logger: createLogger({ level: "silent", format: "json" }),
    metrics: createMetrics(),
    ...options,
  });
  return { intake, messages, rejections };
}

const bytes = (length: number, fill = 1) => Buffer.alloc(length, fill);

describe("the intake", () => {
  it("appends a message untouched, with its receive time and source", async () => {
    const { intake, messages } = intakeOver();
    const payload = Buffer.from([0, 255, 10, 13]);
    await Promise.all([intake.accept("a/b", payload, false), intake.accept("a/c", payload, true)]);
    expect(messages).toEqual([
      { topic: "a/b", payload, receivedAt: 1234, source: "mqtt" },
      { topic: "a/c", payload, receivedAt: 1234, source: "mqtt", redelivered: true },
    ]);
  });

  it("takes a payload of exactly the limit and rejects one byte more", async () => {
    const { intake, messages, rejections } = intakeOver();
    await Promise.all([intake.accept("a", bytes(2000), false), intake.accept("a", bytes(2001), false)]);
    expect(messages).toHaveLength(1);
    expect(rejections).toMatchObject([{ code: "payload_too_large", size: 2001, time: 1234 }]);
  });

  it("gives a rejection the same id for the same message at the same time, and another for any other", async () => {
    let now = 1;
    const { intake, rejections } = intakeOver(undefined, { clock: () => now });
    await intake.accept("a", bytes(3000), false);
    await intake.accept("a", bytes(3000), true);
    await intake.accept("b", bytes(3000), false);
    await intake.accept("a", bytes(3001), false);
    await intake.accept("a", bytes(3000, 2), false);
    now = 2;
    await intake.accept("a", bytes(3000), false);
    const ids = rejections.map(({ id }) => id);
    expect(ids[1]).toBe(ids[0]);
    expect(new Set(ids).size).toBe(5);
  });

  it("rejects a topic that with its payload would not fit into a record of the log", async () => {
    const { intake, messages, rejections } = intakeOver(undefined, { maxPayloadBytes: 900_000 });
    await intake.accept("\u0001".repeat(65_535), bytes(900_000), false);
    expect(messages).toEqual([]);
    expect(rejections[0]?.reason).toContain("65535 characters");
  });

  it("rejects a message that fits into no record of the log, takes the others in order, and acknowledges all", async () => {
    const { intake, messages, rejections } = intakeOver((values) => {
      if (values.some(({ payload }) => payload.length > 500))
        throw new KotaError("log_too_large", "A record may have 500 bytes.");
    });
    const sizes = [1, 2, 600, 3, 4, 5, 700, 6];
    await Promise.all(sizes.map((size) => intake.accept("a", bytes(size), false)));
    expect(messages.map(({ payload }) => payload.length)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(rejections.map(({ code, size }) => [code, size])).toEqual([
      ["payload_too_large", 600],
      ["payload_too_large", 700],
    ]);
    expect(rejections[0]?.reason).toContain("A record may have 500 bytes.");
    expect(intake.notReady()).toEqual([]);
  });

  it("has no room when as many messages wait as it may hold, until some are durable", async () => {
    let open = () => {};
    const door = new Promise<void>((resolve) => {
      open = resolve;
    });
    const { intake } = intakeOver(() => door);
    const stored: Promise<void>[] = [];
    for (let n = 0; n < 99; n++) stored.push(intake.accept("a", bytes(1), false));
    expect(intake.hasRoom).toBe(true);
    stored.push(intake.accept("a", bytes(1), false));
    expect(intake.hasRoom).toBe(false);
    let room = false;
    const waiting = intake.room().then(() => {
      room = true;
    });
    await pause(20);
    expect(room).toBe(false);
    open();
    await Promise.all([...stored, waiting]);
    expect(intake.hasRoom).toBe(true);
  });

  it("has no room when what waits takes too much memory, however few they are; rejected payloads are let go", async () => {
    const never = new Promise<void>(() => {});
    const { intake } = intakeOver(() => never, { maxPayloadBytes: 900_000 });
    for (let n = 0; n < 10; n++) void intake.accept("a", bytes(50_000_000), false);
    expect(intake.hasRoom).toBe(true);
    const large = bytes(900_000);
    for (let n = 0; n < 80; n++) void intake.accept("a", large, false);
    expect(intake.hasRoom).toBe(true);
    const { intake: wide } = intakeOver(() => never, { maxPayloadBytes: 900_000, maxWaiting: 1000 });
    for (let n = 0; n < 150; n++) void wide.accept("a", large, false);
    expect(wide.hasRoom).toBe(false);
  });

  it("tries again for ever what can pass, and says what it waits for", async () => {
    let failures = 2;
    const { intake, messages } = intakeOver(() => {
      if (failures-- > 0) throw new KotaError("log_unavailable", "The log is away.");
    });
    const stored = intake.accept("a", bytes(1), false);
    await pause(20);
    expect(intake.notReady()).toEqual([expect.stringContaining("The log is away.")]);
    await stored;
    expect(intake.notReady()).toEqual([]);
    expect(messages).toHaveLength(1);
  });

  it("passes on a refusal that no waiting can change, and says so until the log takes messages again", async () => {
    let refusing = true;
    const { intake } = intakeOver(() => {
      if (refusing) throw new KotaError("log_refused", "No such topic.");
    });
    await expect(intake.accept("a", bytes(1), false)).rejects.toMatchObject({ code: "log_refused" });
    expect(intake.notReady()).toEqual([expect.stringContaining("No such topic.")]);
    refusing = false;
    await intake.accept("a", bytes(1), false);
    expect(intake.notReady()).toEqual([]);
  });

  it("drains for no longer than it is told to", async () => {
    const never = new Promise<void>(() => {});
    const { intake } = intakeOver(() => never);
    await intake.drained(10_000);
    void intake.accept("a", bytes(1), false);
    const began = performance.now();
    await intake.drained(30);
    expect(performance.now() - began).toBeLessThan(5_000);
  });
});
