import { KotaError } from "@kota/model";

/** The calls that a store has taken and not yet answered, so that it closes only after the last of them. */
export class Calls {
  readonly #pending = new Set<Promise<unknown>>();
  #closed = false;

  /** Starts a call, or rejects with `closed`. */
  async run<T>(start: () => Promise<T>): Promise<T> {
    if (this.#closed) throw new KotaError("closed", "The time series store is closed.");
    const running = start();
    this.#pending.add(running);
    try {
      return await running;
    } finally {
      this.#pending.delete(running);
    }
  }

  /** Takes no more calls and waits for the last one. False when that was asked for before. */
  async end(): Promise<boolean> {
    const first = !this.#closed;
    this.#closed = true;
    await Promise.allSettled(this.#pending);
    return first;
  }
}
