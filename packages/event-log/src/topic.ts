/** Turns values of one partition into the bytes of one record and back. */
export interface Codec<T> {
  encode(values: readonly T[]): Uint8Array;
  decode(record: Uint8Array): T[];
  /**
   * What is decoded equals what was encoded, in an order that is the same for each key. So a log in this process may pass on
   * the very values that were appended, and spare each reader to read and decode them. Left out: it may not be so.
   */
  readonly isFaithful?: true;
}

/** What a log needs to know of a topic to create it. */
export interface TopicSettings {
  readonly name: string;
  readonly partitions: number;
  /**
   * `delete`: records go after `retentionMs`. `compact`: the newest value of each key stays for ever, older ones may go.
   * `compact-and-delete`: only the newest of each key, and that too goes after `retentionMs`.
   * A compacted topic has one value per record.
   */
  readonly cleanup: "delete" | "compact" | "compact-and-delete";
  /** How long a record is kept at least. */
  readonly retentionMs: number;
  /**
   * So long every record of a compacted topic stays, for a reader that is behind and needs each. The embedded log keeps
   * what a group has yet to consume anyway. Default 0.
   */
  readonly compactAfterMs?: number;
}

/** A named sequence of values in the log. */
export interface Topic<T> extends TopicSettings {
  readonly codec: Codec<T>;
  /** Values with the same key stay in order, in one partition. */
  readonly keyOf: (value: T) => string;
}
