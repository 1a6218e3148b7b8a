import { createContext, Script } from "node:vm";

/** The code of a city did not come to an end in the time that it has. */
export class OutOfTime extends Error {
  constructor(timeoutMs: number) {
    super(`it does not come to an end within ${timeoutMs / 1000} seconds`);
  }
}

// One for all: making a context costs a hundred times what running in it does.
const entry: { run: () => unknown } = { run: () => undefined };
const context = createContext(entry);
const script = new Script("run()");

/**
 * Runs code that the city wrote, and ends it wherever it is when it does not come to an end by itself; `finally` does not
 * run then. Whatever it throws comes through. Some 30 µs each time: a thread watches.
 * @throws OutOfTime
 */
export function withinTime<T>(run: () => T, timeoutMs: number): T {
  entry.run = run;
  try {
    return script.runInContext(context, { timeout: timeoutMs }) as T;
  } catch (error) {
    if ((error as { readonly code?: unknown } | null)?.code !== "ERR_SCRIPT_EXECUTION_TIMEOUT") throw error;
    throw new OutOfTime(timeoutMs);
  }
}
