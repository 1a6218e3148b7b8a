import type { Batch } from "@kota/event-log";
import type { Reading, RollUp } from "@kota/model";
import { HOUR_MS, type Windows } from "@kota/scoring";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { correctLateHours } from "./late-readings.ts";
import { LiveWindows } from "./live-windows.ts";

const START = Date.UTC(2026, 0, 1);
const MINUTE = 60_000;
const PM10 = new Set(["pm10"]);

function live(): LiveWindows {
  return new LiveWindows({
    devices: new Map([
      ["a", { area: "north", metrics: PM10 }],
      ["b", { area: "south", metrics: PM10 }],
      ["c", { area: "south", metrics: new Set(["noise_laeq"]) }],
    ]),
    horizons: new Map([["pm10", 24 * HOUR_MS]]),
  });
}

function reading(device: string, time: number, pm10: number): Reading {
  return { device, time, values: { pm10, humidity: 50 }, adapter: "test@1", receivedAt: time };
}

function batch(offset: number, ...values: Reading[]): Batch<Reading> {
  const records = [{ offset, end: values.length }];
  return { topic: "kota.readings", partition: 0, offset, nextOffset: offset + 1, values, records };
}

function hours(windows: Windows, device = "a"): [start: number, count: number, sum: number][] {
  const found: [number, number, number][] = [];
  windows.get(device, "pm10")?.eachHour(0, Number.MAX_SAFE_INTEGER, (start, { count, sum }) => {
    found.push([(start - START) / HOUR_MS, count, sum]);
  });
  return found;
}

/** Closes what is due, as if the log had taken the roll-ups. */
function close(of: LiveWindows, now: number): RollUp[] {
  const rollUps: RollUp[] = [];
  for (let due = of.due(now, 1); due; due = of.due(now, 1)) {
    of.closed(due);
    rollUps.push(...due.rollUps);
  }
  return rollUps;
}

const offsetOf = (of: LiveWindows) => of.restartOffsets().get(0);

describe("windows that follow the log", () => {
  it("keep the metrics that a device is asked for, of devices with an area, not older than the longest window", () => {
    const windows = live();
    const now = START + 30 * HOUR_MS;
    const touched = windows.take(
      batch(
        0,
        reading("a", now, 1),
        reading("b", START, 2),
        reading("elsewhere", now, 3),
        reading("c", now, 4),
      ),
      now,
    );
    expect([...touched]).toEqual(["north"]);
    expect([...windows.windows.all()].map(({ device, metric }) => [device, metric])).toEqual([["a", "pm10"]]);
  });

  it("say that a repeat touches nothing", () => {
    const windows = live();
    windows.take(batch(0, reading("a", START, 1)), START);
    expect(windows.take(batch(1, reading("a", START, 1)), START).size).toBe(0);
  });

  it("close an hour one hour after its end, and hold the restart at its first reading until then", () => {
    const windows = live();
    windows.take(batch(3, reading("a", START, 1)), START);
    windows.take(batch(4, reading("a", START + HOUR_MS, 2)), START + HOUR_MS);
    windows.take(batch(5, reading("elsewhere", START + HOUR_MS, 2)), START + HOUR_MS);
    expect(offsetOf(windows)).toBe(3);
    expect(close(windows, START + 2 * HOUR_MS - 1)).toEqual([]);
    expect(close(windows, START + 2 * HOUR_MS)).toEqual([
      {
        device: "a",
        metric: "pm10",
        start: START,
        count: 1,
        sum: 1,
        min: 1,
        max: 1,
        first: 1,
        firstTime: START,
        last: 1,
        lastTime: START,
        through: { partition: 0, offset: 6 },
      },
    ]);
    expect(offsetOf(windows)).toBe(4);
    close(windows, START + 3 * HOUR_MS);
    expect(offsetOf(windows)).toBe(6);
    expect(hours(windows.windows)).toEqual([
      [0, 1, 1],
      [1, 1, 2],
    ]);
  });

  it("do not close an old hour while readings of it still come", () => {
    const windows = live();
    const now = START + 10 * HOUR_MS;
    windows.take(batch(0, reading("a", START, 1)), now);
    expect(close(windows, now + MINUTE - 1)).toEqual([]);
    windows.take(batch(1, reading("a", START + 1, 1)), now + MINUTE - 1);
    expect(close(windows, now + MINUTE)).toEqual([]);
    expect(close(windows, now + 2 * MINUTE)).toHaveLength(1);
  });

  it("keep an hour open that got a reading while its roll-up was on the way to the log", () => {
    const windows = live();
    const now = START + 2 * HOUR_MS;
    windows.take(batch(0, reading("a", START, 1)), START);
    const due = windows.due(now, 10);
    if (!due) throw new Error("the hour is due");
    windows.take(batch(1, reading("a", START + 1, 2)), now);
    windows.closed(due);
    expect(offsetOf(windows)).toBe(0);
    expect(close(windows, now + MINUTE)).toMatchObject([{ count: 2, through: { offset: 2 } }]);
    expect(offsetOf(windows)).toBe(2);
  });
});

describe("windows after a restart", () => {
  it("know by its place in the log what a roll-up has already", async () => {
    const before = live();
    const now = START + 2 * HOUR_MS;
    const first = batch(0, reading("a", START, 1), reading("a", START + 1, 2));
    before.take(first, START);
    const [rollUp] = close(before, now);
    if (!rollUp) throw new Error("the hour is due");
    const after = live();
    after.restore(rollUp, now);
    after.take(first, now);
    expect(after.lateHours).toBe(0);
    expect(hours(after.windows)).toEqual([[0, 2, 3]]);
    after.take(batch(1, reading("a", START + 2, 4)), now);
    expect(after.lateHours).toBe(1);
    // Nothing is known of another partition.
    const moved = live();
    moved.restore(rollUp, now);
    moved.take({ ...first, partition: 1 }, now);
    expect(moved.lateHours).toBe(1);
  });
});

describe("a reading for a closed hour", () => {
  const now = START + 3 * HOUR_MS;

  function closedHour(): LiveWindows {
    const windows = live();
    windows.take(
      batch(0, reading("a", START + 10, 1), reading("a", START + 20, 2), reading("a", START + 30, 4)),
      START,
    );
    close(windows, now);
    return windows;
  }

  const stored = (points: readonly (readonly [time: number, value: number])[], through = 9) => ({
    storedThrough: new Map([[0, through]]),
    series: async () =>
      points.map(([time, value]) => ({ time, count: 1, mean: value, min: value, max: value, last: value })),
  });
  const all = [
    [START + 10, 1],
    [START + 20, 2],
    [START + 30, 4],
  ] as const;

  it("makes the hour again from what the store has of it, once it has followed the log so far", async () => {
    const windows = closedHour();
    windows.take(batch(1, reading("a", START + 25, 8), reading("a", START + 20, 2)), now);
    expect(offsetOf(windows)).toBe(1);
    await correctLateHours(windows, stored(all, 1), now);
    windows.lateSettled();
    expect(hours(windows.windows)).toEqual([[0, 3, 7]]);
    const points = [...all, [START + 25, 8] as const];
    expect(await correctLateHours(windows, stored(points, 2), now)).toEqual({
      rollUps: [],
      problem: undefined,
    });
    windows.lateSettled();
    expect(hours(windows.windows)).toEqual([[0, 4, 15]]);
    expect(offsetOf(windows)).toBe(1);
    expect(close(windows, now + MINUTE)).toMatchObject([{ count: 4, sum: 15 }]);
    expect(offsetOf(windows)).toBe(2);
  });

  it("waits while the store is behind or away, and is not lost", async () => {
    const windows = closedHour();
    windows.take(batch(1, reading("a", START + 25, 8)), now);
    await correctLateHours(windows, stored(all, 1), now);
    windows.lateSettled();
    const away = { series: () => Promise.reject(new Error("away")), storedThrough: new Map([[0, 9]]) };
    windows.take(batch(2, reading("a", START + 26, 16)), now);
    expect((await correctLateHours(windows, away, now + MINUTE)).problem).toBe("away");
    windows.lateSettled();
    expect(hours(windows.windows)).toEqual([[0, 3, 7]]);
    expect(offsetOf(windows)).toBe(1);
    await correctLateHours(windows, stored(all), now + 2 * MINUTE);
    expect(hours(windows.windows)).toEqual([[0, 5, 31]]);
  });

  it("counts without a store when it is surely no repeat, and never twice", async () => {
    const windows = closedHour();
    windows.take(
      batch(1, reading("a", START + 5, 8), reading("a", START + 20, 2), reading("a", START + 25, 99)),
      now,
    );
    const { rollUps } = await correctLateHours(windows, undefined, now);
    expect(rollUps).toMatchObject([
      { start: START, count: 4, sum: 15, first: 8, firstTime: START + 5, last: 4, through: { offset: 2 } },
    ]);
    expect(offsetOf(windows)).toBe(1);
    windows.lateSettled();
    expect(offsetOf(windows)).toBe(2);
    windows.take(batch(2, reading("a", START + 5, 8)), now);
    expect((await correctLateHours(windows, undefined, now)).rollUps).toEqual([]);
  });

  it("counts by the same rule while the store stays away, and exactly when it is back, also after a restart", async () => {
    const before = live();
    const three = [reading("a", START + 10, 1), reading("a", START + 20, 2), reading("a", START + 30, 4)];
    before.take(batch(0, ...three), START);
    const closed = close(before, now);
    before.take(batch(1, reading("a", START + 40, 8), reading("a", START + 25, 16)), now);
    const { rollUps } = await correctLateHours(before, stored([], 1), now + 15 * MINUTE);
    before.lateSettled();
    expect(rollUps).toMatchObject([{ count: 4, sum: 15, last: 8, through: { offset: 1 } }]);
    expect(offsetOf(before)).toBe(1);
    const after = live();
    for (const rollUp of [...closed, ...rollUps]) after.restore(rollUp, now);
    after.take(batch(1, reading("a", START + 40, 8), reading("a", START + 25, 16)), now);
    const whole = [...all, [START + 40, 8] as const, [START + 25, 16] as const];
    for (const windows of [before, after]) {
      await correctLateHours(windows, stored(whole, 2), now + 16 * MINUTE);
      expect(hours(windows.windows)).toEqual([[0, 5, 31]]);
    }
  });
});

describe("a reading for a minute that is condensed", () => {
  const dense = Array.from({ length: 900 }, (_, i) => reading("a", START + i * 1000, 1 + (i % 5)));
  const sent = (late: readonly Reading[] = []) =>
    [...dense, ...late].map(({ time, values }) => ({ time, last: values.pm10 ?? 0 }));
  const late = [reading("a", START + 500, 100), dense[3] as Reading];
  const filled = START + 900_000;

  function condensed(): LiveWindows {
    const windows = new LiveWindows({
      devices: new Map([["a", { area: "north", metrics: PM10 }]]),
      horizons: new Map([["pm10", 24 * HOUR_MS]]),
      condensed: new Set(["pm10"]),
    });
    windows.take(batch(0, ...dense), filled);
    return windows;
  }

  it("waits for what is stored of its hour, which then has all of it, once", async () => {
    const windows = condensed();
    expect(hours(windows.windows)).toEqual([[0, 900, 2700]]);
    windows.take(batch(1, ...late), filled);
    expect(windows.lateHours).toBe(1);
    expect(windows.isExactAt(filled)).toBe(false);
    // Comes while it waits, and is not in what the store is asked for.
    windows.take(batch(2, reading("a", filled, 9)), filled);
    const store = { storedThrough: new Map([[0, 1]]), series: async () => sent(late) };
    await correctLateHours(windows, store as never, filled);
    windows.lateSettled();
    expect(hours(windows.windows)).toEqual([[0, 901, 2709]]);
    await correctLateHours(windows, { ...store, storedThrough: new Map([[0, 2]]) } as never, filled);
    windows.lateSettled();
    expect(hours(windows.windows)).toEqual([[0, 902, 2809]]);
    expect(windows.isExactAt(filled)).toBe(true);
    windows.take(batch(3, ...late), filled);
    expect(windows.lateHours).toBe(0);
  });

  it("keeps its hour open while the store is away, and holds the restart at its batch when the hour was there before", async () => {
    const windows = condensed();
    windows.take(batch(1, ...late), filled);
    const away = { series: () => Promise.reject(new Error("away")), storedThrough: new Map([[0, 9]]) };
    const over = START + 4 * HOUR_MS;
    await correctLateHours(windows, away, over);
    windows.lateSettled();
    expect(close(windows, over)).toEqual([]);
    expect(offsetOf(windows)).toBe(0);
    const back = { storedThrough: new Map([[0, 9]]), series: async () => sent(late) };
    await correctLateHours(windows, back as never, over);
    windows.lateSettled();
    expect(close(windows, over + MINUTE)).toMatchObject([{ count: 901, sum: 2800, through: { offset: 2 } }]);
  });
});

describe("the log read again from the restart offset", () => {
  const step = fc.record({
    device: fc.constantFrom("a", "b"),
    minute: fc.integer({ min: 0, max: 5 * 60 }),
    value: fc.integer({ min: 0, max: 9 }),
    late: fc.integer({ min: 0, max: 50 }),
  });

  it("gives the windows that there were, whenever it is stopped, with the hours that were closed by then", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.nat(60), fc.nat(60), (steps, commitAt, stopAt) => {
        // Everything comes before its hour closes; what comes later needs the store and has its own tests.
        const arriving = steps
          .map(({ device, minute, value, late }) => ({
            at: START + (minute + late) * MINUTE,
            device,
            minute,
            value,
          }))
          .sort((x, y) => x.at - y.at);
        const log = arriving.map(({ device, minute, value }, offset) =>
          batch(offset, reading(device, START + minute * MINUTE, value)),
        );
        const topic = new Map<string, RollUp>();
        const before = live();
        let committed = 0;
        for (const [index, each] of log.slice(0, stopAt).entries()) {
          const now = arriving[index]?.at ?? START;
          before.take(each, now);
          for (const rollUp of close(before, now)) topic.set(`${rollUp.device}/${rollUp.start}`, rollUp);
          if (index <= commitAt) committed = offsetOf(before) ?? 0;
        }
        const now = arriving[Math.min(stopAt, log.length) - 1]?.at ?? START;
        const after = live();
        for (const rollUp of topic.values()) after.restore(rollUp, now);
        for (const each of log.slice(committed, stopAt)) after.take(each, now);
        expect(after.lateHours).toBe(0);
        for (const device of ["a", "b"])
          expect(hours(after.windows, device)).toEqual(hours(before.windows, device));
      }),
    );
  });
});

describe("windows with quality rules", () => {
  const withRange = (range: readonly [number, number]) =>
    new LiveWindows({
      devices: new Map([["a", { area: "north", metrics: PM10 }]]),
      horizons: new Map([["pm10", 24 * HOUR_MS]]),
      quality: { pm10: { range, rate: null, stuck: null, silenceMs: null, neighbours: null } },
    });
  const noon = START + 12 * HOUR_MS;
  const readings = [
    reading("a", noon, 10),
    reading("a", noon + MINUTE, 900),
    reading("a", noon + 2 * MINUTE, 20),
  ];

  it("hand flagged readings on as a count, be they all that there is, and take them back", () => {
    const windows = withRange([0, 500]);
    windows.take(batch(0, ...readings, reading("a", noon + HOUR_MS, 901)), noon + HOUR_MS);
    const rollUps = close(windows, noon + 4 * HOUR_MS);
    expect(rollUps).toMatchObject([
      { count: 2, sum: 30, max: 20, flagged: { range: 1, rate: 0 } },
      { count: 0, sum: 0, min: 0, max: 0, flagged: { range: 1, rate: 0 } },
    ]);
    const again = withRange([0, 500]);
    for (const rollUp of JSON.parse(JSON.stringify(rollUps))) again.restore(rollUp, noon + 4 * HOUR_MS);
    expect(hours(again.windows)).toEqual([
      [12, 2, 30],
      [13, 0, 0],
    ]);
    expect(again.lateHours).toBe(0);
  });

  it("make an hour that was closed by other rules again from the stored readings", async () => {
    const before = withRange([0, 1000]);
    before.take(batch(0, ...readings), noon);
    const [rollUp] = close(before, noon + 4 * HOUR_MS);
    const after = withRange([0, 500]);
    after.restore(rollUp as RollUp, noon + 4 * HOUR_MS);
    expect(hours(after.windows)).toEqual([[12, 3, 930]]);
    const store = {
      storedThrough: new Map([[0, 9]]),
      series: async () => readings.map(({ time, values }) => ({ time, last: values.pm10 ?? 0 })),
    };
    await correctLateHours(after, store as never, noon + 4 * HOUR_MS);
    after.lateSettled();
    expect(hours(after.windows)).toEqual([[12, 2, 30]]);
    expect(offsetOf(after)).toBeUndefined();
    expect(close(after, noon + 4 * HOUR_MS + 2 * MINUTE)).toMatchObject([
      { count: 2, rules: "[[0,500],null]" },
    ]);
  });
});
