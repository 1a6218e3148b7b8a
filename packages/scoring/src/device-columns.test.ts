import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DeviceColumns } from "./device-columns.ts";
import { indicatorScore, tallyOf } from "./indicator-result.ts";
import { judgeDevices } from "./judged-devices.ts";
import type { QualityRules } from "./quality/rules.ts";
import type { MeasuredIndicator, OverDevices, OverTime } from "./score-model.ts";
import { emptySummary, HOUR_MS } from "./summary.ts";
import { Windows } from "./windows.ts";

const MINUTE = 60_000;
const START = Date.UTC(2026, 0, 2);
/** One of them never sends. */
const FEW = ["a", "b", "c", "d"];
/** So many that they are kept in order, and added up in several blocks. */
const MANY = [...Array.from({ length: 300 }, (_, n) => `m${n}`), ...FEW];

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
    overDevices: fc.constantFrom<OverDevices>(
      { by: "median" },
      { by: "mean" },
      { by: "max" },
      { by: "share_at_least", threshold: 5 },
    ),
  })
  .map(
    ({ method: [overTime, windowMs], everyMs, minCoverage, overDevices }): MeasuredIndicator => ({
      ...{ id: "i", title: "I", metric: "pm10", kinds: null, unit: "ug/m3", weight: 1, source: "editorial" },
      ...{ overTime, windowMs, everyMs, minCoverage, minDevices: 1, overDevices },
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

const device = fc.constantFrom(...FEW.slice(0, 3), "m0", "m1", "m150", "m299");
/** Full hours and their edges often, as windows begin and end there. */
const time = fc.oneof(
  fc.integer({ min: 0, max: 4 * 60 }).map((minutes) => START + minutes * MINUTE),
  fc
    .tuple(fc.integer({ min: 0, max: 4 }), fc.constantFrom(-1, 0, 1))
    .map(([hours, ms]) => START + hours * HOUR_MS + ms),
);
const moves = fc.oneof(fc.integer({ min: 1, max: 2 }), fc.integer({ min: 1, max: 20 * MINUTE }));
const stepsWith = (value: fc.Arbitrary<number>) =>
  fc.array(
    fc.oneof(
      {
        weight: 6,
        arbitrary: fc.record({
          do: fc.constant("add" as const),
          device,
          time,
          value,
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

const steps = stepsWith(fc.integer({ min: 0, max: 9 }));

/** Values that floating point cannot add up without rounding. */
const unevenValue = (n: number) => (n % 10) + 0.1 + n / 7;

function looksAsAtFirst(
  devices: readonly string[],
  windows: Windows,
  indicator: MeasuredIndicator,
  quality: QualityRules,
  todo: readonly Step[],
): void {
  const columns = new DeviceColumns(indicator, quality);
  let at = START + 2 * HOUR_MS;
  for (const step of todo) {
    if (step.do === "add") {
      if (!devices.includes(step.device)) continue;
      windows.getOrCreate(step.device, "pm10").add(step.time, step.value);
      continue;
    }
    if (step.do === "look" || step.do === "look on") {
      at = step.do === "look" ? step.at : at + step.ms;
      const before = seenBy(columns);
      if (columns.judge(devices, windows, at))
        expect(seenBy(columns)).toEqual(seenAtFirst(devices, indicator, windows, at, quality));
      else expect(before).toEqual(seenAtFirst(devices, indicator, windows, at, quality));
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
}

type Step = (typeof steps extends fc.Arbitrary<infer Steps> ? Steps : never)[number];

describe("what an indicator takes its devices for, from one evaluation to the next", () => {
  it("is what it takes them for when it looks for the first time, whatever came, closed and moved between", () => {
    fc.assert(
      fc.property(indicators, rules, steps, (indicator, quality, todo) => {
        looksAsAtFirst(FEW, new Windows({ pm10: quality }), indicator, quality, todo);
      }),
      { numRuns: 3000 },
    );
  });

  it("is that also where devices are stuck, and go on after that", () => {
    const mostlyOne = stepsWith(fc.constantFrom(4, 4, 4, 4, 4, 4, 4, 5));
    const stuck = { forMs: 2 * HOUR_MS, readings: 3 };
    fc.assert(
      fc.property(indicators, rules, mostlyOne, (indicator, some, todo) => {
        const quality = { ...some, rate: null, stuck };
        looksAsAtFirst(FEW, new Windows({ pm10: quality }), indicator, quality, todo);
      }),
      { numRuns: 3000 },
    );
  });

  it("is that also of so many that they are kept in order", () => {
    fc.assert(
      fc.property(indicators, rules, steps, fc.boolean(), (indicator, quality, todo, isSame) => {
        const windows = new Windows({ pm10: quality });
        MANY.slice(0, 300).forEach((id, n) => {
          const series = windows.getOrCreate(id, "pm10");
          for (const minutes of [1, 20, 59, 61, 90, 119])
            series.add(START + minutes * MINUTE, isSame ? 4 : unevenValue(n + minutes));
        });
        looksAsAtFirst(MANY, windows, indicator, quality, todo);
      }),
      { numRuns: 150 },
    );
  });
});

interface Seen {
  readonly counting: readonly (readonly unknown[])[];
  readonly devices: readonly string[];
  readonly distrusted: number;
  readonly readings: number;
  readonly reaching: number;
  readonly numbers: ReturnType<typeof indicatorScore>;
}

const LIMITS = { minimum: 0, ok: 0.5 };

function seenBy(columns: DeviceColumns): Seen {
  const counting: unknown[][] = [];
  columns.each((...entry) => counting.push(entry));
  const { tally, counting: devices, distrusted } = columns;
  const { readings, reaching } = tally;
  return {
    counting,
    devices,
    distrusted,
    readings,
    reaching,
    numbers: indicatorScore(METHOD, tally, LIMITS),
  };
}

const METHOD: Pick<MeasuredIndicator, "minDevices" | "goalposts"> = {
  minDevices: 1,
  goalposts: [
    [0, 100],
    [100, 0],
  ],
};

function seenAtFirst(
  devices: readonly string[],
  indicator: MeasuredIndicator,
  windows: Windows,
  at: number,
  quality: QualityRules,
): Seen {
  const judged = judgeDevices(indicator, devices, windows, at, { pm10: quality });
  const said = judged.map(({ leftOut, found }) =>
    leftOut === null && found ? { ...found, value: found.value ?? Number.NaN } : null,
  );
  const used = said.flatMap((each) => each ?? []);
  const { overDevices } = indicator;
  return {
    counting: used.map((found) => [
      found.device,
      found.value,
      found.coverage,
      found.readings,
      found.lastTime,
    ]),
    devices: used.map((found) => found.device),
    distrusted: judged.filter(({ leftOut }) =>
      ["flagged", "silent", "unlike_neighbours"].includes(leftOut ?? ""),
    ).length,
    readings: used.reduce((sum, { readings }) => sum + readings, 0),
    reaching:
      overDevices.by === "share_at_least"
        ? used.filter(({ value }) => value >= overDevices.threshold).length
        : 0,
    numbers: indicatorScore(METHOD, tallyOf(indicator, said), LIMITS),
  };
}
