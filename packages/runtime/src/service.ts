/** What `kota start` and `kota run` start and stop. Thin: wiring, nothing else. */
export interface Service {
  readonly name: ServiceName;
  /** Resolves when it works; rejects with a KotaError that says what to do when it cannot. */
  start(): Promise<void>;
  /** Takes no new input, finishes what it has, commits, and resolves. Safe to call twice. */
  stop(): Promise<void>;
  /** Why it is not ready, one sentence each; empty when it is. Cheap: it is asked every few seconds. */
  notReady(): readonly string[] | Promise<readonly string[]>;
}

export const SERVICE_NAMES = ["ingest", "normalize", "store", "score", "api", "ledger"] as const;
export type ServiceName = (typeof SERVICE_NAMES)[number];
