import { setMaxListeners } from "node:events";
import { KotaError } from "@kota/model";

export interface RetryOptions {
  /** Called before each pause. */
  readonly onRetry?: (error: unknown, attempt: number, pauseMs: number) => void;
  readonly signal?: AbortSignal;
  readonly baseMs?: number;
  readonly maxMs?: number;
  /** 0 to 1, for jitter. */
  readonly random?: () => number;
}

/**
 * Calls `attempt` until it succeeds or fails with an error that no retry can help: the one place where kota decides
 * to try again. Pauses double from `baseMs` to `maxMs`, each shortened by up to half at random; a peer's `retryAfterMs` is honoured.
 */
export async function retrying<T>(attempt: () => Promise<T>, options: RetryOptions = {}): Promise<T> {
  const { baseMs = 100, maxMs = 15_000, random = Math.random, signal } = options;
  for (let attempts = 1; ; attempts++) {
    try {
      return await attempt();
    } catch (error) {
      if (signal?.aborted || (error instanceof KotaError && error.retry === "never")) throw error;
      const ceiling = Math.min(maxMs, baseMs * 2 ** (attempts - 1));
      const asked = error instanceof KotaError ? (error.retryAfterMs ?? 0) : 0;
      const pauseMs = Math.max(asked, ceiling * (0.5 + random() / 2));
      options.onRetry?.(error, attempts, pauseMs);
      await pause(pauseMs, signal);
    }
  }
}

/** Resolves after `ms`, or at once when the signal aborts. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener("abort", done, { once: true });
  });
}

/**
 * What the promise gives, or a rejection with the signal's reason as soon as that aborts: for a question that nobody waits for
 * any longer, as a server that does not answer would hold up a stop. The question itself goes on unheeded.
 */
export function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    if (signal.aborted) onAbort();
    else {
      // As many questions as are under way at once: with more than ten, Node warns of a leak.
      setMaxListeners(0, signal);
      signal.addEventListener("abort", onAbort, { once: true });
    }
    void promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}
