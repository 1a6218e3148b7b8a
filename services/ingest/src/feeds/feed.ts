/** A way in for messages: it hands each one to the intake and acknowledges it when the intake's promise resolves. */
export interface Feed {
  /** Resolves when it takes messages, or keeps trying to; rejects when it never will. */
  start(): Promise<void>;
  /** Takes no new messages, waits a bounded time for those under way, acknowledges them, and resolves. */
  stop(): Promise<void>;
  /** Why no messages come in, one sentence each; empty when they do. */
  notReady(): readonly string[];
  /** Where devices connect to, when the feed listens itself and is started. */
  readonly address?: ListenAddress | undefined;
}

export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** How long `stop` waits for messages under way. What is not durable by then is not acknowledged, and comes again. */
export const DRAIN_MS = 5_000;
