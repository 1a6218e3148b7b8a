import fc from "fast-check";
import { expect, it } from "vitest";
import { createMinuteCount } from "./minute-count.ts";

it("the count of the last minute is that of the last 60 seconds, whatever the gaps", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 100_000 }), fc.integer({ min: 0, max: 9 })), {
        maxLength: 40,
      }),
      (steps) => {
        let now = 1_700_000_000_000;
        const arrivals: { second: number; amount: number }[] = [];
        const minute = createMinuteCount(() => now);
        for (const [pause, amount] of steps) {
          now += pause;
          minute.add(amount);
          arrivals.push({ second: Math.floor(now / 1_000), amount });
          const oldest = Math.floor(now / 1_000) - 59;
          const expected = arrivals
            .filter(({ second }) => second >= oldest)
            .reduce((total, { amount }) => total + amount, 0);
          expect(minute.count()).toBe(expected);
        }
      },
    ),
  );
});

it("a clock that is set back takes nothing from the count", () => {
  let now = 1_700_000_000_000;
  const minute = createMinuteCount(() => now);
  minute.add(3);
  now -= 3_600_000;
  minute.add(2);
  expect(minute.count()).toBe(5);
});
