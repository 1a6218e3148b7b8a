import { join } from "node:path";
import { KotaError, messageOf } from "@kota/model";
import { type Database, open, type RootDatabase } from "lmdb";
import type { Batch, ConsumeOptions, Consumer, EventLog, Lag, Tail, TailOptions } from "../port.ts";
import { type LogRecord, recordsOf } from "../records.ts";
import type { Topic, TopicSettings } from "../topic.ts";
import { type Commits, createGroup, type Group } from "./group.ts";
import { lockFolder } from "./lock.ts";
import { openPartition, type PartitionLog, type Records } from "./partition-log.ts";
import { type Reader, startReader } from "./reader.ts";

const CLEANUP_EVERY_MS = 10 * 60_000;
/** Removals in one go, so that a clean-up never holds the process for long. */
const CLEANUP_STEP = 2000;

export interface EmbeddedLogOptions {
  readonly dir: string;
  readonly clock?: () => number;
  /** What goes wrong in the background, and what clean-up holds back. */
  readonly onError?: (error: unknown) => void;
}

interface OpenTopic {
  readonly settings: TopicSettings;
  readonly partitions: readonly PartitionLog[];
  readonly groups: Map<string, Group>;
  /** Appends to a compacted topic go one after the other: each has to know which record it replaces. */
  lastCompaction: Promise<void>;
}

type MetaKey = ["partitions", string] | ["commit", string, string, number];
type NewestKey = [topic: string, partition: number, key: string];

/**
 * The log in LMDB, in this process.
 *
 * An append resolves after its transaction was synced to disk. Appends that come while a transaction is being
 * synced go into the next one together: a group commit. A compacted topic drops the older record of a key in the
 * transaction that puts the newer one.
 * @throws KotaError `data_locked` when another process has the folder.
 */
export async function openEmbeddedLog(options: EmbeddedLogOptions): Promise<EventLog> {
  const clock = options.clock ?? Date.now;
  const unlock = lockFolder(options.dir);
  let root: RootDatabase;
  try {
    root = open({
      path: join(options.dir, "log.mdb"),
      // With overlapping syncs a put would resolve at the commit, before the disk has it.
      overlappingSync: false,
      maxDbs: 8,
    });
  } catch (cause) {
    unlock();
    throw new KotaError(
      "log_unavailable",
      `The log in ${options.dir} cannot be opened: ${messageOf(cause)}`,
      { cause },
    );
  }
  const records: Records = root.openDB({ name: "records", encoding: "binary" });
  const meta: Database<number, MetaKey> = root.openDB({ name: "meta", encoding: "json" });
  const newest: Database<number, NewestKey> = root.openDB({ name: "newest", encoding: "json" });
  const topics = new Map<string, OpenTopic>();
  const running = new Set<{ stop(): Promise<void> }>();
  let closed = false;

  function openTopic(settings: TopicSettings): OpenTopic {
    if (closed) throw new KotaError("closed", "The log is closed.");
    let topic = topics.get(settings.name);
    if (!topic) {
      // A topic keeps the number of partitions it was made with: its keys are spread by it.
      const count = meta.get(["partitions", settings.name]) ?? settings.partitions;
      meta.put(["partitions", settings.name], count).catch(report);
      topic = {
        settings,
        partitions: Array.from({ length: count }, (_, partition) =>
          openPartition(records, settings.name, partition),
        ),
        groups: new Map(),
        lastCompaction: Promise.resolve(),
      };
      topics.set(settings.name, topic);
    }
    return topic;
  }

  function report(error: unknown): void {
    options.onError?.(error);
  }

  function unavailable(cause: unknown): KotaError {
    return new KotaError(
      "log_unavailable",
      `The log in ${options.dir} could not be written: ${messageOf(cause)}`,
      { cause },
    );
  }

  async function append<T>(topic: Topic<T>, values: readonly T[]): Promise<void> {
    const state = openTopic(topic);
    if (values.length === 0) return;
    const batch = recordsOf(topic, values, state.partitions.length);
    const write =
      topic.cleanup === "delete"
        ? putAll(state, batch)
        : state.lastCompaction.then(() => replaceAll(state, batch));
    if (topic.cleanup !== "delete") state.lastCompaction = write.catch(() => {});
    await write.catch((cause: unknown) => {
      throw unavailable(cause);
    });
  }

  async function putAll({ partitions }: OpenTopic, batch: readonly LogRecord[]): Promise<void> {
    const now = clock();
    await Promise.all(
      batch.map(({ partition, bytes }) => partitions[partition]?.append(bytes, null, now).durable),
    );
  }

  async function replaceAll({ settings, partitions }: OpenTopic, batch: readonly LogRecord[]): Promise<void> {
    const now = clock();
    const writes = batch.flatMap(({ partition, key, bytes }): Promise<unknown>[] => {
      const log = partitions[partition];
      if (!log || key === null) return [];
      const id: NewestKey = [settings.name, partition, key];
      const older = newest.get(id);
      const { offset, durable } = log.append(bytes, key, now);
      // Queued in the same turn as the put, so all of it is one transaction.
      return [durable, newest.put(id, offset), ...(older === undefined ? [] : [log.remove(older)])];
    });
    await Promise.all(writes);
  }

  function commitsOf(topic: string, group: string): Commits {
    const pending = new Set<Promise<unknown>>();
    return {
      get: (partition) => meta.get(["commit", group, topic, partition]) ?? 0,
      async set(partition, offset) {
        const put = meta.put(["commit", group, topic, partition], offset);
        pending.add(put);
        try {
          await put;
        } catch (cause) {
          throw unavailable(cause);
        } finally {
          pending.delete(put);
        }
      },
      async settled() {
        await Promise.allSettled(pending);
      },
    };
  }

  async function consume<T>(topic: Topic<T>, consumeOptions: ConsumeOptions<T>): Promise<Consumer> {
    const { partitions, groups } = openTopic(topic);
    const commits = commitsOf(topic.name, consumeOptions.group);
    let group = groups.get(consumeOptions.group);
    if (!group) {
      group = createGroup(partitions, commits);
      groups.set(consumeOptions.group, group);
    }
    // From its first start on, clean-up waits for a group.
    await Promise.all(
      partitions.map(async ({ partition }) => {
        if (meta.get(["commit", consumeOptions.group, topic.name, partition]) === undefined)
          await commits.set(partition, 0);
      }),
    );
    const membership = await group.join(topic, consumeOptions);
    const consumer: Consumer = {
      commit: (partition, offset) => commits.set(partition, offset),
      async stop() {
        running.delete(consumer);
        await membership.leave();
        await commits.settled();
      },
    };
    running.add(consumer);
    return consumer;
  }

  async function tail<T>(topic: Topic<T>, tailOptions: TailOptions<T>): Promise<Tail> {
    const { partitions } = openTopic(topic);
    const goals = partitions.map((log) => log.end);
    const readers: Reader[] = [];
    let reached = () => {};
    const caughtUp = new Promise<void>((resolve) => {
      reached = () => {
        if (partitions.every((log, index) => (readers[index]?.position ?? 0) >= (goals[log.partition] ?? 0)))
          resolve();
      };
    });
    for (const log of partitions) {
      const from = tailOptions.from === "end" ? log.end : 0;
      readers.push(
        startReader({
          topic,
          log,
          from,
          maxValues: 10_000,
          onBatch: (batch: Batch<T>) => tailOptions.onBatch(batch),
          onDone: () => reached(),
          ...(tailOptions.onError ? { onError: tailOptions.onError } : {}),
        }),
      );
    }
    reached();
    const handle: Tail = {
      caughtUp,
      async stop() {
        running.delete(handle);
        await Promise.all(readers.map((reader) => reader.stop()));
      },
    };
    running.add(handle);
    return handle;
  }

  /** Removes what is older than its topic keeps, up to what every group has consumed. */
  async function cleanUp(): Promise<void> {
    for (const { settings, partitions } of topics.values()) {
      if (settings.cleanup === "compact") continue;
      for (const log of partitions) {
        const consumed = leastCommit(settings.name, log.partition);
        const before = clock() - settings.retentionMs;
        for (let removed = 0; removed < CLEANUP_STEP && !closed; removed++) {
          const oldest = log.oldest();
          // The last record stays, so that a partition never forgets its next offset.
          if (!oldest || oldest.offset >= log.end - 1 || oldest.appendedAt >= before) break;
          if (oldest.offset >= consumed.offset) {
            const what = `${settings.name} partition ${log.partition} keeps records beyond its retention`;
            report(
              new KotaError("log_refused", `${what}: group ${consumed.group} has not consumed them yet.`),
            );
            break;
          }
          const removals: Promise<boolean>[] = [log.remove(oldest.offset)];
          if (settings.cleanup === "compact-and-delete")
            removals.push(newest.remove([settings.name, log.partition, oldest.key]));
          await Promise.all(removals);
        }
      }
    }
  }

  function leastCommit(topic: string, partition: number): { offset: number; group: string } {
    let least = { offset: Number.POSITIVE_INFINITY, group: "" };
    for (const { key, value } of meta.getRange({ start: ["commit", "", "", 0] as MetaKey })) {
      if (key[0] !== "commit") break;
      const [, group, name, number] = key;
      if (name === topic && number === partition && value < least.offset) least = { offset: value, group };
    }
    return least;
  }

  const timer = setInterval(() => cleanUp().catch(report), CLEANUP_EVERY_MS);
  timer.unref();

  return {
    async ensureTopics(settings) {
      for (const topic of settings) openTopic(topic);
      await meta.flushed;
      await cleanUp();
    },
    append,
    consume,
    tail,
    async lag(topic, group): Promise<Lag[]> {
      return openTopic(topic).partitions.map((log) => ({
        partition: log.partition,
        committed: meta.get(["commit", group, topic.name, log.partition]) ?? 0,
        end: log.end,
      }));
    },
    async check() {
      if (closed) throw new KotaError("closed", "The log is closed.");
    },
    async close() {
      if (closed) return;
      clearInterval(timer);
      await Promise.all([...running].map((reader) => reader.stop()));
      closed = true;
      await root.flushed;
      await root.close();
      unlock();
    },
  };
}
