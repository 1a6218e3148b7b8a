/** What a device announced about its later messages, as one adapter read it: the newest record of each part counts. */
export interface AnnouncementRecord {
  /** The adapter's id. */
  readonly adapter: string;
  /** What it is about: a topic, a node, a sensor. */
  readonly key: string;
  /** Who says it, where several may say something about the same key. */
  readonly part: string;
  /** Plain data, in the adapter's own form. */
  readonly value: unknown;
  /** Goes up by one each time the part is announced; a record with a lower one came too late. */
  readonly version: number;
}
