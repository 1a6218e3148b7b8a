import { setImmediate } from "node:timers/promises";

/** What comes in waits at most about this long for an evaluation, plus one area. Milliseconds. */
const SLICE_MS = 10;

/** Runs all steps, letting everything else in the process come to its turn in between. */
export async function inSlices<T>(steps: Generator<void, T>): Promise<T> {
  let begun = performance.now();
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done) return step.value;
    if (performance.now() - begun < SLICE_MS) continue;
    await setImmediate();
    begun = performance.now();
  }
}
