import { OutOfTime, withinTime } from "./bounded-time.ts";

/** What one call of an adapter may take: thousands of times what any needs. */
const CALL_MS = 1000;
/** What many messages may take together before each is looked at by itself. */
const TOGETHER_MS = 1000;

/** Ends what does not come to an end in the code of a city's adapters. */
export interface CodeWatch {
  /**
   * Calls code of an adapter.
   * @throws OutOfTime
   */
  call<T>(code: () => T): T;
  /**
   * `items.map(one)` for many messages, watched together, because watching costs more than decoding. The one that does not
   * come to an end is tried again, each call of an adapter watched by itself: the code that does not end then is known.
   * `one` may be cut off anywhere and called again for the same item, so it has to be as good twice as once.
   */
  map<T, R>(items: readonly T[], one: (item: T) => R): R[];
}

export function createCodeWatch({ callMs = CALL_MS, togetherMs = TOGETHER_MS } = {}): CodeWatch {
  let isTogether = false;

  /** Goes on until the end, or until an item takes too long; returns which, or that none did. */
  function together<T, R>(items: readonly T[], results: R[], one: (item: T) => R): T | undefined {
    isTogether = true;
    try {
      withinTime(() => {
        for (let at = results.length; at < items.length; at++) results[at] = one(items[at] as T);
      }, togetherMs);
      return undefined;
    } catch (error) {
      if (!(error instanceof OutOfTime)) throw error;
      return items[results.length];
    } finally {
      isTogether = false;
    }
  }

  return {
    call: (code) => (isTogether ? code() : withinTime(code, callMs)),
    map(items, one) {
      type R = ReturnType<typeof one>;
      const results: R[] = [];
      while (results.length < items.length) {
        const slow = together(items, results, one);
        if (slow !== undefined) results.push(one(slow));
      }
      return results;
    },
  };
}
