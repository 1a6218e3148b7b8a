import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FewValues, type SeenValue } from "./seen-values.ts";

describe("the values of a device that were seen last", () => {
  it("are, of any values in any order, the newest of each metric, as a map would have them", () => {
    const seen = fc.record({
      metric: fc.constantFrom("pm2_5", "pm10", "temperature"),
      time: fc.integer({ min: 0, max: 20 }),
      value: fc.double({ noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(seen), (all) => {
        const values = new FewValues();
        const map = new Map<string, SeenValue>();
        for (const { metric, time, value } of all) {
          values.take(metric, time, value);
          if ((map.get(metric)?.time ?? -1) <= time) map.set(metric, { time, value });
        }
        expect([...values]).toEqual([...map]);
        expect(values.get("pm10")).toEqual(map.get("pm10"));
        expect(values.has("humidity")).toBe(false);
      }),
    );
  });
});
