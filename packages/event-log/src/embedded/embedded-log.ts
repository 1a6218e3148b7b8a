import { createHash } from "node:crypto";
import { join } from "node:path";
import { KotaError, messageOf } from "@kota/model";
import { type Database, open, type RootDatabase } from "lmdb";
import { deferred } from "../deferred.ts";
import type { ConsumeOptions, Consumer, EventLog, Lag, Tail, TailOptions } from "../port.ts";
import { type Reader, startReader } from "../reader.ts";
import { recordsOf } from "../records.ts";
import type { Topic, TopicSettings } from "../topic.ts";
import { checkFile } from "./check-file.ts";
import { type Commits, createGroup, type Group } from "./group.ts";
import { lockFolder } from "./lock.ts";
import { type AppendedRecord, openPartition, type PartitionLog, type Tables } from "./partition-log.ts";
import type { FreeBytes } from "./room.ts";
import { createWriter } from "./writer.ts";

const CLEANUP_EVERY_MS = 60_000;
/**
 * Of each topic so much of what was appended last is held for readers who are near the end, by its bytes in the log; the
 * values themselves take some three times that.
 */
const RECENT_BYTES = 4 * 1024 * 1024;

export interface EmbeddedLogOptions {
  readonly dir: string;
  /** Of every topic that is made from now on; by default each has as many as its settings say. */
  readonly partitions?: number;
  readonly clock?: () => number;
  /** Asked before each write; by default the file system is. */
  readonly freeBytes?: FreeBytes;
  /** What goes wrong in the background, and what clean-up holds back. */
  readonly onError?: (error: unknown) => void;
}

interface OpenTopic {
  readonly settings: TopicSettings;
  readonly partitions: readonly PartitionLog[];
  readonly groups: Map<string, Group>;
}

type MetaKey =
  | [kind: "partitions", topic: string]
  | [kind: "commit", group: string, topic: string, partition: number]
  | [kind: "checked"];

/**
 * The log in LMDB, in this process.
 *
 * An append resolves after its transaction was synced to disk, and consumers get its values from then on. Appends that
 * come while a transaction is being synced go into the next one together. Clean-up removes what its topic no longer
 * keeps, but nothing that a group has not consumed: that it reports.
 * @throws KotaError `data_locked` when another process has the folder, `log_refused` when its file is damaged,
 * `log_unavailable` when it cannot be used.
 */
export async function openEmbeddedLog(options: EmbeddedLogOptions): Promise<EventLog> {
  const { dir, clock = Date.now, freeBytes } = options;
  let unlock = () => {};
  let root: RootDatabase;
  let meta: Database<number, MetaKey>;
  let tables: Tables;
  try {
    unlock = lockFolder(dir);
    checkFile(join(dir, "log.mdb"), dir);
    root = open({
      path: join(dir, "log.mdb"),
      maxDbs: 8,
      // See createWriter for what these two have to do with durability.
      overlappingSync: false,
      eventTurnBatching: false,
    });
    meta = root.openDB({ name: "meta", encoding: "json" });
    tables = {
      records: root.openDB({ name: "records", encoding: "binary" }),
      newest: root.openDB({ name: "newest", encoding: "json" }),
      superseded: root.openDB({ name: "superseded", encoding: "json" }),
    };
  } catch (cause) {
    unlock();
    if (cause instanceof KotaError) throw cause;
    const problem = `The log in ${dir} cannot be opened: ${messageOf(cause)}`;
    throw new KotaError("log_unavailable", problem, { cause });
  }
  const writer = createWriter(root, dir, freeBytes);
  const topics = new Map<string, OpenTopic>();
  const running = new Set<{ stop(): Promise<void> }>();
  let cleaning: Promise<void> | undefined;
  let closing: Promise<void> | undefined;
  let closed = false;

  function report(error: unknown): void {
    options.onError?.(error);
  }

  function requireOpen(): void {
    if (closing !== undefined) throw new KotaError("closed", "The log is closed.");
  }

  function openTopic(settings: TopicSettings, partitions: number): OpenTopic {
    const topic: OpenTopic = {
      settings,
      partitions: Array.from({ length: partitions }, (_, partition) =>
        openPartition(tables, writer, settings.name, partition, RECENT_BYTES / partitions),
      ),
      groups: topics.get(settings.name)?.groups ?? new Map(),
    };
    topics.set(settings.name, topic);
    return topic;
  }

  function topicOf(settings: TopicSettings): OpenTopic {
    requireOpen();
    const topic = topics.get(settings.name);
    if (topic) return topic;
    const partitions = meta.get(["partitions", settings.name]);
    if (partitions !== undefined) return openTopic(settings, partitions);
    throw new KotaError(
      "log_refused",
      `There is no topic ${settings.name} in the log. Make it with ensureTopics first.`,
    );
  }

  async function ensureTopics(wanted: readonly TopicSettings[]): Promise<void> {
    requireOpen();
    for (const settings of wanted) {
      if (topics.has(settings.name)) continue;
      // A topic keeps the number of partitions that it was made with: its keys are spread by it.
      const partitions = meta.get(["partitions", settings.name]) ?? options.partitions ?? settings.partitions;
      await writer.write({ apply: () => void meta.put(["partitions", settings.name], partitions) });
      openTopic(settings, partitions);
    }
    await cleanUp();
  }

  async function append<T>(topic: Topic<T>, values: readonly T[]): Promise<void> {
    const { partitions } = topicOf(topic);
    if (values.length === 0) return;
    const grouped = new Map<number, AppendedRecord[]>();
    for (const record of recordsOf(topic, values, partitions.length)) {
      const { partition, key, bytes } = record;
      const appended = {
        keyId: key === null ? null : keyId(key),
        bytes,
        values: topic.codec.isFaithful ? record.values : undefined,
      };
      const group = grouped.get(partition);
      if (group) group.push(appended);
      else grouped.set(partition, [appended]);
    }
    const now = clock();
    await Promise.all(
      Array.from(grouped, ([partition, records]) => partitions[partition]?.append(records, now)),
    );
  }

  function commitsOf(topic: string, group: string): Commits {
    let last: Promise<void> = Promise.resolve();
    return {
      get: (partition) => meta.get(["commit", group, topic, partition]) ?? 0,
      set(partition, offset) {
        last = writer.write({ apply: () => void meta.put(["commit", group, topic, partition], offset) });
        return last;
      },
      settled: () => last.catch(() => {}),
    };
  }

  async function consume<T>(topic: Topic<T>, consumeOptions: ConsumeOptions<T>): Promise<Consumer> {
    const { partitions, groups } = topicOf(topic);
    const commits = commitsOf(topic.name, consumeOptions.group);
    let group = groups.get(consumeOptions.group);
    if (!group) {
      group = createGroup(partitions, commits);
      groups.set(consumeOptions.group, group);
    }
    // From its first start on, clean-up waits for a group.
    const unknown = partitions.filter(
      ({ partition }) => meta.get(["commit", consumeOptions.group, topic.name, partition]) === undefined,
    );
    await Promise.all(unknown.map(({ partition, start }) => commits.set(partition, start)));
    const membership = group.join(topic, consumeOptions);
    let stopped: Promise<void> | undefined;
    const consumer: Consumer = {
      async commit(partition, offset) {
        if (closed) throw new KotaError("closed", "The log is closed.");
        await commits.set(partition, offset);
      },
      stop() {
        running.delete(consumer);
        stopped ??= membership.leave().then(commits.settled);
        return stopped;
      },
    };
    running.add(consumer);
    await membership.joined;
    return consumer;
  }

  async function tail<T>(topic: Topic<T>, tailOptions: TailOptions<T>): Promise<Tail> {
    const { partitions } = topicOf(topic);
    const goals = partitions.map(({ end }) => end);
    const caughtUp = deferred();
    const readers: Reader[] = partitions.map((source) =>
      startReader({
        topic,
        source,
        from: tailOptions.from === "end" ? source.end : 0,
        maxValues: 10_000,
        onBatch: (batch) => tailOptions.onBatch(batch),
        onDone: settle,
        onError: tailOptions.onError,
      }),
    );
    function settle(): void {
      if (readers.every(({ position }, index) => position >= (goals[index] ?? 0))) caughtUp.resolve();
    }
    settle();
    const handle: Tail = {
      caughtUp: caughtUp.promise,
      async stop() {
        running.delete(handle);
        const problem = `The tail of ${topic.name} was stopped before it had caught up.`;
        caughtUp.reject(new KotaError("closed", problem));
        await Promise.all(readers.map((reader) => reader.stop()));
      },
    };
    running.add(handle);
    return handle;
  }

  function cleanUp(): Promise<void> {
    cleaning ??= removeOld().finally(() => {
      cleaning = undefined;
    });
    return cleaning;
  }

  async function removeOld(): Promise<void> {
    for (const { settings, partitions } of topics.values()) {
      for (const log of partitions) {
        const consumed = leastCommit(settings.name, log.partition);
        const limit = Math.min(consumed.offset, log.end);
        let more = settings.cleanup !== "delete";
        while (more && closing === undefined) more = await log.compact(limit);
        if (settings.cleanup === "compact") continue;
        const before = clock() - settings.retentionMs;
        let outcome: "more" | "held" | "done" = "more";
        while (outcome === "more" && closing === undefined) outcome = await log.expire(before, limit);
        if (outcome === "held") {
          const what = `${settings.name}, partition ${log.partition}, keeps records for longer than it should`;
          report(new KotaError("log_refused", `${what}: group ${consumed.group} has not consumed them yet.`));
        }
      }
    }
  }

  function leastCommit(topic: string, partition: number): { offset: number; group: string } {
    let least = { offset: Number.POSITIVE_INFINITY, group: "" };
    for (const { key, value } of meta.getRange({ start: ["commit", "", "", 0] })) {
      if (key[0] !== "commit") break;
      const [, group, name, number] = key;
      if (name === topic && number === partition && value < least.offset) least = { offset: value, group };
    }
    return least;
  }

  const timer = setInterval(() => cleanUp().catch(report), CLEANUP_EVERY_MS);
  timer.unref();

  async function close(): Promise<void> {
    clearInterval(timer);
    await Promise.all([...running].map((reader) => reader.stop()));
    await cleaning?.catch(report);
    await writer.settled();
    closed = true;
    await root.close();
    unlock();
  }

  return {
    ensureTopics,
    append,
    consume,
    tail,
    async lag(topic, group): Promise<Lag[]> {
      return topicOf(topic).partitions.map(({ partition, start, end }) => ({
        partition,
        committed: Math.max(meta.get(["commit", group, topic.name, partition]) ?? 0, start),
        end,
      }));
    },
    async check() {
      requireOpen();
      if (writer.failing) await writer.write({ apply: () => void meta.put(["checked"], clock()) });
    },
    close() {
      closing ??= close();
      return closing;
    },
  };
}

/** A key of any length as a short name; two keys with the same one are not to be expected. */
function keyId(key: string): string {
  return createHash("sha256").update(key).digest("base64url");
}
