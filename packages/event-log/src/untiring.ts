const PAUSE_MS = { first: 50, last: 5000 };

/**
 * Does something again and again until it succeeds or is called off, with pauses that double from 50 ms to 5 s. The
 * port promises this to whoever consumes; everything else is retried by its caller.
 * @returns whether it succeeded
 */
export async function untiring(
  attempt: () => Promise<void>,
  onError: (error: unknown) => void,
  signal: AbortSignal,
): Promise<boolean> {
  for (let pauseMs = PAUSE_MS.first; !signal.aborted; pauseMs = Math.min(PAUSE_MS.last, pauseMs * 2)) {
    try {
      await attempt();
      return true;
    } catch (error) {
      onError(error);
      await pause(pauseMs, signal);
    }
  }
  return false;
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done, { once: true });
  });
}
