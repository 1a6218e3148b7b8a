/** Where the real servers of a test run are; null: not to be had here. */
export interface Servers {
  readonly mosquittoUrl: string | null;
  readonly kafkaBrokers: string[] | null;
  readonly influxdb: { url: string; org: string; bucket: string; token: string } | null;
  stop(): Promise<void>;
}
