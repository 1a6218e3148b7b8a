import type { Clock } from "@kota/runtime";

const SECONDS = 60;

/** Counts what came in the last 60 seconds, to the second. */
export function createMinuteCount(clock: Clock): { add(amount: number): void; count(): number } {
  const amounts = new Array<number>(SECONDS).fill(0);
  let newest = Math.floor(clock() / 1_000);

  function forward(): void {
    const second = Math.floor(clock() / 1_000);
    for (let next = Math.max(newest + 1, second - SECONDS + 1); next <= second; next++) {
      amounts[next % SECONDS] = 0;
    }
    newest = Math.max(newest, second);
  }

  return {
    add(amount) {
      forward();
      amounts[newest % SECONDS] = (amounts[newest % SECONDS] ?? 0) + amount;
    },
    count() {
      forward();
      return amounts.reduce((total, amount) => total + amount, 0);
    },
  };
}
