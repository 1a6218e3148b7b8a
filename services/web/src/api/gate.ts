/** Lets tasks through, a few at a time, in the order in which they came. */
export type Gate = <T>(task: () => Promise<T>, signal: AbortSignal) => Promise<T>;

/**
 * A gate for what nobody waits for. A browser keeps six connections to a host: without it, what a person asks for would
 * stand in line behind what the page looks up by itself. A task that is aborted before its turn is never begun.
 */
export function createGate(most: number): Gate {
  let running = 0;
  const waiting: (() => void)[] = [];
  const turn = (): Promise<void> => {
    if (running < most) {
      running += 1;
      return Promise.resolve();
    }
    return new Promise((resolve) => waiting.push(resolve));
  };
  const done = (): void => {
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    else next();
  };
  return async (task, signal) => {
    await turn();
    try {
      signal.throwIfAborted();
      return await task();
    } finally {
      done();
    }
  };
}
