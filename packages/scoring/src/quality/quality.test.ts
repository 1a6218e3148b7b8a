import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OpenHour } from "../open-hour.ts";
import { SeriesWindow } from "../series-window.ts";
import { emptySummary, HOUR_MS } from "../summary.ts";
import { flagReadings } from "./flag-readings.ts";
import type { QualityRules } from "./rules.ts";
import { stuckHours } from "./stuck-hours.ts";
import { unlikeNeighbours } from "./unlike-neighbours.ts";

const START = Date.UTC(2026, 0, 2, 12);
const MINUTE = 60_000;
const none: QualityRules = { range: null, rate: null, stuck: null, silenceMs: null, neighbours: null };
const rate = { most: 10, perMs: MINUTE };

/** A reading a minute. */
const flagsOf = (values: readonly number[], rules: Partial<QualityRules>) =>
  flagReadings(
    values.flatMap((value, index) => [START + index * MINUTE, value]),
    { ...none, ...rules },
  )?.join("") ?? null;

describe("the flags of an hour", () => {
  it("are for values outside of the range, whose ends belong to it", () => {
    expect(flagsOf([-1, 0, 50, 100, 101], { range: [0, 100] })).toBe("10001");
    expect(flagsOf([0, 100], { range: [0, 100] })).toBeNull();
  });

  it.each([
    ["a spike in the middle", [20, 20, 90, 20, 20], "00200"],
    ["a spike at the beginning", [90, 20, 20, 20], "2000"],
    ["a spike at the end", [20, 20, 20, 90], "0002"],
    ["a spike at either side of the last but one", [20, 20, 90, 20], "0020"],
    ["a level that changes: none", [20, 20, 90, 90, 90], null],
    ["a slow rise: none", [20, 30, 40, 50], null],
    ["two readings, of which nobody knows which is wrong: none", [20, 90], null],
  ])("are, for too fast a change, of %s", (_name, values, flags) => {
    expect(flagsOf(values, { rate })).toBe(flags);
  });

  it("leave alone how a sensor that measures every second flickers, and not how it spikes", () => {
    const ofSeconds = (values: readonly number[]) =>
      flagReadings(
        values.flatMap((value, index) => [START + index * 1000, value]),
        { ...none, rate },
      )?.join("") ?? null;
    expect(ofSeconds([20, 20.5, 20, 20.5, 20])).toBeNull();
    expect(ofSeconds([20, 30, 20, 20, 20])).toBeNull();
    expect(ofSeconds([20, 31, 20, 20, 20])).toBe("02000");
  });

  it("do not compare with what is out of range", () => {
    expect(flagsOf([20, 20, 5000, 20, 20], { rate, range: [0, 100] })).toBe("00100");
  });
});

const readingsArbitrary = fc.array(
  fc.record({ minute: fc.nat(59), value: fc.double({ min: 0, max: 200, noNaN: true }) }),
  { maxLength: 40 },
);

describe.each<[string, QualityRules]>([
  ["with rules", { ...none, range: [0, 120], rate }],
  ["with a range only", { ...none, range: [0, 120] }],
])("an hour %s", (_name, rules) => {
  it("has the same summary whatever the order and the repeats, and what comes later changes no earlier window", () => {
    fc.assert(
      fc.property(readingsArbitrary, fc.nat(60), (readings, cut) => {
        const unique = [...new Map(readings.map((each) => [each.minute, each.value]))];
        const summaryOf = (of: readonly (readonly [number, number])[]) => {
          const hour = new OpenHour(START, rules);
          const summary = emptySummary();
          for (const [minute, value] of of) {
            hour.add(START + minute * MINUTE, value);
            hour.summarize(START, START + HOUR_MS, summary);
          }
          hour.summarize(START, START + cut * MINUTE, summary);
          return summary;
        };
        const before = unique.filter(([minute]) => minute < cut).sort(([a], [b]) => a - b);
        expect(summaryOf([...unique].reverse())).toEqual(summaryOf([...before, ...before]));
      }),
    );
  });

  it("counts every reading once: in the numbers or as flagged", () => {
    fc.assert(
      fc.property(readingsArbitrary, (readings) => {
        const hour = new OpenHour(START, rules);
        for (const { minute, value } of readings) hour.add(START + minute * MINUTE, value);
        const summary = emptySummary();
        hour.summarize(START, START + HOUR_MS, summary);
        const { range = 0, rate: fast = 0 } = summary.flagged ?? {};
        let listed = 0;
        let taken = 0;
        hour.eachFlagged(START, START + HOUR_MS, () => listed++);
        hour.each(START, START + HOUR_MS, () => taken++);
        expect([summary.count, range + fast]).toEqual([taken, listed]);
        expect(taken + listed).toBe(hour.count);
      }),
    );
  });

  it("is the same open and closed", () => {
    fc.assert(
      fc.property(readingsArbitrary, (readings) => {
        const series = new SeriesWindow("d", "m", rules);
        for (const { minute, value } of readings) series.add(START + minute * MINUTE, value);
        const seen = () => {
          const hours: unknown[] = [];
          series.eachHour(START, START + HOUR_MS, (start, summary) => hours.push({ start, ...summary }));
          return hours;
        };
        const open = seen();
        const summary = emptySummary();
        series.openHour(START)?.summarize(START, START + HOUR_MS, summary);
        if (open.length > 0) series.setClosed({ start: START, summary, through: null });
        expect(seen()).toEqual(open);
      }),
    );
  });
});

describe("stuck hours", () => {
  const rule = { forMs: 2 * HOUR_MS, readings: 6 };
  const seriesOf = (hours: readonly (readonly number[])[]) => {
    const series = new SeriesWindow("d", "m");
    hours.forEach((values, hour) => {
      values.forEach((value, index) => {
        series.add(START + hour * HOUR_MS + index * 20 * MINUTE, value);
      });
    });
    return series;
  };
  const stuckOf = (hours: readonly (readonly number[])[]) =>
    [...(stuckHours(seriesOf(hours), START, START + 12 * HOUR_MS, rule) ?? [])].map(
      (start) => (start - START) / HOUR_MS,
    );

  it("are those of one value for long enough", () => {
    const same = [7, 7, 7];
    expect(stuckOf([[1, 2, 3], same, same, same, [1, 7, 7]])).toEqual([1, 2, 3]);
    expect(stuckOf([same, same])).toEqual([]);
    expect(stuckOf([same, [8, 8, 8], same, same])).toEqual([]);
    expect(stuckOf([same, [], same, same])).toEqual([0, 2, 3]);
    expect(stuckOf([[7], [7], [7], [7]])).toEqual([]);
  });

  it("are those at the end of the window, whatever came after it", () => {
    const same = [7, 7, 7];
    const series = seriesOf([same, same, [7, 7, 9]]);
    const end = START + 2 * HOUR_MS + 30 * MINUTE;
    expect(stuckHours(series, START, end, rule)?.size).toBe(3);
    expect(stuckHours(series, START, START + 3 * HOUR_MS, rule)).toBeUndefined();
  });
});

describe("neighbours", () => {
  const rule = { z: 5, devices: 4, spread: 1 };

  it("make an outlier of what is far from their median, however far", () => {
    expect([...unlikeNeighbours([10, 11, 12, 13, 1000], rule)]).toEqual([4]);
    expect([...unlikeNeighbours([10, 10, 10, 14], rule)]).toEqual([]);
    expect([...unlikeNeighbours([10, 10, 10, 16], rule)]).toEqual([3]);
    expect([...unlikeNeighbours([10, 10, 1000], rule)]).toEqual([]);
  });
});
