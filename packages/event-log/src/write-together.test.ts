import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { writeTogether } from "./write-together.ts";

describe("writing together", () => {
  it("writes every value once and in order, at most so many at a time, and settles each batch with its own write", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ size: fc.integer({ min: 1, max: 12 }), turns: fc.nat({ max: 4 }) }), {
          maxLength: 40,
        }),
        fc.array(fc.boolean(), { maxLength: 40 }),
        fc.integer({ min: 1, max: 20 }),
        async (batches, failures, maxValues) => {
          const given: number[] = [];
          const seen: number[] = [];
          const lost = new Set<number>();
          let running = 0;
          let writes = 0;
          const write = writeTogether<number>(async (values) => {
            expect(++running).toBe(1);
            const fail = failures[writes++] === true;
            for (let turn = 0; turn < 3; turn++) await null;
            seen.push(...values);
            if (fail) for (const value of values) lost.add(value);
            running--;
            if (fail) throw new Error("away");
          }, maxValues);
          const settled: Promise<unknown>[] = [];
          for (const { size, turns } of batches) {
            const values = Array.from({ length: size }, (_, n) => given.length + n);
            given.push(...values);
            settled.push(
              write(values).then(
                () => expect(values.some((value) => !seen.includes(value) || lost.has(value))).toBe(false),
                () => expect(values.every((value) => lost.has(value))).toBe(true),
              ),
            );
            for (let turn = 0; turn < turns; turn++) await null;
          }
          await Promise.all(settled);
          expect(seen).toEqual(given);
        },
      ),
    );
  });

  it("joins what comes while a write is under way, up to the limit, and writes at once when there is none", async () => {
    const sizes: number[] = [];
    let finish = () => {};
    const write = writeTogether<number>((values) => {
      sizes.push(values.length);
      return new Promise((resolve) => {
        finish = resolve;
      });
    }, 100);
    const batch = (size: number) => new Array<number>(size).fill(0);
    const first = write(batch(1));
    await null;
    expect(sizes).toEqual([1]);
    const later = [write(batch(20)), write(batch(30)), write(batch(60)), write(batch(500))];
    for (const expected of [[1], [1, 50], [1, 50, 60], [1, 50, 60, 500]]) {
      expect(sizes).toEqual(expected);
      finish();
      await new Promise(setImmediate);
    }
    await Promise.all([first, ...later]);
  });
});
