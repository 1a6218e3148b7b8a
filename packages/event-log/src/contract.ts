import type { Message } from "@kota/model";
import { afterEach, describe, expect, it } from "vitest";
import { jsonLines } from "./codecs.ts";
import { messageFrames } from "./message-frames.ts";
import { partitionOf } from "./partition.ts";
import type { Batch, ConsumeOptions, EventLog } from "./port.ts";
import type { Topic } from "./topic.ts";

interface Item {
  readonly key: string;
  readonly n: number;
}

export interface LogUnderTest {
  /** Opens the log; a second call opens what the first one wrote. */
  open(): Promise<EventLog>;
  /** Longest time a behaviour may take, for a log behind a network. Milliseconds. */
  readonly patience?: number;
}

/** The behaviours that every log has. `make` gives a fresh one for each test. */
export function eventLogContract(name: string, make: () => Promise<LogUnderTest>): void {
  describe(`the event log on ${name}`, () => {
    const opened: EventLog[] = [];
    afterEach(async () => {
      await Promise.all(opened.splice(0).map((log) => log.close()));
    });

    async function fresh() {
      const under = await make();
      const patience = under.patience ?? 2000;
      const open = async () => {
        const log = await under.open();
        opened.push(log);
        return log;
      };
      return { open, patience, log: await open(), ...names() };
    }

    it("gives every group everything, in order per key", async () => {
      const { log, topic, group, patience } = await fresh();
      await log.ensureTopics([topic]);
      const [one, two] = [collector(), collector()];
      await log.consume(topic, { group: `${group}-1`, onBatch: one.onBatch });
      for (let n = 0; n < 30; n += 3) {
        await log.append(
          topic,
          [0, 1, 2].map((k) => ({ key: `k${k}`, n: n + k })),
        );
      }
      await log.consume(topic, { group: `${group}-2`, onBatch: two.onBatch });
      for (const seen of [one, two]) {
        await until(() => seen.items.length >= 30, patience);
        for (let k = 0; k < 3; k++) {
          expect(seen.of(`k${k}`)).toEqual(Array.from({ length: 10 }, (_, i) => i * 3 + k));
        }
      }
    });

    it("keeps the order of appends that are under way together", async () => {
      const { log, topic, group, patience } = await fresh();
      await log.ensureTopics([topic]);
      const seen = collector();
      await log.consume(topic, { group, onBatch: seen.onBatch });
      await Promise.all(Array.from({ length: 50 }, (_, n) => log.append(topic, [{ key: "same", n }])));
      await until(() => seen.items.length >= 50, patience);
      expect(seen.of("same")).toEqual(Array.from({ length: 50 }, (_, n) => n));
    });

    it("has what was appended after it was closed and opened again", async () => {
      const { log, open, topic, group, patience } = await fresh();
      await log.ensureTopics([topic]);
      await log.append(topic, [{ key: "a", n: 1 }]);
      await log.close();
      const again = await open();
      await again.ensureTopics([topic]);
      await again.append(topic, [{ key: "a", n: 2 }]);
      const seen = collector();
      await again.consume(topic, { group, onBatch: seen.onBatch });
      await until(() => seen.items.length >= 2, patience);
      expect(seen.of("a")).toEqual([1, 2]);
    });

    it("does not deliver again what was committed, and delivers again what was not", async () => {
      const { log, open, topic, group, patience } = await fresh();
      await log.ensureTopics([topic]);
      await log.append(topic, [{ key: "a", n: 1 }]);
      const seen = collector();
      const consumer = await log.consume(topic, { group, onBatch: seen.onBatch });
      await until(() => seen.items.length >= 1, patience);
      await consumer.stop();
      await log.append(topic, [{ key: "a", n: 2 }]);
      const failing = collector();
      const stuck = await log.consume(topic, {
        group,
        onBatch: async (batch) => {
          await failing.onBatch(batch);
          throw new Error("not now");
        },
      });
      await until(() => failing.items.length >= 1, patience);
      await stuck.stop();
      await log.close();
      const again = await open();
      await again.ensureTopics([topic]);
      const after = collector();
      await again.consume(topic, { group, onBatch: after.onBatch });
      await until(() => after.items.length >= 1, patience);
      await pause(100);
      expect(new Set(failing.of("a"))).toEqual(new Set([2]));
      expect(after.of("a")).toEqual([2]);
    });

    it("tries a failed batch again until it succeeds, and other partitions go on meanwhile", async () => {
      const { log, topic, group, patience } = await fresh();
      await log.ensureTopics([topic]);
      const seen = collector();
      const errors: unknown[] = [];
      let failures = 3;
      await log.consume(topic, {
        group,
        onError: (error) => errors.push(error),
        onBatch: async (batch) => {
          if (batch.values.some(({ key }) => key === "bad") && failures > 0) {
            failures--;
            throw new Error("later");
          }
          await seen.onBatch(batch);
        },
      });
      await log.append(topic, [{ key: "bad", n: 0 }]);
      await log.append(
        topic,
        Array.from({ length: 20 }, (_, n) => ({ key: `k${n}`, n })),
      );
      await until(() => seen.items.length >= 21, patience * 2);
      expect(seen.of("bad")).toEqual([0]);
      expect(errors.length).toBeGreaterThanOrEqual(3);
    });

    it("waits in stop for the running batch and commits it", async () => {
      const { log, topic, group, patience } = await fresh();
      await log.ensureTopics([topic]);
      await log.append(topic, [{ key: "a", n: 1 }]);
      let began = false;
      let ended = false;
      const consumer = await log.consume(topic, {
        group,
        onBatch: async () => {
          began = true;
          await pause(200);
          ended = true;
        },
      });
      await until(() => began, patience);
      await consumer.stop();
      expect(ended).toBe(true);
      await log.append(topic, [{ key: "a", n: 2 }]);
      const seen = collector();
      await log.consume(topic, { group, onBatch: seen.onBatch });
      await until(() => seen.items.length >= 1, patience);
      expect(seen.of("a")).toEqual([2]);
    });

    it("starts again from where a consumer with manual commits said", async () => {
      const { log, topic, group, patience } = await fresh();
      await log.ensureTopics([topic]);
      const batches: Batch<Item>[] = [];
      const options: ConsumeOptions<Item> = {
        group,
        commit: "manual",
        onBatch: async (batch) => void batches.push(batch),
      };
      const consumer = await log.consume(topic, options);
      for (let n = 1; n <= 3; n++) {
        await log.append(topic, [{ key: "a", n }]);
        await until(() => batches.flatMap(({ values }) => values).length >= n, patience);
      }
      const second = batches.find(({ values }) => values.some(({ n }) => n === 2));
      await consumer.commit(second?.partition ?? -1, second?.offset ?? -1);
      await consumer.stop();
      const seen = collector();
      await log.consume(topic, { ...options, onBatch: seen.onBatch });
      await until(() => seen.items.length >= 2, patience);
      expect(seen.of("a")).toEqual([2, 3]);
    });

    it("shares the partitions among the members of a group", async () => {
      const { log, open, topic, group, patience } = await fresh();
      await log.ensureTopics([topic]);
      const other = await secondMember(log, open);
      const members = [collector(), collector()];
      const assigned = [new Set<number>(), new Set<number>()];
      const consumers = await Promise.all(
        [log, other].map((member, index) =>
          member.consume(topic, {
            group,
            onBatch: members[index]?.onBatch ?? (async () => {}),
            onAssigned: async (partitions) => {
              for (const partition of partitions) assigned[index]?.add(partition);
            },
            onRevoked: async (partitions) => {
              for (const partition of partitions) assigned[index]?.delete(partition);
            },
          }),
        ),
      );
      await until(() => assigned.every(({ size }) => size > 0), patience * 5);
      expect((assigned[0]?.size ?? 0) + (assigned[1]?.size ?? 0)).toBe(topic.partitions);
      await log.append(
        topic,
        Array.from({ length: 60 }, (_, n) => ({ key: `k${n}`, n })),
      );
      await until(() => members.reduce((sum, { items }) => sum + items.length, 0) >= 60, patience);
      expect(members.every(({ items }) => items.length > 0)).toBe(true);
      await consumers[0]?.stop();
      await log.append(
        topic,
        Array.from({ length: 60 }, (_, n) => ({ key: `k${n}`, n: 100 + n })),
      );
      await until(() => (members[1]?.items ?? []).filter(({ n }) => n >= 100).length >= 60, patience * 5);
    });

    it("gives one member all partitions when the assignment is single, and another takes over", async () => {
      const { log, open, topic, group, patience } = await fresh();
      await log.ensureTopics([topic]);
      const other = await secondMember(log, open);
      const members = [collector(), collector()];
      const consumers = [];
      for (const [index, member] of [log, other].entries()) {
        consumers.push(
          await member.consume(topic, {
            group,
            assignment: "single",
            onBatch: members[index]?.onBatch ?? (async () => {}),
          }),
        );
      }
      await pause(patience > 2000 ? 3000 : 50);
      await log.append(
        topic,
        Array.from({ length: 60 }, (_, n) => ({ key: `k${n}`, n })),
      );
      const got = () => members.map(({ items }) => items.length);
      await until(() => Math.max(...got()) >= 60, patience * 5);
      const active = got()[0] === 60 ? 0 : 1;
      expect(members[1 - active]?.items).toEqual([]);
      await consumers[active]?.stop();
      await log.append(
        topic,
        Array.from({ length: 60 }, (_, n) => ({ key: `k${n}`, n: 100 + n })),
      );
      await until(() => (members[1 - active]?.items.length ?? 0) >= 60, patience * 5);
    });

    it("tails from the start with everything that is kept, and says when it has caught up", async () => {
      const { log, topic, patience } = await fresh();
      await log.ensureTopics([topic]);
      await log.append(
        topic,
        Array.from({ length: 40 }, (_, n) => ({ key: `k${n % 7}`, n })),
      );
      const seen = collector();
      const tail = await log.tail(topic, { from: "start", onBatch: seen.onBatch });
      await tail.caughtUp;
      expect(seen.items.length).toBe(40);
      await log.append(topic, [{ key: "k1", n: 99 }]);
      await until(() => seen.items.length >= 41, patience);
      await tail.stop();
    });

    it("tails from the end with only what comes, also on an empty topic", async () => {
      const { log, topic, patience } = await fresh();
      await log.ensureTopics([topic]);
      const fromEmpty = collector();
      const first = await log.tail(topic, { from: "start", onBatch: fromEmpty.onBatch });
      await first.caughtUp;
      await log.append(topic, [{ key: "a", n: 1 }]);
      const seen = collector();
      const tail = await log.tail(topic, { from: "end", onBatch: seen.onBatch });
      await tail.caughtUp;
      await log.append(topic, [{ key: "a", n: 2 }]);
      await until(() => seen.items.length >= 1 && fromEmpty.items.length >= 2, patience);
      expect(seen.of("a")).toEqual([2]);
      await Promise.all([first.stop(), tail.stop()]);
    });

    it("keeps the newest value of every key of a compacted topic", async () => {
      const { log, open, compacted } = await fresh();
      await log.ensureTopics([compacted]);
      for (let n = 0; n < 5; n++) {
        await log.append(
          compacted,
          ["a", "b", "c"].map((key) => ({ key, n })),
        );
      }
      await log.append(compacted, [
        { key: "b", n: 50 },
        { key: "b", n: 51 },
      ]);
      await log.close();
      const again = await open();
      await again.ensureTopics([compacted]);
      const newest = new Map<string, number>();
      const tail = await again.tail(compacted, {
        from: "start",
        onBatch: ({ values }) => {
          for (const { key, n } of values) newest.set(key, n);
        },
      });
      await tail.caughtUp;
      await tail.stop();
      expect(Object.fromEntries(newest)).toEqual({ a: 4, b: 51, c: 4 });
    });

    it("says how far a group is behind", async () => {
      const { log, topic, group, patience } = await fresh();
      await log.ensureTopics([topic]);
      const behind = async () =>
        (await log.lag(topic, group)).reduce((sum, { committed, end }) => sum + end - committed, 0);
      const consumer = await log.consume(topic, { group, onBatch: async () => {} });
      await log.append(topic, [{ key: "a", n: 1 }]);
      await until(async () => (await behind()) === 0, patience * 2);
      await consumer.stop();
      await log.append(topic, [{ key: "a", n: 2 }]);
      expect(await behind()).toBe(1);
    });

    it("carries payloads byte for byte, and batches of any size", async () => {
      const { log, messages, group, patience } = await fresh();
      await log.ensureTopics([messages]);
      const sent: Message[] = Array.from({ length: 300 }, (_, n) => ({
        topic: `städt/${n}/"topic"\n`,
        payload: Buffer.from(Array.from({ length: n * 20 }, (_unused, i) => (i * 7 + n) % 256)),
        receivedAt: 1_700_000_000_000 + n,
        source: "mqtt",
        ...(n % 2 ? { redelivered: true } : {}),
        ...(n % 3 ? {} : { attributes: { "x-sensor": `esp-${n}` } }),
      }));
      const seen: Message[] = [];
      await log.consume(messages, { group, onBatch: async ({ values }) => void seen.push(...values) });
      await log.append(messages, sent);
      await until(() => seen.length >= sent.length, patience * 2);
      const byTopic = (list: readonly Message[]) =>
        [...list]
          .sort((a, b) => a.receivedAt - b.receivedAt)
          .map(({ payload, ...rest }) => ({ ...rest, payload: Buffer.from(payload).toString("hex") }));
      expect(byTopic(seen)).toEqual(byTopic(sent));
    });

    it("bounds a batch by maxValues as far as records allow", async () => {
      const { log, topic, group, patience } = await fresh();
      await log.ensureTopics([topic]);
      for (let n = 0; n < 20; n++)
        await log.append(
          topic,
          Array.from({ length: 10 }, () => ({ key: "a", n })),
        );
      const sizes: number[] = [];
      await log.consume(topic, {
        group,
        maxValues: 25,
        onBatch: async ({ values }) => void sizes.push(values.length),
      });
      await until(() => sizes.reduce((sum, size) => sum + size, 0) >= 200, patience);
      expect(Math.max(...sizes)).toBeLessThanOrEqual(25);
    });

    it("goes on with other partitions while a batch of one takes long", async () => {
      const { log, topic, group, patience } = await fresh();
      await log.ensureTopics([topic]);
      const seen = collector();
      let letGo = () => {};
      const slow = new Promise<void>((resolve) => {
        letGo = resolve;
      });
      await log.consume(topic, {
        group,
        onBatch: async (batch) => {
          if (batch.values.some(({ key }) => key === "slow")) await slow;
          await seen.onBatch(batch);
        },
      });
      const others = keysOfOtherPartitions("slow", topic.partitions);
      await log.append(topic, [{ key: "slow", n: 0 }, ...others.map((key) => ({ key, n: 0 }))]);
      await log.append(
        topic,
        others.map((key) => ({ key, n: 1 })),
      );
      await until(() => seen.items.length >= others.length * 2, patience);
      expect(seen.of("slow")).toEqual([]);
      letGo();
      await until(() => seen.of("slow").length === 1, patience);
    });

    it("asks again when a member could not take its partitions, and gives it nothing before", async () => {
      const { log, topic, group, patience } = await fresh();
      await log.ensureTopics([topic]);
      await log.append(topic, [{ key: "a", n: 1 }]);
      const seen = collector();
      let asked = 0;
      await log.consume(topic, {
        group,
        onBatch: seen.onBatch,
        onAssigned: async () => {
          expect(seen.items).toEqual([]);
          if (++asked < 3) throw new Error("not yet");
        },
      });
      await until(() => seen.items.length === 1, patience);
      expect(asked).toBe(3);
    });

    it("takes an append of any size, in order", async () => {
      const { log, topic, group, patience } = await fresh();
      await log.ensureTopics([topic]);
      const large: Topic<Item & { readonly text: string }> = { ...topic, codec: jsonLines() };
      const text = "é".repeat(50_000);
      const seen: number[] = [];
      await log.consume(large, {
        group,
        onBatch: async ({ values }) => void seen.push(...values.map(({ n }) => n)),
      });
      await Promise.all(
        [0, 1, 2].map((part) =>
          log.append(
            large,
            Array.from({ length: 30 }, (_, i) => ({ key: "same", n: part * 30 + i, text })),
          ),
        ),
      );
      await until(() => seen.length >= 90, patience * 2);
      expect(seen).toEqual(Array.from({ length: 90 }, (_, n) => n));
    });

    it("passes over a record that cannot be decoded, and says which", async () => {
      const { log, topic, group, patience } = await fresh();
      await log.ensureTopics([topic]);
      const raw: Topic<string> = {
        ...topic,
        keyOf: () => "a",
        codec: { encode: (values) => Buffer.from(values.join("")), decode: (bytes) => [String(bytes)] },
      };
      await log.append(topic, [{ key: "a", n: 1 }]);
      await log.append(raw, ["{ not JSON"]);
      await log.append(topic, [{ key: "a", n: 2 }]);
      const seen = collector();
      const errors: unknown[] = [];
      await log.consume(topic, { group, onBatch: seen.onBatch, onError: (error) => errors.push(error) });
      await until(() => seen.items.length >= 2, patience);
      expect(seen.of("a")).toEqual([1, 2]);
      expect(errors).toMatchObject([{ code: "record_unreadable", message: /Record 1 of test\./ }]);
    });

    it("refuses an append to a topic that nobody made", async () => {
      const { log, topic } = await fresh();
      await expect(log.append(topic, [{ key: "a", n: 1 }])).rejects.toMatchObject({ code: "log_refused" });
    });

    it("takes keys of any length, also in a compacted topic", async () => {
      const { log, compacted } = await fresh();
      await log.ensureTopics([compacted]);
      const key = "ключ/".repeat(2000);
      await log.append(compacted, [{ key, n: 1 }]);
      await log.append(compacted, [{ key, n: 2 }]);
      const seen = collector();
      const tail = await log.tail(compacted, { from: "start", onBatch: seen.onBatch });
      await tail.caughtUp;
      expect(seen.of(key).at(-1)).toBe(2);
    });

    it("calls a tail's catching up off when it is stopped", async () => {
      const { log, topic } = await fresh();
      await log.ensureTopics([topic]);
      await log.append(topic, [{ key: "a", n: 1 }]);
      const tail = await log.tail(topic, {
        from: "start",
        onBatch: async () => {
          throw new Error("never");
        },
      });
      await tail.stop();
      await expect(tail.caughtUp).rejects.toMatchObject({ code: "closed" });
    });

    it("makes a topic twice without harm, takes an empty append, and refuses work after close", async () => {
      const { log, topic } = await fresh();
      await log.ensureTopics([topic]);
      await log.ensureTopics([topic]);
      await log.append(topic, []);
      await log.check();
      await log.close();
      await expect(log.append(topic, [{ key: "a", n: 1 }])).rejects.toMatchObject({ code: "closed" });
      await expect(log.check()).rejects.toMatchObject({ code: "closed" });
      await log.close();
    });
  });
}

/** A second member of a group: in another connection where the log can have several, else in the same one. */
async function secondMember(log: EventLog, open: () => Promise<EventLog>): Promise<EventLog> {
  return open().catch(() => log);
}

let run = 0;
function names() {
  const id = `${process.pid}-${Date.now()}-${run++}`;
  const shared = { partitions: 6, retentionMs: 3_600_000 } as const;
  const topic: Topic<Item> = {
    name: `test.${id}`,
    codec: jsonLines(),
    keyOf: ({ key }) => key,
    cleanup: "delete",
    ...shared,
  };
  const compacted: Topic<Item> = { ...topic, name: `test.${id}.compacted`, cleanup: "compact" };
  const messages: Topic<Message> = {
    name: `test.${id}.messages`,
    codec: messageFrames,
    keyOf: ({ topic: key }) => key,
    cleanup: "delete",
    ...shared,
  };
  return { topic, compacted, messages, group: `group.${id}` };
}

function collector() {
  const items: Item[] = [];
  return {
    items,
    onBatch: async (batch: Batch<Item>): Promise<void> => {
      items.push(...batch.values);
    },
    of: (key: string) => items.filter((item) => item.key === key).map(({ n }) => n),
  };
}

function keysOfOtherPartitions(key: string, partitions: number): string[] {
  const candidates = Array.from({ length: 20 }, (_, n) => `key-${n}`);
  return candidates.filter((other) => partitionOf(other, partitions) !== partitionOf(key, partitions));
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function until(condition: () => boolean | Promise<boolean>, timeoutMs: number): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`not within ${timeoutMs} ms: ${condition}`);
    await pause(10);
  }
}
