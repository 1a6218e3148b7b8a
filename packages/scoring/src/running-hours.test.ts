import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SeriesWindow } from "./series-window.ts";
import { emptySummary, HOUR_MS } from "./summary.ts";

const START = Date.UTC(2026, 0, 2, 12);
const MINUTE = 60_000;
const rules = { range: [0, 8] as const, rate: null, stuck: null, silenceMs: null, neighbours: null };

const step = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant("add" as const),
      minute: fc.integer({ min: 0, max: 150 }),
      value: fc.double({ min: -1, max: 9, noNaN: true }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant("look" as const), minute: fc.integer({ min: 0, max: 180 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constantFrom("close" as const, "open again" as const), hour: fc.nat(2) }),
  },
);

describe("what the newest hour adds up to", () => {
  it("is what its readings add up to, in order of time, to the last digit, however they came", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.boolean(), (steps, hasRules) => {
        const series = new SeriesWindow("d", "pm10", hasRules ? rules : undefined);
        for (const each of steps) {
          if (each.do === "add") series.add(START + each.minute * MINUTE, each.value);
          else if (each.do === "look") {
            for (let start = START; start < START + 3 * HOUR_MS; start += HOUR_MS) {
              const to = Math.max(start + 1, START + each.minute * MINUTE);
              const kept = emptySummary();
              const fresh = emptySummary();
              const hour = series.openHour(start);
              expect(series.summarizeOpen(start, to, kept)).toBe(hour !== undefined);
              if (hour === undefined) continue;
              hour.summarize(start, to, fresh);
              expect(kept).toEqual(fresh);
            }
          } else {
            const start = START + each.hour * HOUR_MS;
            const hour = series.openHour(start);
            if (each.do === "open again") series.reopen(start);
            else if (hour) {
              const summary = emptySummary();
              hour.summarize(start, start + HOUR_MS, summary);
              series.setClosed({ start, summary, through: null });
            }
          }
        }
      }),
      { numRuns: 2000 },
    );
  });
});
