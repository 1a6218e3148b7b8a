/**
 * The values of one device at one time. Its identity is (device, metric, time): storing it again changes nothing,
 * and a reading with other metrics for the same device and time adds to it.
 */
export interface Reading {
  readonly device: string;
  /** Event time, Unix milliseconds. */
  readonly time: number;
  /** Metric name to value, in the unit of the metric catalogue. Always finite, never empty. */
  readonly values: Readonly<Record<string, number>>;
  /** `id@version` of the adapter that decoded it. */
  readonly adapter: string;
  /** When the message it came from was received, Unix milliseconds. */
  readonly receivedAt: number;
}
