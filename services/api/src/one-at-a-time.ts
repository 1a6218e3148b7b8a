import { HttpProblem } from "./problem.ts";

/**
 * Lets one piece of work run after the other, and a few wait: for what anybody may ask and what takes the processor for a
 * while.
 * @throws HttpProblem `busy` when too many wait already
 */
export function createTurns(mostWaiting: number): <T>(work: () => Promise<T>) => Promise<T> {
  let waiting = 0;
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    if (waiting >= mostWaiting) {
      throw new HttpProblem(
        "busy",
        "Others are asking for what takes a while just now. Ask again in a few seconds.",
      );
    }
    waiting++;
    const done = last.then(async () => {
      // Others come to their turn in between.
      await new Promise(setImmediate);
      try {
        return await work();
      } finally {
        waiting--;
      }
    });
    last = done.catch(() => {});
    return done;
  };
}
