import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MINUTE_MS } from "./minutes.ts";
import { SeriesWindow } from "./series-window.ts";
import { emptySummary, HOUR_MS, type Summary } from "./summary.ts";

const START = Date.UTC(2026, 0, 2, 12);
const rules = { range: [0, 8] as const, rate: null, stuck: null, silenceMs: null, neighbours: null };

/** Some minutes with many readings, some with few, some with none; in each, in order of time or not. */
const minute = fc.record({
  readings: fc.oneof(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 12, max: 60 })),
  isMixed: fc.boolean(),
  values: fc.array(fc.double({ min: -1, max: 9, noNaN: true }), { minLength: 1, maxLength: 7 }),
});
const minutes = fc.array(minute, { minLength: 20, maxLength: 75 });

interface Sent {
  readonly time: number;
  readonly value: number;
}

function sentIn(all: readonly (typeof minute extends fc.Arbitrary<infer M> ? M : never)[]): Sent[] {
  return all.flatMap(({ readings, isMixed, values }, n) => {
    const times = Array.from({ length: readings }, (_, i) => Math.floor((i * MINUTE_MS) / readings));
    if (isMixed) times.sort((a, b) => (a % 7) - (b % 7));
    return times.map((time, i) => ({
      time: START + n * MINUTE_MS + time,
      value: values[i % values.length] ?? 0,
    }));
  });
}

function hoursOf(series: SeriesWindow, from: number, to: number): [number, Summary][] {
  const hours: [number, Summary][] = [];
  series.eachHour(from, to, (start, summary) => hours.push([start, { ...summary }]));
  return hours;
}

const isCondensed = (series: SeriesWindow) =>
  (series.openHour(START)?.condensedBefore ?? 0) > Number.NEGATIVE_INFINITY;

describe("a series of which dense minutes are condensed", () => {
  it("says of windows that begin and end with a minute what it says with all of its readings, to the last digit", () => {
    let condensed = 0;
    fc.assert(
      fc.property(minutes, fc.boolean(), fc.nat(80), fc.nat(80), (all, hasRules, one, other) => {
        const whole = new SeriesWindow("d", "pm10", hasRules ? rules : undefined);
        const thin = new SeriesWindow("d", "pm10", hasRules ? rules : undefined);
        for (const { time, value } of sentIn(all)) {
          expect(thin.add(time, value, time - 30_000)).toBe(whole.add(time, value));
        }
        if (isCondensed(thin)) condensed++;
        const from = START + Math.min(one, other) * MINUTE_MS;
        const to = START + Math.max(one, other) * MINUTE_MS;
        expect(hoursOf(thin, from, to)).toEqual(hoursOf(whole, from, to));
        expect(thin.hasReadings(from, to)).toBe(whole.hasReadings(from, to));
        expect(thin.mayHaveFlatHour(from, to)).toBe(whole.mayHaveFlatHour(from, to));
        expect(thin.firstTimeIn(from, to)).toBe(whole.firstTimeIn(from, to));
        expect(thin.steadyFrom(from)).toBe(whole.steadyFrom(from));
        expect(thin.steadyTo(to - 1)).toBe(whole.steadyTo(to - 1));
        for (const start of [START, START + HOUR_MS]) {
          const [kept, fresh] = [emptySummary(), emptySummary()];
          expect(thin.summarizeOpen(start, to, kept)).toBe(whole.summarizeOpen(start, to, fresh));
          expect(kept).toEqual(fresh);
          expect(thin.openHour(start)?.count).toBe(whole.openHour(start)?.count);
        }
      }),
      { numRuns: 300 },
    );
    expect(condensed).toBeGreaterThan(50);
  });

  it("goes on adding up where the last look had it", () => {
    const whole = new SeriesWindow("d", "pm10");
    const thin = new SeriesWindow("d", "pm10");
    const [kept, fresh] = [emptySummary(), emptySummary()];
    for (let i = 0; i < 3000; i++) {
      const time = START + i * 1000;
      thin.add(time, i / 7, time - 30_000);
      whole.add(time, i / 7);
      thin.summarizeOpen(START, time + 1, kept);
      whole.openHour(START)?.summarize(START, time + 1, fresh);
      expect(kept).toEqual(fresh);
    }
    expect(isCondensed(thin)).toBe(true);
  });

  it("takes a twentieth of the memory at ten readings a second", () => {
    const thin = new SeriesWindow("d", "pm10");
    for (let time = START; time < START + HOUR_MS; time += 100) thin.add(time, time % 17, time - 30_000);
    expect(thin.openHour(START)?.count).toBe(36_000);
    expect(thin.openHour(START)?.kept.length).toBeLessThan(2 * 1600);
  });

  it("keeps every reading where they are few, and where a rule looks from one to the next", () => {
    const sparse = new SeriesWindow("d", "pm10");
    const fast = new SeriesWindow("d", "pm10", { ...rules, rate: { most: 5, perMs: 1000 } });
    for (let time = START; time < START + HOUR_MS; time += 7000) sparse.add(time, 1, time);
    for (let time = START; time < START + HOUR_MS; time += 1000) fast.add(time, 1, time);
    for (const series of [sparse, fast]) expect(isCondensed(series)).toBe(false);
  });

  it("does not take what comes for a condensed minute, until it is opened again with all of its readings", () => {
    const series = new SeriesWindow("d", "pm10");
    const sent = Array.from({ length: 1200 }, (_, i) => ({ time: START + i * 1000, value: i % 13 }));
    for (const { time, value } of sent) series.add(time, value, time - 30_000);
    expect(series.add(START + 500, 99)).toBe("closed");
    expect(series.add(START, 0)).toBe("closed");
    const before = hoursOf(series, START, START + HOUR_MS);
    const kept = series.reopen(START);
    expect(kept.length).toBeGreaterThan(0);
    for (const { time, value } of sent) series.add(time, value, Number.POSITIVE_INFINITY);
    expect(hoursOf(series, START, START + HOUR_MS)).toEqual(before);
    expect(isCondensed(series)).toBe(false);
    expect(series.add(START + 500, 99)).toBe("added");
  });
});
