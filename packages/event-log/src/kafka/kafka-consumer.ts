import { setTimeout as sleep } from "node:timers/promises";
import { KotaError } from "@kota/model";
import {
  type EachBatchPayload,
  type Kafka,
  type Consumer as KafkaJsConsumer,
  type PartitionAssigner,
  PartitionAssigners,
} from "kafkajs";
import { deferred } from "../deferred.ts";
import type { ConsumeOptions, Consumer } from "../port.ts";
import { type Reader, startReader } from "../reader.ts";
import type { Topic } from "../topic.ts";
import { untiring } from "../untiring.ts";
import { within } from "../within.ts";
import { commitQueue } from "./commit-queue.ts";
import { isRoutine, kafkaError, recordsExpired } from "./errors.ts";
import { type FetchedRecords, fetchedRecords } from "./fetched-records.ts";
import { singleAssigner } from "./single-assigner.ts";

/** After this long without a sign of life a member's partitions go to others: also the pause after a `kill -9`. */
const SESSION_TIMEOUT_MS = 10_000;
const REBALANCE_TIMEOUT_MS = 30_000;
/** How soon a member learns that another one came or went. */
const HEARTBEAT_EVERY_MS = 1000;
/** Kafka answers a fetch at once when it has something; a partition that is taken up again waits up to this long. */
const FETCH_WAIT_MS = 500;
/**
 * So long after a fetch that brought something comes the next: under load it then brings more, and a value that comes alone is
 * fetched at once all the same.
 */
const FETCH_PAUSE_MS = 20;
/** A partition that has this much waiting is not fetched from until half of it is dealt with. */
const AHEAD_BYTES = 4 * 1024 * 1024;
/** kafkajs is known to stop fetching without a word after some rebalances and lost connections. */
const STALLED_AFTER_MS = 60_000;
const RECREATE_MS = { first: 500, last: 5000 };
const ROUTINE_FAILURES = 5;
/** A group that changes just then takes no commit until everybody has joined again. What is not committed comes again. */
const LAST_COMMITS_WITHIN_MS = 5000;
/** kafkajs leaves a group only after the answer to its last fetch, which a broker that hangs does not give. Nothing is owed by then. */
const LEAVE_WITHIN_MS = 3000;

interface Share {
  readonly partition: number;
  readonly fetched: FetchedRecords;
  /** Aborted when the partition is lost: then nothing of it is committed any more. */
  readonly lost: AbortController;
  /** `onAssigned` has resolved for it, so `onRevoked` is owed. */
  taken: boolean;
  paused: boolean;
  reader: Reader | undefined;
}

interface GroupOptions<T> extends ConsumeOptions<T> {
  /** Where a partition begins, where that is not for the group's commits to say. */
  readonly startAt?: (partition: number) => number | undefined;
  /** Everything of a partition before this offset is dealt with. */
  readonly onProgress?: (partition: number, nextOffset: number) => void;
}

/**
 * A member of a consumer group.
 *
 * kafkajs only fetches: what it brings waits for a reader of its own in each partition, so that a partition that is
 * slow or fails holds up no other, and heartbeats go on however long a batch takes. After each rebalance, partitions
 * that stay go on where they were; those that are lost are not committed any more. Whatever makes kafkajs end, or stand
 * still, is answered in one way: a new member, after a pause.
 *
 * Resolves when the member has joined and its first partitions are taken.
 * @throws KotaError when it cannot join.
 */
export async function startKafkaConsumer<T>(
  kafka: Kafka,
  topic: Topic<T>,
  options: GroupOptions<T>,
  partitions: number,
): Promise<Consumer> {
  const { group } = options;
  const report = (error: unknown) => options.onError?.(error);
  const assigner =
    options.assignment === "single" ? singleAssigner(Date.now()) : PartitionAssigners.roundRobin;
  const joined = deferred();
  const shares = new Map<number, Share>();
  let member: KafkaJsConsumer | undefined;
  let memberId = "";
  let sendCommits: EachBatchPayload["commitOffsetsIfNecessary"] | undefined;
  let stopping = false;
  let failures = 0;
  let lastFetch = Date.now();
  let recreate: NodeJS.Timeout | undefined;
  // Partitions are given up before others are taken, one change of the group after the other.
  let handedOver: Promise<void> = Promise.resolve();

  const commits = commitQueue(
    async (offsets) => {
      const sent = offsets.map(({ partition, offset }) => ({ partition, offset: String(offset) }));
      // Not `member.commitOffsets` if it can be helped: that one tries again by itself, also as a member of the next
      // generation, for which the partition may be someone else's.
      if (sendCommits) await sendCommits({ topics: [{ topic: topic.name, partitions: sent }] });
      else await member?.commitOffsets(sent.map((commit) => ({ topic: topic.name, ...commit })));
    },
    (cause) => {
      if (!isRoutine(cause)) report(kafkaError(`committing for ${group}`, cause));
    },
    (partition) =>
      new KotaError(
        "log_refused",
        `A commit of ${group} came too late: partition ${partition} of ${topic.name} is another member's now.`,
      ),
  );

  function onJoin(joinedAs: string, assigned: readonly number[]): void {
    // A member keeps its id as long as it misses no generation. If it did miss one, others had its partitions.
    if (memberId !== "" && joinedAs !== memberId) {
      onEnd(new Error("the group went on without this member"));
      return;
    }
    memberId = joinedAs;
    const lost = takeAway(({ partition }) => !assigned.includes(partition));
    commits.release(new Set(shares.keys()));
    const gained: Share[] = [];
    for (const partition of assigned) {
      let share = shares.get(partition);
      if (!share) {
        share = {
          partition,
          fetched: fetchedRecords(partition),
          lost: new AbortController(),
          taken: false,
          paused: false,
          reader: undefined,
        };
        shares.set(partition, share);
        gained.push(share);
        // kafkajs remembers what was paused over all changes of the group.
        member?.resume([{ topic: topic.name, partitions: [partition] }]);
      }
      // By itself kafkajs begins at the commit again after each change of the group.
      const at = share.fetched.begun ? share.fetched.end : options.startAt?.(partition);
      if (at !== undefined) member?.seek({ topic: topic.name, partition, offset: String(at) });
    }
    handOver(lost, gained);
    joined.resolve();
  }

  function takeAway(which: (share: Share) => boolean): Share[] {
    const lost = [...shares.values()].filter(which);
    for (const share of lost) {
      share.lost.abort();
      shares.delete(share.partition);
    }
    return lost;
  }

  function handOver(lost: readonly Share[], gained: readonly Share[]): void {
    handedOver = handedOver
      .then(() => give(lost))
      .catch(report)
      .then(() => take(gained));
  }

  async function give(lost: readonly Share[]): Promise<void> {
    await Promise.all(lost.map(({ reader }) => reader?.stop()));
    const given = lost.filter(({ taken }) => taken).map(({ partition }) => partition);
    if (given.length > 0) await options.onRevoked?.(given);
  }

  async function take(gained: readonly Share[]): Promise<void> {
    for (;;) {
      const still = gained.filter(({ lost }) => !lost.signal.aborted);
      if (still.length === 0) return;
      const assign = async () => options.onAssigned?.(still.map(({ partition }) => partition));
      const anyLost = AbortSignal.any(still.map(({ lost }) => lost.signal));
      if (!(await untiring(assign, report, anyLost))) continue;
      for (const share of still) {
        share.taken = true;
        if (!share.lost.signal.aborted) begin(share);
      }
      return;
    }
  }

  function begin(share: Share): void {
    const { partition, fetched, lost } = share;
    share.reader = startReader({
      topic,
      source: fetched,
      from: 0,
      maxValues: options.maxValues ?? 10_000,
      onBatch: (batch) => options.onBatch(batch),
      onError: options.onError,
      onDone: (nextOffset) => {
        fetched.release(nextOffset);
        if (lost.signal.aborted) return;
        options.onProgress?.(partition, nextOffset);
        if (options.commit !== "manual") void commits.commit(partition, nextOffset);
        if (share.paused && fetched.bytes < AHEAD_BYTES / 2 && !stopping) {
          share.paused = false;
          member?.resume([{ topic: topic.name, partitions: [partition] }]);
        }
      },
    });
  }

  async function eachBatch(from: KafkaJsConsumer, payload: EachBatchPayload): Promise<void> {
    const { batch, commitOffsetsIfNecessary, pause } = payload;
    if (from !== member) return;
    sendCommits = commitOffsetsIfNecessary;
    const share = shares.get(batch.partition);
    if (!share) return;
    const first = Number(batch.firstOffset() ?? share.fetched.end);
    if (topic.cleanup === "delete" && share.fetched.begun && first > share.fetched.end)
      report(recordsExpired(topic.name, batch.partition, group, share.fetched.end, first));
    share.fetched.push(batch.messages, Number(batch.lastOffset()) + 1);
    if (share.fetched.bytes > AHEAD_BYTES) {
      share.paused = true;
      pause();
    }
    // kafkajs fetches again when all batches of a fetch are dealt with.
    await sleep(FETCH_PAUSE_MS);
  }

  async function launch(): Promise<void> {
    lastFetch = Date.now();
    sendCommits = undefined;
    const created = kafka.consumer({
      groupId: group,
      sessionTimeout: SESSION_TIMEOUT_MS,
      rebalanceTimeout: REBALANCE_TIMEOUT_MS,
      heartbeatInterval: HEARTBEAT_EVERY_MS,
      maxWaitTimeInMs: FETCH_WAIT_MS,
      minBytes: 1,
      maxBytesPerPartition: 2 * 1024 * 1024,
      allowAutoTopicCreation: false,
      partitionAssigners: [holdCommits(assigner)],
      retry: { initialRetryTime: 100, maxRetryTime: 2000, retries: 5, restartOnFailure: async () => false },
    });
    member = created;
    const { GROUP_JOIN, FETCH, END_BATCH_PROCESS, CRASH } = created.events;
    created.on(GROUP_JOIN, ({ payload }) => {
      if (created === member) onJoin(payload.memberId, payload.memberAssignment[topic.name] ?? []);
    });
    created.on(FETCH, () => {
      if (created !== member) return;
      lastFetch = Date.now();
      failures = 0;
    });
    created.on(END_BATCH_PROCESS, ({ payload }) => {
      // Records that hold no value for kota (markers of transactions) come to no batch, but count as read.
      const fetched = created === member ? shares.get(payload.partition)?.fetched : undefined;
      fetched?.push([], Number(payload.lastOffset) + 1);
    });
    created.on(CRASH, ({ payload }) => {
      if (created === member) onEnd(payload.error);
    });
    try {
      await created.connect();
      await created.subscribe({ topics: [topic.name], fromBeginning: true });
      await created.run({
        autoCommit: false,
        partitionsConsumedConcurrently: partitions,
        eachBatch: (payload) => eachBatch(created, payload),
      });
    } catch (error) {
      if (created === member) onEnd(error);
    }
  }

  /** The member is no more. Its partitions are lost, and a new member is made after a pause. */
  function onEnd(cause: unknown): void {
    const ended = member;
    member = undefined;
    memberId = "";
    ended?.disconnect().catch(() => {});
    const lost = takeAway(() => true);
    commits.release(new Set());
    if (stopping) return;
    // Right after its own start Kafka has to load its groups: everybody waits, nobody needs to know.
    if (!isRoutine(cause) || failures >= ROUTINE_FAILURES) {
      const error = kafkaError(`consuming ${topic.name} as ${group}`, cause);
      report(error);
      joined.reject(error);
    }
    handOver(lost, []);
    const pauseMs = Math.min(RECREATE_MS.last, RECREATE_MS.first * 2 ** failures++);
    recreate = setTimeout(() => void launch(), pauseMs);
  }

  function holdCommits(make: PartitionAssigner): PartitionAssigner {
    return (config) => {
      const made = make(config);
      return {
        ...made,
        protocol: (subscription) => {
          commits.hold();
          return made.protocol(subscription);
        },
      };
    };
  }

  const watchdog = setInterval(() => {
    if (member && Date.now() - lastFetch > STALLED_AFTER_MS)
      onEnd(new Error("nothing was fetched for a minute"));
  }, STALLED_AFTER_MS / 6);
  watchdog.unref();

  async function stop(): Promise<void> {
    stopping = true;
    clearInterval(watchdog);
    clearTimeout(recreate);
    if (shares.size > 0) member?.pause([{ topic: topic.name }]);
    const untaken = takeAway(({ taken }) => !taken);
    await Promise.all([...shares.values()].map(({ reader }) => reader?.stop()));
    if (!(await within(LAST_COMMITS_WITHIN_MS, commits.settled()))) {
      report(new KotaError("log_unavailable", `The last commits of ${group} did not reach Kafka.`));
    }
    const last = member;
    member = undefined;
    handOver([...untaken, ...takeAway(() => true)], []);
    await within(LEAVE_WITHIN_MS, last?.disconnect().catch(() => {}) ?? Promise.resolve());
    await handedOver;
  }

  let stopped: Promise<void> | undefined;
  void launch();
  try {
    await joined.promise;
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    async commit(partition, offset) {
      if (stopping && !member) throw new KotaError("closed", `The consumer of ${group} is stopped.`);
      if (!shares.has(partition)) {
        throw new KotaError(
          "log_refused",
          `${group} cannot commit for partition ${partition} of ${topic.name}: it is another member's.`,
        );
      }
      await commits.commit(partition, offset);
    },
    stop: () => {
      stopped ??= stop();
      return stopped;
    },
  };
}
