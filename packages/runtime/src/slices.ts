import { setImmediate } from "node:timers/promises";

/** What comes in waits at most about this long, plus one step. Milliseconds. */
const SLICE_MS = 10;

/** What came of the steps, and for how long they had the processor, milliseconds. */
export interface Sliced<T> {
  readonly result: T;
  readonly busyMs: number;
}

/** Runs all steps, letting everything else in the process come to its turn in between. */
export async function inSlices<T>(steps: Generator<void, T>): Promise<Sliced<T>> {
  let busyMs = 0;
  let begun = performance.now();
  for (let step = steps.next(); ; step = steps.next()) {
    const sliceMs = performance.now() - begun;
    if (step.done) return { result: step.value, busyMs: busyMs + sliceMs };
    if (sliceMs < SLICE_MS) continue;
    busyMs += sliceMs;
    await setImmediate();
    begun = performance.now();
  }
}
