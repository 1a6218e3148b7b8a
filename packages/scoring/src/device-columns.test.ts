import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DeviceColumns } from "./device-columns.ts";
import { judgeDevices } from "./judged-devices.ts";
import type { QualityRules } from "./quality/rules.ts";
import type { MeasuredIndicator, OverTime } from "./score-model.ts";
import { emptySummary, HOUR_MS } from "./summary.ts";
import { Windows } from "./windows.ts";

const MINUTE = 60_000;
const START = Date.UTC(2026, 0, 2);
/** One of them never sends. */
const DEVICES = ["a", "b", "c", "d"];

const methods: readonly (readonly [OverTime, windowMs: number])[] = [
  ["last", 2 * HOUR_MS],
  ["last", 20 * MINUTE],
  ["mean", HOUR_MS],
  ["mean", 6 * HOUR_MS],
  ["level_mean", 30 * MINUTE],
  ["min", 15 * MINUTE],
  ["max", 3 * HOUR_MS],
  ["increase", 6 * HOUR_MS],
  ["load_factor", 6 * HOUR_MS],
];

const indicators = fc
  .record({
    method: fc.constantFrom(...methods),
    everyMs: fc.constantFrom(MINUTE, 20 * MINUTE, 2 * HOUR_MS),
    minCoverage: fc.constantFrom(0, 0.3),
  })
  .map(
    ({ method: [overTime, windowMs], everyMs, minCoverage }): MeasuredIndicator => ({
      ...{ id: "i", title: "I", metric: "pm10", kinds: null, unit: "ug/m3", weight: 1, source: "editorial" },
      ...{ overTime, windowMs, everyMs, minCoverage, minDevices: 1, overDevices: { by: "median" } },
      goalposts: [
        [0, 100],
        [100, 0],
      ],
    }),
  );

const rules = fc.record<QualityRules>({
  range: fc.constantFrom(null, [1, 8] as const),
  rate: fc.constantFrom(null, { most: 6, perMs: 10 * MINUTE }),
  stuck: fc.constantFrom(null, { forMs: 2 * HOUR_MS, readings: 3 }, { forMs: 20 * MINUTE, readings: 2 }),
  silenceMs: fc.constantFrom(null, HOUR_MS),
  neighbours: fc.constantFrom(null, { z: 3, devices: 3, spread: 1 }),
});

const device = fc.constantFrom(...DEVICES.slice(0, 3));
/** Full hours and their edges often, as windows begin and end there. */
const time = fc.oneof(
  fc.integer({ min: 0, max: 4 * 60 }).map((minutes) => START + minutes * MINUTE),
  fc
    .tuple(fc.integer({ min: 0, max: 4 }), fc.constantFrom(-1, 0, 1))
    .map(([hours, ms]) => START + hours * HOUR_MS + ms),
);
const moves = fc.oneof(fc.integer({ min: 1, max: 2 }), fc.integer({ min: 1, max: 20 * MINUTE }));
const steps = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        do: fc.constant("add" as const),
        device,
        time,
        value: fc.integer({ min: 0, max: 9 }),
      }),
    },
    { weight: 2, arbitrary: fc.record({ do: fc.constant("look" as const), at: time }) },
    {
      weight: 6,
      arbitrary: fc.record({
        do: fc.constant("look on" as const),
        ms: moves,
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        do: fc.constantFrom("close" as const, "open again" as const, "forget" as const),
        device,
        hour: fc.integer({ min: 0, max: 4 }),
      }),
    },
  ),
  { minLength: 20, maxLength: 60 },
);

describe("what an indicator takes its devices for, from one evaluation to the next", () => {
  it("is what it takes them for when it looks for the first time, whatever came, closed and moved between", () => {
    fc.assert(
      fc.property(indicators, rules, steps, (indicator, quality, todo) => {
        const windows = new Windows({ pm10: quality });
        const columns = new DeviceColumns(indicator, quality);
        let at = START + 2 * HOUR_MS;
        for (const step of todo) {
          if (step.do === "add") {
            windows.getOrCreate(step.device, "pm10").add(step.time, step.value);
            continue;
          }
          if (step.do === "look" || step.do === "look on") {
            at = step.do === "look" ? step.at : at + step.ms;
            columns.judge(DEVICES, windows, at);
            expect(seenBy(columns)).toEqual(seenAtFirst(indicator, windows, at, quality));
            continue;
          }
          const series = windows.get(step.device, "pm10");
          const start = START + step.hour * HOUR_MS;
          if (step.do === "forget") series?.forgetBefore(start);
          else if (step.do === "open again") series?.reopen(start);
          else {
            const summary = emptySummary();
            series?.openHour(start)?.summarize(start, start + HOUR_MS, summary);
            if (series?.openHour(start)) series.setClosed({ start, summary, through: null });
          }
        }
      }),
      { numRuns: 3000 },
    );
  });
});

interface Seen {
  readonly counting: readonly (readonly unknown[])[];
  readonly devices: readonly string[];
  readonly values: readonly number[];
  readonly distrusted: number;
}

function seenBy(columns: DeviceColumns): Seen {
  const counting: unknown[][] = [];
  columns.each((...entry) => counting.push(entry));
  return {
    counting,
    devices: columns.counting,
    values: [...columns.values],
    distrusted: columns.distrusted,
  };
}

function seenAtFirst(
  indicator: MeasuredIndicator,
  windows: Windows,
  at: number,
  quality: QualityRules,
): Seen {
  const judged = judgeDevices(indicator, DEVICES, windows, at, { pm10: quality });
  const used = judged.flatMap(({ leftOut, found }) => (leftOut === null && found ? [found] : []));
  return {
    counting: used.map((found) => [
      found.device,
      found.value,
      found.coverage,
      found.readings,
      found.lastTime,
    ]),
    devices: used.map((found) => found.device),
    values: used.map(({ value }) => value ?? Number.NaN),
    distrusted: judged.filter(({ leftOut }) =>
      ["flagged", "silent", "unlike_neighbours"].includes(leftOut ?? ""),
    ).length,
  };
}
