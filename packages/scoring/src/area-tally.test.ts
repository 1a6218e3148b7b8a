import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AreaTally } from "./area-tally.ts";
import { tallyOf } from "./indicator-result.ts";
import type { OverDevices } from "./score-model.ts";

const DEVICES = 300;
const share = fc.double({ min: 0, max: 1, noNaN: true });
const said = fc.record({
  value: fc.oneof(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.constantFrom(0, -0, 4)),
  coverage: share,
  readings: fc.nat(100),
});
const change = fc.record({ place: fc.nat(DEVICES - 1), says: fc.option(said) });
const methods = fc.constantFrom<OverDevices>(
  { by: "mean" },
  { by: "median" },
  { by: "max" },
  { by: "share_at_least", threshold: 4 },
);

describe("what the devices of an area say together", () => {
  it("is the same to the last digit, whether they say it for the first time or after much else", () => {
    fc.assert(
      fc.property(
        methods,
        fc.array(fc.option(said), { minLength: DEVICES, maxLength: DEVICES }),
        fc.array(change, { maxLength: 200 }),
        (overDevices, first, changes) => {
          const tally = new AreaTally(overDevices, DEVICES);
          const now = [...first];
          const put = (place: number) => {
            const says = now[place];
            if (says) tally.put(place, says.value, says.coverage, says.readings);
            else tally.leaveOut(place);
          };
          now.forEach((_says, place) => {
            put(place);
          });
          tally.keepOrder();
          changes.forEach(({ place, says }, n) => {
            now[place] = says;
            put(place);
            // What was read in between changes nothing.
            if (n % 50 === 0) expect(numbersOf(tally)).toEqual(numbersOf(tallyOf({ overDevices }, now)));
          });
          expect(numbersOf(tally)).toEqual(numbersOf(tallyOf({ overDevices }, now)));
        },
      ),
      { numRuns: 200 },
    );
  });

  it("is NaN for a value when none counts", () => {
    const tally = new AreaTally({ by: "median" }, 3);
    tally.put(1, 5, 1, 1);
    expect(tally.value).toBe(5);
    tally.leaveOut(1);
    expect(tally).toMatchObject({ count: 0, covered: 0, readings: 0 });
    expect(tally.value).toBeNaN();
  });
});

function numbersOf(tally: AreaTally) {
  const { value, count, covered, readings, reaching, lowest, highest } = tally;
  return { value, count, covered, readings, reaching, ...(count > 0 ? { lowest, highest } : {}) };
}
