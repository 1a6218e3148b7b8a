import type { Topic, TopicSettings } from "./topic.ts";

/** Values of one partition, in the order they were appended. */
export interface Batch<T> {
  readonly topic: string;
  readonly partition: number;
  /** Offset of the first record in the batch. A record holds one or more values. */
  readonly offset: number;
  /** Offset after the last record: what a commit of the whole batch commits. */
  readonly nextOffset: number;
  readonly values: readonly T[];
  /**
   * Which values belong to which record. Batches are cut anew after a restart and records are not: who has to know exactly
   * what was counted already goes by them.
   */
  readonly records: readonly BatchRecord[];
}

/** A record of a batch: its values are those from the end of the record before it up to `end`, an index in `values`. */
export interface BatchRecord {
  readonly offset: number;
  readonly end: number;
}

export interface ConsumeOptions<T> {
  /** Consumers of one group share the partitions; each group gets every value. */
  readonly group: string;
  /**
   * Called with one batch of a partition at a time; batches of different partitions may overlap.
   * When it resolves, the batch is committed (commit `auto`). When it rejects, nothing is committed and the same values
   * come again after a pause, for ever: a value that can never succeed must be handled inside, not thrown.
   */
  readonly onBatch: (batch: Batch<T>) => Promise<void>;
  /**
   * `auto`: commit after `onBatch` resolved. `manual`: only `Consumer.commit` commits, so that a consumer that keeps
   * state can commit the offset from which it wants to start again.
   */
  readonly commit?: "auto" | "manual";
  /** `shared` (default): partitions are spread over the group. `single`: one member has them all, others stand by. */
  readonly assignment?: "shared" | "single";
  /**
   * Partitions that this member now has / no longer has. No batch of a partition comes before `onAssigned` resolved;
   * when it rejects, it is called again after a pause.
   */
  readonly onAssigned?: (partitions: readonly number[]) => Promise<void>;
  readonly onRevoked?: (partitions: readonly number[]) => Promise<void>;
  /**
   * A batch failed or the connection did, and it will be tried again; or a record cannot be decoded and is passed over
   * (`record_unreadable`). For logs and metrics.
   */
  readonly onError?: (error: unknown) => void;
  /** At most this many values in one call. Default 10,000. */
  readonly maxValues?: number;
}

export interface Consumer {
  /**
   * Commit so that the partition is read from this offset at the next start.
   * @throws KotaError `log_refused` when the partition has gone to another member.
   */
  commit(partition: number, offset: number): Promise<void>;
  /** Stop fetching, wait for the running `onBatch` calls, commit what they finished, leave the group. */
  stop(): Promise<void>;
}

export interface TailOptions<T> {
  /** `end`: only what is appended from now on. `start`: everything that is kept, then on. */
  readonly from: "start" | "end";
  readonly onBatch: (batch: Batch<T>) => void | Promise<void>;
  readonly onError?: (error: unknown) => void;
}

export interface Tail {
  /**
   * Resolves when everything that was there at the time of the call to `tail` was passed on. Rejects with `closed` when
   * the tail is stopped before.
   */
  readonly caughtUp: Promise<void>;
  stop(): Promise<void>;
}

/** How far a group is behind. */
export interface Lag {
  readonly partition: number;
  readonly committed: number;
  readonly end: number;
}

/**
 * The log between the stages.
 *
 * - Order is kept per key (`Topic.keyOf`), not across keys.
 * - `append` resolves when the values are durable (embedded: after fsync; Kafka: after acks=all), and rejects with a
 *   {@link KotaError} when they are not known to be: then they may or may not be in the log, and appending again is right.
 * - A committed offset is never delivered again to its group; what was not committed always is.
 */
export interface EventLog {
  /**
   * Who appends all the time should gather values for so long: what is closer together costs more than it is worth.
   * Milliseconds; left out: it makes no difference.
   */
  readonly appendEveryMs?: number | undefined;
  /** Creates the topics that do not exist, and checks the partitions of those that do. */
  ensureTopics(topics: readonly TopicSettings[]): Promise<void>;
  /** The values must not be changed afterwards: in one process they may be what consumers get. */
  append<T>(topic: Topic<T>, values: readonly T[]): Promise<void>;
  consume<T>(topic: Topic<T>, options: ConsumeOptions<T>): Promise<Consumer>;
  /** Reads without a group and without commits: for views that start from what the log has. */
  tail<T>(topic: Topic<T>, options: TailOptions<T>): Promise<Tail>;
  /** Per partition, what the group has committed and where the log ends, in records. */
  lag(topic: TopicSettings, group: string): Promise<readonly Lag[]>;
  /** Resolves when the log can be appended to, rejects with the reason when not. */
  check(): Promise<void>;
  close(): Promise<void>;
}
