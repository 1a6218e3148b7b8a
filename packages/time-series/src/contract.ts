import type { Reading, Rejection, Score } from "@kota/model";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { MINUTE_MS, stepStart } from "./bounds.ts";
import type { HourCount, ScoreId, SeriesPoint, TimeSeriesStore } from "./port.ts";

/** A store that is empty at first, in a place of its own. */
export interface ContractPlace {
  readonly store: TimeSeriesStore;
  /** Opens the same place again. The store before is closed by then. */
  reopen(): Promise<TimeSeriesStore>;
  /** Deletes the place. All of its stores are closed by then. */
  remove(): Promise<void>;
}

/** Noon of a day; the contract writes around it. */
const NOON = Date.UTC(2026, 5, 1, 12);
const HOUR_MS = 3_600_000;

/** The present, as the contract tells it to a store that wants to know. Unix milliseconds. */
export const CONTRACT_NOW: number = NOON + 24 * HOUR_MS;

const NO_LIMIT = 1_000_000;

/** Every name a device or metric might have, to be stored as it is and to do nothing. */
const HOSTILE_NAMES = [
  "with space",
  "comma,equals=",
  `'single' "double" \`back\``,
  "back\\slash",
  "ends with a backslash\\",
  "\\,escaped\\ already\\=",
  "100%",
  "100%25",
  "line\nbreak",
  "carriage\r\nreturn",
  "tab\there",
  "nul\0byte",
  "  spaces around  ",
  "emoji 🌳🚲",
  "Ḧëǻvy ünïcode 城市",
  "#comment",
  "_field",
  "_measurement",
  "_time",
  "time",
  "device",
  "adapter",
  "received_at",
  "-",
  "__proto__",
  "constructor",
  "'; DROP TABLE readings; --",
  '") |> drop(columns: ["_value"]) //',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: Flux would fill it in
  "${1 + 1}",
  '" or true or "" == "',
  "$device",
  "?",
];

/**
 * What every adapter of {@link TimeSeriesStore} must do, as a suite of tests. `open` makes a new, empty place.
 * A store that has a clock must be given {@link CONTRACT_NOW}.
 */
export function timeSeriesContract(name: string, open: () => Promise<ContractPlace>): void {
  describe(`${name} keeps the contract of the time series`, () => {
    let place: ContractPlace;
    let store: TimeSeriesStore;

    beforeEach(async () => {
      place = await open();
      store = place.store;
    });

    afterEach(async () => {
      await store.close();
      await place.remove();
    });

    const raw = (device: string, metric: string) =>
      store.series({ device, metric, from: 0, to: CONTRACT_NOW, stepMs: null, limit: NO_LIMIT });

    const values = async (device: string, metric: string) =>
      (await raw(device, metric)).map(({ time, last }) => [time, last]);

    describe("readings", () => {
      it("are seen by the next query", async () => {
        expect(
          await store.writeReadings([reading("bin-1", NOON, { fill_level: 41, battery: 87.5 })]),
        ).toEqual([]);
        expect(await raw("bin-1", "fill_level")).toEqual([onePoint(NOON, 41)]);
        expect(await raw("bin-1", "battery")).toEqual([onePoint(NOON, 87.5)]);
        expect(await store.countReadings()).toBe(1);
        expect(await store.latest("bin-1")).toHaveLength(2);
      });

      it("change nothing when they come again", async () => {
        const readings = [reading("a", NOON, { pm10: 12 }), reading("a", NOON + 1, { pm10: 13 })];
        for (let i = 0; i < 3; i++) await store.writeReadings(readings);
        expect(await values("a", "pm10")).toEqual([
          [NOON, 12],
          [NOON + 1, 13],
        ]);
        expect(await store.countReadings()).toBe(2);
      });

      it("replace an earlier value of the same device, metric and time", async () => {
        await store.writeReadings([reading("a", NOON, { pm10: 12, pm2_5: 5 })]);
        await store.writeReadings([reading("a", NOON, { pm10: 10 })]);
        expect(await values("a", "pm10")).toEqual([[NOON, 10]]);
        expect(await values("a", "pm2_5")).toEqual([[NOON, 5]]);
        expect((await store.latest("a")).find(({ metric }) => metric === "pm10")?.value).toBe(10);
      });

      it("replace each other within one write: the last counts", async () => {
        await store.writeReadings([1, 2, 3].map((pm10) => reading("a", NOON, { pm10 })));
        expect(await values("a", "pm10")).toEqual([[NOON, 3]]);
        expect(await store.latest("a")).toEqual([{ device: "a", metric: "pm10", time: NOON, value: 3 }]);
      });

      it("of other metrics add up to one reading of their device and time", async () => {
        await store.writeReadings([reading("a", NOON, { pm10: 12 }), reading("b", NOON, { pm10: 1 })]);
        await store.writeReadings([reading("a", NOON, { pm2_5: 5 }, "other@2")]);
        expect(await store.countReadings()).toBe(2);
        expect(await values("a", "pm10")).toEqual([[NOON, 12]]);
        expect(await values("a", "pm2_5")).toEqual([[NOON, 5]]);
      });

      it("may come late and in any order", async () => {
        const times = [5, -7 * 24 * 60, 3, 4, -60, 1, 0, 2].map((minute) => NOON + minute * MINUTE_MS);
        for (const time of times) await store.writeReadings([reading("a", time, { pm10: time / 1e6 })]);
        expect(await values("a", "pm10")).toEqual(
          [...times].sort((a, b) => a - b).map((time) => [time, time / 1e6]),
        );
        expect(await store.latest("a")).toEqual([
          { device: "a", metric: "pm10", time: NOON + 5 * MINUTE_MS, value: (NOON + 5 * MINUTE_MS) / 1e6 },
        ]);
      });

      it("may spread over years in one write", async () => {
        const times = Array.from({ length: 40 }, (_, i) => NOON - i * 30 * 24 * HOUR_MS);
        await store.writeReadings(times.map((time) => reading("a", time, { pm10: 1 })));
        await store.writeReadings(times.map((time) => reading("a", time, { pm10: 2 })));
        expect(await values("a", "pm10")).toEqual([...times].reverse().map((time) => [time, 2]));
        expect(await store.countReadings()).toBe(40);
      });

      it("before 1970 are kept as well", async () => {
        await store.writeReadings([reading("a", -90_500, { pm10: 1 }), reading("a", -30_500, { pm10: 3 })]);
        const query = { device: "a", metric: "pm10", from: -HOUR_MS, to: 0, limit: 10 };
        expect((await store.series({ ...query, stepMs: null })).map(({ time }) => time)).toEqual([
          -90_500, -30_500,
        ]);
        expect((await store.series({ ...query, stepMs: MINUTE_MS })).map(({ time }) => time)).toEqual([
          -120_000, -60_000,
        ]);
      });

      it("fill one large write", async () => {
        const readings = Array.from({ length: 10_000 }, (_, i) =>
          reading(`d-${i % 100}`, NOON + Math.floor(i / 100) * 1000, { pm10: i, pm2_5: i / 2, no2: -i }),
        );
        expect(await store.writeReadings(readings)).toEqual([]);
        expect(await store.countReadings()).toBe(10_000);
        expect(await store.countReadings({ device: "d-7" })).toBe(100);
        expect((await values("d-99", "no2")).at(-1)).toEqual([NOON + 99_000, -9999]);
        expect(await store.latest()).toHaveLength(300);
      });

      it("keep every double, from the smallest to the largest", async () => {
        const doubles = [
          5e-324,
          2.2250738585072014e-308,
          0.1 + 0.2,
          1e21,
          2 ** 53 + 2,
          1e300,
          1.7976931348623157e308,
        ];
        const all = [0, ...doubles, ...doubles.map((value) => -value)];
        await store.writeReadings(all.map((value, i) => reading("a", NOON + i, { pm10: value })));
        expect((await raw("a", "pm10")).map(({ last }) => last)).toEqual(all);
      });

      it("take a negative zero for a zero", async () => {
        await store.writeReadings([reading("a", NOON, { pm10: -0 })]);
        const [point] = await raw("a", "pm10");
        expect(point && point.last === 0).toBe(true);
      });

      it("that no store can hold are refused with the reason, the others are stored", async () => {
        const good = [reading("a", NOON, { pm10: 1 }), reading("b", NOON, { pm10: 2 })];
        const bad = [
          reading("", NOON, { pm10: 1 }),
          reading("half a \ud83c tree", NOON, { pm10: 1 }),
          reading("c", NOON + 0.5, { pm10: 1 }),
          reading("c", 9e15, { pm10: 1 }),
          reading("c", Number.NaN, { pm10: 1 }),
          reading("c", NOON, {}),
          reading("c", NOON, { pm10: Number.NaN }),
          reading("c", NOON, { pm10: Number.POSITIVE_INFINITY }),
          reading("c", NOON, { "": 1 }),
        ];
        const mixed = bad.flatMap((one, i) => [one, ...good.slice(i, i + 1)]);
        const refusals = await store.writeReadings(mixed);
        expect(refusals.map((refusal) => refusal.reading)).toEqual(bad);
        for (const { reason } of refusals) expect(reason).toMatch(/\w+ .*\.$/);
        expect(await store.countReadings()).toBe(2);
      });

      it.each(HOSTILE_NAMES)("keep the name %j of a device, and it does nothing", async (device) => {
        const others = [reading("neighbour", NOON, { pm10: 9 }), reading(`${device}x`, NOON, { pm10: 8 })];
        await store.writeReadings([...others, reading(device, NOON, { pm10: 7 })]);
        await store.writeReadings([reading(device, NOON, { pm10: 7 })]);
        expect(await values(device, "pm10")).toEqual([[NOON, 7]]);
        expect(await store.countReadings({ device })).toBe(1);
        expect(await store.latest(device)).toEqual([{ device, metric: "pm10", time: NOON, value: 7 }]);
        expect((await store.latest()).map((one) => one.device).sort()).toEqual(
          ["neighbour", `${device}x`, device].sort(),
        );
        expect(await store.countReadings()).toBe(3);
      });

      it("keep the strangest names of metrics, and they do nothing", async () => {
        const all = HOSTILE_NAMES.filter((metric) => metric !== "__proto__");
        const strange = Object.fromEntries(all.map((metric, i) => [metric, i]));
        expect(await store.writeReadings([reading("a", NOON, strange)])).toEqual([]);
        for (const [i, metric] of all.entries()) expect(await values("a", metric)).toEqual([[NOON, i]]);
        expect((await store.latest("a")).map(({ metric }) => metric).sort()).toEqual([...all].sort());
        expect(await store.countReadings()).toBe(1);
      });

      it("written by many at once are all there", async () => {
        await Promise.all(
          Array.from({ length: 12 }, (_, writer) =>
            store.writeReadings(
              Array.from({ length: 50 }, (_, i) => reading(`w-${writer}`, NOON + i, { pm10: writer })),
            ),
          ),
        );
        expect(await store.countReadings()).toBe(600);
        expect(await store.latest()).toHaveLength(12);
      });
    });

    describe("a count of readings", () => {
      beforeEach(async () => {
        await store.writeReadings([
          ...[0, 1, 2, 3].map((minute) => reading("a", NOON + minute * MINUTE_MS, { pm10: 1, pm2_5: 2 })),
          ...[2, 3].map((minute) => reading("b", NOON + minute * MINUTE_MS, { pm10: 1 })),
        ]);
      });

      it("is over all, over a device, over a half-open range, or over both", async () => {
        expect(await store.countReadings()).toBe(6);
        expect(await store.countReadings({ device: "a" })).toBe(4);
        expect(await store.countReadings({ from: NOON + MINUTE_MS, to: NOON + 3 * MINUTE_MS })).toBe(3);
        expect(await store.countReadings({ from: NOON + 3 * MINUTE_MS, device: "b" })).toBe(1);
        expect(await store.countReadings({ to: NOON + 1 })).toBe(1);
      });

      it("is 0 for an unknown device and for an empty range", async () => {
        expect(await store.countReadings({ device: "nobody" })).toBe(0);
        expect(await store.countReadings({ from: NOON, to: NOON })).toBe(0);
        expect(await store.countReadings({ from: NOON + 1, to: NOON })).toBe(0);
      });
    });

    describe("a count by hour", () => {
      beforeEach(async () => {
        await store.writeReadings([
          ...[0, 59, 60, 61].map((minute) => reading("a", NOON + minute * MINUTE_MS, { pm10: 1, pm2_5: 2 })),
          reading("a", NOON - 1, { pm10: 1 }),
          reading("a b,c", NOON + 90 * MINUTE_MS, { pm10: 1 }),
          reading("a", NOON, { humidity: 40 }),
        ]);
      });

      const sorted = (counts: readonly HourCount[]) =>
        counts
          .map(({ device, hour, count }): [string, number, number] => [
            device,
            (hour - NOON) / HOUR_MS,
            count,
          ])
          .sort((x, y) => (x[0] === y[0] ? x[1] - y[1] : x[0] < y[0] ? -1 : 1));

      it("has each device and hour that has readings in the range", async () => {
        const range = { from: NOON - HOUR_MS, to: NOON + 2 * HOUR_MS };
        expect(sorted(await store.countByHour(range))).toEqual([
          ["a", -1, 1],
          ["a", 0, 2],
          ["a", 1, 2],
          ["a b,c", 1, 1],
        ]);
        expect(sorted(await store.countByHour({ ...range, device: "a b,c" }))).toEqual([["a b,c", 1, 1]]);
        expect(sorted(await store.countByHour({ from: NOON, to: NOON + HOUR_MS }))).toEqual([["a", 0, 2]]);
        expect(await store.countByHour({ ...range, device: "nobody" })).toEqual([]);
        expect(await store.countByHour({ from: NOON, to: NOON })).toEqual([]);
      });

      it("comes with the times themselves, each once", async () => {
        const range = { from: NOON, to: NOON + HOUR_MS };
        expect(await store.readingTimes({ ...range, device: "a" })).toEqual([NOON, NOON + 59 * MINUTE_MS]);
        expect(await store.readingTimes({ ...range, device: "nobody" })).toEqual([]);
      });
    });

    describe("the latest values", () => {
      it("are each metric's newest, of one device or of all", async () => {
        await store.writeReadings([
          reading("a", NOON, { pm10: 1, battery: 90 }),
          reading("a", NOON + MINUTE_MS, { pm10: 2 }),
          reading("b", NOON - HOUR_MS, { pm10: 3 }),
        ]);
        await store.writeReadings([reading("a", NOON - 1, { pm10: 4, humidity: 50 })]);
        const ofA = [
          { device: "a", metric: "battery", time: NOON, value: 90 },
          { device: "a", metric: "humidity", time: NOON - 1, value: 50 },
          { device: "a", metric: "pm10", time: NOON + MINUTE_MS, value: 2 },
        ];
        const ofB = { device: "b", metric: "pm10", time: NOON - HOUR_MS, value: 3 };
        expect(byMetric(await store.latest("a"))).toEqual(ofA);
        expect(byMetric(await store.latest())).toEqual([...ofA, ofB]);
        expect(await store.latest("nobody")).toEqual([]);
      });

      it("may be from before the present, or a little after it", async () => {
        await store.writeReadings([
          reading("a", CONTRACT_NOW - 29 * 24 * HOUR_MS, { pm10: 1 }),
          reading("b", CONTRACT_NOW + 5 * MINUTE_MS, { pm10: 2 }),
        ]);
        expect((await store.latest()).map(({ value }) => value).sort()).toEqual([1, 2]);
      });

      it("of a time in the past are as they were then, of the 30 days up to it", async () => {
        const day = 24 * HOUR_MS;
        await store.writeReadings([
          reading("a", NOON - 31 * day, { battery: 9 }),
          reading("a", NOON - day, { pm10: 1, pm2_5: 2 }),
          reading("a", NOON, { pm10: 3 }),
          reading("b", NOON, { pm10: 4 }),
          reading("b", NOON + 1, { pm10: 5 }),
        ]);
        const then = async (time: number) =>
          (await store.latestAt(time))
            .map(({ device, metric, time, value }) => [device, metric, time - NOON, value])
            .sort();
        expect(await then(NOON)).toEqual([
          ["a", "pm10", 0, 3],
          ["a", "pm2_5", -day, 2],
          ["b", "pm10", 0, 4],
        ]);
        expect(await then(NOON - 1)).toEqual([
          ["a", "pm10", -day, 1],
          ["a", "pm2_5", -day, 2],
        ]);
        expect(await then(NOON - 2 * day)).toEqual([["a", "battery", -31 * day, 9]]);
        expect(await then(NOON - 90 * day)).toEqual([]);
      });

      it("of one device go back as far as there are readings", async () => {
        await store.writeReadings([reading("a", CONTRACT_NOW - 400 * 24 * HOUR_MS, { pm10: 1 })]);
        expect(await store.latest("a")).toHaveLength(1);
      });
    });

    describe("a series", () => {
      const query = { device: "a", metric: "pm10", from: NOON, to: NOON + HOUR_MS, limit: 100 };

      it("has the readings of a half-open range as they are, the oldest first, up to a limit", async () => {
        await store.writeReadings(
          [-1, 0, 1, 59, 60].map((minute) => reading("a", NOON + minute * MINUTE_MS, { pm10: minute })),
        );
        const ofMinutes = (minutes: number[]) =>
          minutes.map((minute) => onePoint(NOON + minute * MINUTE_MS, minute));
        expect(await store.series({ ...query, stepMs: null })).toEqual(ofMinutes([0, 1, 59]));
        expect(await store.series({ ...query, stepMs: null, limit: 2 })).toEqual(ofMinutes([0, 1]));
      });

      it("has steps that are aligned to the epoch, labelled with their start, without the empty ones", async () => {
        const start = NOON + 7 * MINUTE_MS;
        await store.writeReadings(
          [
            [0, 4],
            [10, 2],
            [179_999, 6],
            [600_000, 5],
          ].map(([offset = 0, pm10 = 0]) => reading("a", start + offset, { pm10 })),
        );
        const stepMs = 5 * MINUTE_MS;
        const points = [
          { time: NOON + stepMs, count: 3, mean: 4, min: 2, max: 6, last: 6 },
          { time: NOON + 3 * stepMs, count: 1, mean: 5, min: 5, max: 5, last: 5 },
        ];
        expect(await store.series({ ...query, from: start, stepMs })).toEqual(points);
        expect(await store.series({ ...query, from: start, stepMs, limit: 1 })).toEqual(points.slice(0, 1));
      });

      it("is empty for what is not there", async () => {
        await store.writeReadings([reading("a", NOON, { pm10: 1 })]);
        for (const stepMs of [null, MINUTE_MS]) {
          expect(await store.series({ ...query, stepMs, device: "b" })).toEqual([]);
          expect(await store.series({ ...query, stepMs, metric: "no2" })).toEqual([]);
          expect(await store.series({ ...query, stepMs, from: NOON + 1 })).toEqual([]);
          expect(await store.series({ ...query, stepMs, to: NOON })).toEqual([]);
        }
      });

      it("comes of many devices at once, as of each alone", async () => {
        const devices = [...HOSTILE_NAMES, ...Array.from({ length: 450 }, (_, n) => `many-${n}`)];
        await store.writeReadings(
          devices.flatMap((device, n) =>
            [0, 7, 90].map((minute) =>
              reading(device, NOON + minute * MINUTE_MS, { pm10: n + minute, pm2_5: 1 }),
            ),
          ),
        );
        await store.writeReadings([reading("not asked", NOON, { pm10: 1 })]);
        const range = { from: NOON + MINUTE_MS, to: NOON + 2 * HOUR_MS, stepMs: HOUR_MS };
        const found = await store.stepsOfDevices({ ...range, metric: "pm10", devices: [...devices, "none"] });
        expect(found).toHaveLength(2 * devices.length);
        for (const [n, device] of devices.entries()) {
          const steps = found.filter((step) => step.device === device).sort((a, b) => a.time - b.time);
          expect(steps, device).toEqual([
            { device, time: NOON, count: 1, mean: n + 7, min: n + 7, max: n + 7 },
            { device, time: NOON + HOUR_MS, count: 1, mean: n + 90, min: n + 90, max: n + 90 },
          ]);
        }
        const both = await store.stepsOfDevices({ ...range, from: NOON, metric: "pm10", devices: ["?"] });
        const n = devices.indexOf("?");
        expect(both.find(({ time }) => time === NOON)).toEqual({
          ...{ device: "?", time: NOON, count: 2, mean: n + 3.5, min: n, max: n + 7 },
        });
        expect(await store.stepsOfDevices({ ...range, metric: "no2", devices })).toEqual([]);
        expect(await store.stepsOfDevices({ ...range, metric: "pm10", devices: [] })).toEqual([]);
      });

      it("is what plain arithmetic makes of any readings in any order", async () => {
        let run = 0;
        const write = fc.record({
          metric: fc.constantFrom("pm10", "no2"),
          offset: fc.integer({ min: -20_000, max: 20_000 }),
          value: fc.double({ min: -1e6, max: 1e6, noNaN: true }).map((value) => value + 0),
        });
        await fc.assert(
          fc.asyncProperty(
            fc.array(fc.array(write, { minLength: 1, maxLength: 25 }), { minLength: 1, maxLength: 4 }),
            fc.integer({ min: -21_000, max: 21_000 }),
            fc.integer({ min: 0, max: 42_000 }),
            fc.integer({ min: 1, max: 9_000 }),
            fc.integer({ min: 1, max: 60 }),
            async (batches, fromOffset, length, stepMs, limit) => {
              const device = `run-${run++}`;
              const stored = new Map<string, Map<number, number>>();
              for (const batch of batches) {
                await store.writeReadings(
                  batch.map(({ metric, offset, value }) =>
                    reading(device, NOON + offset, { [metric]: value }),
                  ),
                );
                for (const { metric, offset, value } of batch) {
                  const series = stored.get(metric) ?? new Map<number, number>();
                  stored.set(metric, series.set(NOON + offset, value));
                }
              }
              const from = NOON + fromOffset;
              const range = { from, to: from + length };
              for (const metric of ["pm10", "no2"]) {
                const inRange = [...(stored.get(metric) ?? [])]
                  .filter(([time]) => time >= range.from && time < range.to)
                  .sort(([a], [b]) => a - b);
                const asked = { device, metric, limit, ...range };
                expect(await store.series({ ...asked, stepMs: null })).toEqual(
                  inRange.slice(0, limit).map(([time, value]) => onePoint(time, value)),
                );
                expectClose(
                  await store.series({ ...asked, stepMs }),
                  summarised(inRange, stepMs).slice(0, limit),
                );
              }
              const times = new Set([...stored.values()].flatMap((series) => [...series.keys()]));
              expect(await store.countReadings({ device })).toBe(times.size);
              expect(byMetric(await store.latest(device))).toEqual(
                byMetric(
                  [...stored].map(([metric, series]) => {
                    const time = Math.max(...series.keys());
                    return { device, metric, time, value: series.get(time) ?? Number.NaN };
                  }),
                ),
              );
            },
          ),
          { numRuns: 25, seed: 20_260_601 },
        );
      });
    });

    describe("scores", () => {
      const id: ScoreId = { area: "old-town", dimension: "environment", aspect: "waste", indicator: "bins" };
      const history = (of: ScoreId, stepMs: number | null = null, limit = 100) =>
        store.scoreHistory({
          area: of.area,
          dimension: of.dimension,
          aspect: of.aspect,
          indicator: of.indicator,
          from: NOON,
          to: NOON + HOUR_MS,
          stepMs,
          limit,
        });

      /** What a step with one score comes to. */
      const only = (score: number | null) => ({ mean: score, min: score, max: score });

      it("keep the last one of each minute", async () => {
        await store.writeScores([score(id, NOON, 10), score(id, NOON + 59_999, 20)]);
        await store.writeScores([score(id, NOON + MINUTE_MS + 5, 30)]);
        await store.writeScores([score(id, NOON + MINUTE_MS + 7, 40, { value: 2.5, coverage: 0.25 })]);
        expect(await history(id)).toEqual([
          { time: NOON, score: 20, value: null, coverage: 1, ...only(20) },
          { time: NOON + MINUTE_MS, score: 40, value: 2.5, coverage: 0.25, ...only(40) },
        ]);
      });

      it("without a number are kept as such, and replace one with a number", async () => {
        await store.writeScores([score(id, NOON, 50, { value: 3 })]);
        await store.writeScores([score(id, NOON + 1, null, { coverage: 0 })]);
        expect(await history(id)).toEqual([
          { time: NOON, score: null, value: null, coverage: 0, ...only(null) },
        ]);
        await store.writeScores([score(id, NOON + 2, 51, { value: 4 })]);
        expect(await history(id)).toEqual([{ time: NOON, score: 51, value: 4, coverage: 1, ...only(51) }]);
      });

      it("of every level are kept apart", async () => {
        const ids: ScoreId[] = [
          id,
          { ...id, indicator: null },
          { ...id, aspect: null, indicator: null },
          { ...id, dimension: null, aspect: null, indicator: null },
          { area: "city", dimension: null, aspect: null, indicator: null },
        ];
        await store.writeScores(ids.map((one, i) => score(one, NOON, i * 10)));
        for (const [i, one] of ids.entries()) {
          expect(await history(one)).toEqual([
            { time: NOON, score: i * 10, value: null, coverage: 1, ...only(i * 10) },
          ]);
        }
        expect(await history({ ...id, area: "nowhere" })).toEqual([]);
      });

      it("are read in steps that hold their last one, without the empty ones, up to a limit", async () => {
        await store.writeScores(
          [0, 1, 9, 10, 31, 60].map((minute) => score(id, NOON + minute * MINUTE_MS, minute)),
        );
        await store.writeScores([score(id, NOON + 39 * MINUTE_MS, null)]);
        const stepMs = 10 * MINUTE_MS;
        const found = await history(id, stepMs);
        expect(found.map((point) => [(point.time - NOON) / MINUTE_MS, point.score])).toEqual([
          [0, 9],
          [10, 10],
          [30, null],
        ]);
        expect(await history(id, stepMs, 2)).toEqual(found.slice(0, 2));
        expect(await history(id, null, 2)).toHaveLength(2);
      });

      it("keep their extremes in every step, of what is a number and was not replaced", async () => {
        const write = (minute: number, value: number | null) =>
          store.writeScores([score(id, NOON + minute * MINUTE_MS, value)]);
        for (const [minute, value] of [
          ...[
            [0, 60],
            [1, 4],
            [2, 98],
            [9, 58],
          ],
          ...[
            [10, 50],
            [11, 99],
            [12, null],
          ],
          ...[
            [20, null],
            [21, null],
          ],
        ] as const) {
          await write(minute as number, value as number | null);
        }
        // Another number came first in these minutes: only the last of a minute is there.
        await write(11, null);
        await write(2, 80);
        const found = await history(id, 10 * MINUTE_MS);
        expect(found.map(({ score, mean, min, max }) => [score, mean, min, max])).toEqual([
          [58, 50.5, 4, 80],
          [null, 50, 50, 50],
          [null, null, null, null],
        ]);
      });
    });

    describe("rejections", () => {
      it("are kept whole, with a payload of any bytes", async () => {
        const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
        const whole = rejection("r-1", NOON + 7, {
          payload: Buffer.from(bytes).toString("base64"),
          size: 70_000,
          topic: "a/b c,d=e\\",
          reason: "Expected a number,\ngot \"twelve\" at 'pm10' \\ 🌳. Send a number.",
          attributes: { "content-type": "text/plain", "x-odd": '=",\\\n' },
          adapter: "sensor-community@1.2.0",
          device: "it's a device",
          stage: "store",
        });
        const bare = rejection("r-2", NOON, { payload: "", size: 0 });
        await store.writeRejections([whole, bare]);
        expect(await store.rejections({ limit: 10 })).toEqual([whole, bare]);
      });

      it("do not double when they come again", async () => {
        const all = [1, 2, 3].map((i) => rejection(`r-${i}`, NOON));
        for (let i = 0; i < 3; i++) await store.writeRejections(all);
        await store.writeRejections([...all, ...all]);
        expect(await store.rejections({ limit: 10 })).toHaveLength(3);
        expect(await store.countRejections()).toEqual(new Map([["not_json", 3]]));
      });

      it("of one millisecond are kept apart by their id", async () => {
        const all = Array.from({ length: 1000 }, (_, i) => rejection(`id-${i}`, NOON));
        await store.writeRejections(all);
        expect(await store.countRejections()).toEqual(new Map([["not_json", 1000]]));
        const found = await store.rejections({ limit: 2000 });
        expect(new Set(found.map(({ id }) => id)).size).toBe(1000);
      });

      it("are found by range, code, adapter, device and topic, and by several of them", async () => {
        await store.writeRejections([
          rejection("1", NOON, { code: "not_json", topic: "x", device: "d", adapter: "a@1" }),
          rejection("2", NOON + 1, { code: "not_json", topic: "y", device: "d", adapter: null }),
          rejection("3", NOON + 2, { code: "unknown_device", topic: "x", device: "e", adapter: "a@1" }),
          rejection("4", NOON + 3, { code: "unknown_device", topic: `") or ("`, device: "' OR 1=1" }),
        ]);
        const ids = async (query: Omit<Parameters<typeof store.rejections>[0], "limit">) =>
          (await store.rejections({ ...query, limit: 10 })).map(({ id }) => id);
        expect(await ids({})).toEqual(["4", "3", "2", "1"]);
        expect(await ids({ from: NOON + 1, to: NOON + 3 })).toEqual(["3", "2"]);
        expect(await ids({ code: "not_json" })).toEqual(["2", "1"]);
        expect(await ids({ adapter: "a@1" })).toEqual(["3", "1"]);
        expect(await ids({ device: "d" })).toEqual(["2", "1"]);
        expect(await ids({ topic: "x" })).toEqual(["3", "1"]);
        expect(await ids({ topic: "x", device: "d", code: "not_json" })).toEqual(["1"]);
        expect(await ids({ topic: `") or ("` })).toEqual(["4"]);
        expect(await ids({ device: "' OR 1=1" })).toEqual(["4"]);
        expect(await ids({ device: "nobody" })).toEqual([]);
        expect(await ids({ from: NOON + 9, to: NOON })).toEqual([]);
      });

      it("are paged through from the newest on, each once", async () => {
        const all = Array.from({ length: 23 }, (_, i) =>
          rejection(`r-${String(i).padStart(2, "0")}`, NOON - Math.floor(i / 5) * 40 * 24 * HOUR_MS),
        );
        await store.writeRejections(all);
        const paged: Rejection[] = [];
        for (;;) {
          const last = paged.at(-1);
          const page = await store.rejections({
            limit: 4,
            ...(last ? { before: { time: last.time, id: last.id } } : {}),
          });
          if (page.length === 0) break;
          paged.push(...page);
        }
        expect(paged).toEqual([...all].sort((a, b) => b.time - a.time || (a.id < b.id ? 1 : -1)));
      });

      it("are counted by code within a half-open range", async () => {
        await store.writeRejections([
          rejection("1", NOON, { code: "not_json" }),
          rejection("2", NOON + 1, { code: "not_json" }),
          rejection("3", NOON + 2, { code: "time_in_future" }),
        ]);
        expect(await store.countRejections()).toEqual(
          new Map([
            ["not_json", 2],
            ["time_in_future", 1],
          ]),
        );
        expect(await store.countRejections({ from: NOON + 1, to: NOON + 2 })).toEqual(
          new Map([["not_json", 1]]),
        );
      });
    });

    describe("the store itself", () => {
      it("answers when it is empty, and takes empty writes", async () => {
        expect(await store.writeReadings([])).toEqual([]);
        await store.writeScores([]);
        await store.writeRejections([]);
        expect(await store.countReadings()).toBe(0);
        expect(await store.latest()).toEqual([]);
        expect(await raw("a", "pm10")).toEqual([]);
        expect(await store.rejections({ limit: 10 })).toEqual([]);
        expect(await store.countRejections()).toEqual(new Map());
      });

      it("keeps everything when it is closed and opened again", async () => {
        const id: ScoreId = { area: "city", dimension: null, aspect: null, indicator: null };
        await store.writeReadings([reading("a", NOON, { pm10: 1 }), reading("b", NOON, { no2: 2 })]);
        await store.writeScores([score(id, NOON, 77)]);
        await store.writeRejections([rejection("r", NOON)]);
        await store.close();
        store = await place.reopen();
        await store.writeReadings([
          reading("c", NOON, { pm10: 3 }),
          reading("a", NOON + 1, { pm2_5: 4 }),
          reading("a", NOON, { pm10: 5 }),
        ]);
        await store.writeScores([score({ ...id, area: "port" }, NOON, 11)]);
        expect(await store.countReadings()).toBe(4);
        expect(byMetric(await store.latest())).toEqual([
          { device: "a", metric: "pm10", time: NOON, value: 5 },
          { device: "a", metric: "pm2_5", time: NOON + 1, value: 4 },
          { device: "b", metric: "no2", time: NOON, value: 2 },
          { device: "c", metric: "pm10", time: NOON, value: 3 },
        ]);
        const history = { from: NOON, to: NOON + 1, stepMs: null, limit: 9 };
        expect((await store.scoreHistory({ ...id, ...history })).map((point) => point.score)).toEqual([77]);
        expect(await store.rejections({ limit: 9 })).toHaveLength(1);
      });

      it("passes its check while it is open", async () => {
        await store.check();
      });

      it("says that it is closed after it was closed, and may be closed twice", async () => {
        await store.close();
        await store.close();
        const closed = { code: "closed" };
        await expect(store.writeReadings([reading("a", NOON, { pm10: 1 })])).rejects.toMatchObject(closed);
        await expect(store.writeRejections([rejection("r", NOON)])).rejects.toMatchObject(closed);
        await expect(store.countReadings()).rejects.toMatchObject(closed);
        await expect(store.latest()).rejects.toMatchObject(closed);
        await expect(store.check()).rejects.toMatchObject(closed);
      });
    });
  });
}

function reading(
  device: string,
  time: number,
  values: Record<string, number>,
  adapter = "contract@1",
): Reading {
  return { device, time, values, adapter, receivedAt: NOON + 250 };
}

function score(
  id: ScoreId,
  at: number,
  value: number | null,
  more: { value?: number; coverage?: number } = {},
): Score {
  return {
    ...id,
    title: "A score",
    score: value,
    status: value === null ? "no_data" : "ok",
    coverage: more.coverage ?? 1,
    at,
    value: more.value ?? null,
    unit: null,
    explanation: "It was made up for a test.",
    parts: [],
    sources: [],
    devices: 1,
    readings: 1,
    model: { version: "1", hash: "0" },
  };
}

function rejection(id: string, time: number, more: Partial<Rejection> = {}): Rejection {
  return {
    id,
    time,
    stage: "normalize",
    code: "not_json",
    reason: "Expected JSON.",
    topic: "sensors/a",
    source: "mqtt",
    payload: "e30=",
    size: 2,
    adapter: null,
    device: null,
    ...more,
  };
}

function onePoint(time: number, value: number): SeriesPoint {
  return { time, count: 1, mean: value, min: value, max: value, last: value };
}

function byMetric<T extends { device: string; metric: string }>(values: readonly T[]): T[] {
  const key = ({ device, metric }: T) => `${device}\n${metric}`;
  return [...values].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

/** The steps of a series, done the plain way. `sorted` is by time. */
function summarised(sorted: readonly (readonly [number, number])[], stepMs: number): SeriesPoint[] {
  const steps = new Map<number, number[]>();
  for (const [time, value] of sorted) {
    const start = stepStart(time, stepMs);
    steps.set(start, [...(steps.get(start) ?? []), value]);
  }
  return [...steps].map(([time, values]) => ({
    time,
    count: values.length,
    mean: values.reduce((sum, value) => sum + value, 0) / values.length,
    min: Math.min(...values),
    max: Math.max(...values),
    last: values.at(-1) ?? Number.NaN,
  }));
}

/** Equal, but for the last digits of a mean: the order of a sum is the store's own. */
function expectClose(actual: readonly SeriesPoint[], expected: readonly SeriesPoint[]): void {
  expect(actual.map((point) => ({ ...point, mean: 0 }))).toEqual(
    expected.map((point) => ({ ...point, mean: 0 })),
  );
  for (const [i, point] of expected.entries()) {
    const scale = Math.max(1, Math.abs(point.min), Math.abs(point.max));
    expect(Math.abs((actual[i]?.mean ?? Number.NaN) - point.mean)).toBeLessThanOrEqual(scale * 1e-9);
  }
}
