/** What has to be known of a device to say whether it needs attention. Times are RFC 3339 text. */
export interface WatchedDevice {
  readonly id: string;
  readonly name: string;
  readonly kind: string | null;
  readonly adapter: string | null;
  readonly origin: string | null;
  readonly area: string | null;
  readonly registered: boolean;
  readonly retired: boolean;
  /** Event time of its newest reading. */
  readonly lastSeen: string | null;
  /** The newest value of each metric. */
  readonly latest: Readonly<Record<string, { readonly value: number; readonly time: string }>>;
}
