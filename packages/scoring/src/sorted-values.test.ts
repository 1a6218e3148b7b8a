import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SortedValues } from "./sorted-values.ts";

const values = fc.oneof(fc.integer({ min: 0, max: 5 }), fc.double({ noNaN: true }));

describe("values in order", () => {
  it("are those of a sorted list, by rank, whatever is put in and taken out", () => {
    fc.assert(
      fc.property(
        fc.array(values, { maxLength: 700 }),
        fc.array(fc.record({ value: values, takesOut: fc.boolean(), which: fc.nat() }), { maxLength: 600 }),
        (first, changes) => {
          const sorted = new SortedValues();
          sorted.fill(new Float64Array(first));
          const expected = new Float64Array(first.length + changes.length).fill(Number.NaN);
          expected.set(first);
          const list = [...first];
          for (const { value, takesOut, which } of changes) {
            if (takesOut && list.length > 0) {
              const [gone = Number.NaN] = list.splice(which % list.length, 1);
              sorted.remove(gone);
            } else {
              list.push(value);
              sorted.add(value);
            }
          }
          const ordered = new Float64Array(list).sort();
          expect(sorted.size).toBe(ordered.length);
          expect(Array.from(ordered, (_value, rank) => sorted.at(rank) + 0)).toEqual(
            Array.from(ordered, (value) => value + 0),
          );
          expect(sorted.at(ordered.length)).toBeNaN();
        },
      ),
      { numRuns: 200 },
    );
  });

  it("stay in order when many come in ascending and descending order", () => {
    const sorted = new SortedValues();
    for (let n = 0; n < 1000; n++) {
      sorted.add(n);
      sorted.add(-n - 1);
    }
    expect([0, 999, 1000, 1999].map((rank) => sorted.at(rank))).toEqual([-1000, -1, 0, 999]);
    for (let n = 0; n < 1000; n++) sorted.remove(n);
    expect(sorted.size).toBe(1000);
    expect(sorted.at(999)).toBe(-1);
  });
});
