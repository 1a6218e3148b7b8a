import { setTimeout as sleep } from "node:timers/promises";
import { type LoadMessage, type LoadPlan, payloadOf, topicOf } from "./plan.ts";
import { Publisher } from "./publisher.ts";

export interface LoadOptions {
  readonly url: string;
  readonly plan: LoadPlan;
  /** Messages a second in all. */
  readonly rate: number;
  readonly connections?: number;
  /** Unacknowledged messages of a connection: what is behind a closed window waits to be sent. */
  readonly window?: number;
}

const TICK_MS = 10;

/** Publishes messages of a plan at QoS 1 and a steady rate until it is told to finish. */
export class Load {
  readonly #plan: LoadPlan;
  readonly #publishers: readonly Publisher[];
  readonly #window: number;
  readonly #open = new Set<number>();
  readonly #timer: NodeJS.Timeout;
  #sent = 0;
  #owed = 0;
  #tickedAt = performance.now();
  /** May be changed at any time. */
  rate: number;

  constructor({ plan, url, rate, connections = 4, window = 500 }: LoadOptions) {
    this.#plan = plan;
    this.#window = window;
    this.rate = rate;
    this.#publishers = Array.from(
      { length: connections },
      (_, n) =>
        new Publisher({
          url,
          clientId: `${plan.devices[0]}-load-${n}`,
          onAcknowledged: (acknowledged) => this.#open.delete(acknowledged),
        }),
    );
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
  }

  /** How many messages were handed to the broker at least once. */
  get sent(): number {
    return this.#sent;
  }

  get messages(): LoadMessage[] {
    return Array.from({ length: this.#sent }, (_, n) => this.#plan.message(n));
  }

  get unacknowledged(): number {
    return this.#open.size;
  }

  acknowledged(n: number): boolean {
    return n < this.#sent && !this.#open.has(n);
  }

  /** Sends no more new messages, and resolves when all are acknowledged, or after `timeoutMs`. */
  async finish(timeoutMs: number): Promise<void> {
    clearInterval(this.#timer);
    for (const deadline = Date.now() + timeoutMs; this.#open.size > 0 && Date.now() < deadline; ) {
      await sleep(50);
    }
    for (const publisher of this.#publishers) publisher.close();
  }

  #tick(): void {
    const now = performance.now();
    // What could not be sent while windows were closed is not made up for in one go.
    const most = this.rate / 4;
    this.#owed = Math.min(this.#owed + ((now - this.#tickedAt) * this.rate) / 1000, most);
    this.#tickedAt = now;
    for (; this.#owed >= 1; this.#owed--) {
      const n = this.#sent;
      // One device always by the same connection, so that its messages stay in order.
      const publisher = this.#publishers[n % this.#publishers.length];
      if (publisher === undefined || publisher.underWay >= this.#window) return;
      const message = this.#plan.message(n);
      this.#sent++;
      this.#open.add(n);
      publisher.publish(n, topicOf(message), payloadOf(message));
    }
  }
}
