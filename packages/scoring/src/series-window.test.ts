import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SeriesWindow } from "./series-window.ts";
import { emptySummary, HOUR_MS, hourOf, mergeSummaries, type Summary, summaryOfOne } from "./summary.ts";

const START = Date.UTC(2026, 0, 1);

interface Point {
  readonly time: number;
  readonly value: number;
}

// Few distinct times and values, so that repeats are common; some on the border between two hours.
const point = fc.record({
  time: fc
    .oneof(
      fc.integer({ min: 0, max: 40 }).map((i) => i * 600_000),
      fc.integer({ min: -2, max: 2 }).map((i) => 2 * HOUR_MS + i),
    )
    .map((offset) => START + offset),
  value: fc.integer({ min: -50, max: 50 }).map((value) => value / 8),
});
const points = fc.array(point, { maxLength: 60 });
/** For one time one value, so that the order cannot matter. */
const consistent = points.map((all) => [...new Map(all.map((each) => [each.time, each])).values()]);
const edge = fc.integer({ min: -5, max: 45 }).map((i) => START + i * 600_000 + (i % 3));
const bounds = fc.tuple(edge, edge).map(([a, b]) => ({ from: Math.min(a, b), to: Math.max(a, b) }));

/** What the window is to say, worked out from a plain list. */
function plain(readings: readonly Point[], from: number, to: number): Map<number, Summary> {
  const byTime = new Map(readings.map(({ time, value }) => [time, value]));
  const hours = new Map<number, Summary>();
  for (const [time, value] of [...byTime].sort(([a], [b]) => a - b)) {
    if (time < from || time >= to) continue;
    const start = hourOf(time);
    hours.set(start, mergeSummaries(hours.get(start) ?? emptySummary(), summaryOfOne(time, value)));
  }
  return hours;
}

function windowOf(readings: readonly Point[]): SeriesWindow {
  const window = new SeriesWindow("d", "pm10");
  for (const { time, value } of readings) window.add(time, value);
  return window;
}

function hoursOf(window: SeriesWindow, from = 0, to = Number.MAX_SAFE_INTEGER): Map<number, Summary> {
  const hours = new Map<number, Summary>();
  window.eachHour(from, to, (start, summary) => hours.set(start, { ...summary }));
  return hours;
}

function close(window: SeriesWindow, start: number): void {
  const summary = hoursOf(window).get(start);
  if (summary) window.setClosed({ start, summary, through: null });
}

describe("the window of a series", () => {
  it("says what a plain list of its readings says, for any window, when repeats and disorder are common", () => {
    fc.assert(
      fc.property(points, bounds, (readings, { from, to }) => {
        expect(hoursOf(windowOf(readings), from, to)).toEqual(plain(readings, from, to));
      }),
    );
  });

  it("is the same for every order of the readings, and for readings that come twice", () => {
    const shuffled = consistent.chain((readings) =>
      fc.tuple(
        fc.constant(readings),
        fc.shuffledSubarray([...readings, ...readings], { minLength: 2 * readings.length }),
      ),
    );
    fc.assert(
      fc.property(shuffled, ([readings, mixed]) => {
        expect(hoursOf(windowOf(mixed))).toEqual(hoursOf(windowOf(readings)));
      }),
    );
  });

  it("visits hours in ascending order, whichever of them are closed", () => {
    fc.assert(
      fc.property(points, fc.array(fc.integer({ min: 0, max: 7 })), (readings, closing) => {
        const window = windowOf(readings);
        for (const hour of closing) close(window, START + hour * HOUR_MS);
        const starts = [...hoursOf(window).keys()];
        expect(starts).toEqual([...starts].sort((a, b) => a - b));
        expect(hoursOf(window)).toEqual(plain(readings, 0, Number.MAX_SAFE_INTEGER));
      }),
    );
  });

  it("is what it was after an hour is closed and opened again with the same readings", () => {
    fc.assert(
      fc.property(points, fc.integer({ min: 0, max: 7 }), (readings, hour) => {
        const start = START + hour * HOUR_MS;
        const window = windowOf(readings);
        const before = hoursOf(window);
        close(window, start);
        window.reopen(start);
        for (const { time, value } of readings) if (hourOf(time) === start) window.add(time, value);
        expect(hoursOf(window)).toEqual(before);
      }),
    );
  });

  it("says whether a reading changed anything", () => {
    const window = new SeriesWindow("d", "pm10");
    expect(window.add(START + 1, 5)).toBe("opened");
    expect(window.add(START + 1, 5)).toBe("unchanged");
    expect(window.add(START + 1, 6)).toBe("added");
    expect(window.add(START + 2, 6)).toBe("added");
    close(window, START);
    expect(window.add(START + 3, 7)).toBe("closed");
    expect(hoursOf(window).get(START)).toMatchObject({ count: 2, sum: 12 });
  });

  it("counts a closed hour whole where a window cuts it", () => {
    const window = windowOf([
      { time: START, value: 1 },
      { time: START + HOUR_MS - 1, value: 2 },
    ]);
    expect(hoursOf(window, START + 1000, START + HOUR_MS).get(START)?.count).toBe(1);
    close(window, START);
    expect(hoursOf(window, START + 1000, START + HOUR_MS).get(START)?.count).toBe(2);
    expect(hoursOf(window, START + HOUR_MS, START + 2 * HOUR_MS).size).toBe(0);
  });

  it("keeps how far in the log a closed hour reaches, and forgets hours that are too old", () => {
    const window = new SeriesWindow("d", "pm10");
    for (let hour = 0; hour < 5; hour++) {
      window.setClosed({
        start: START + hour * HOUR_MS,
        summary: summaryOfOne(START, hour),
        through: hour || null,
      });
    }
    expect(window.closedHour(START)).toEqual({
      start: START,
      summary: summaryOfOne(START, 0),
      through: null,
    });
    expect(window.closedHour(START + HOUR_MS)?.through).toBe(1);
    window.forgetBefore(START + 3 * HOUR_MS);
    expect([...hoursOf(window).keys()]).toEqual([START + 3 * HOUR_MS, START + 4 * HOUR_MS]);
    window.setClosed({ start: START, summary: summaryOfOne(START, 9), through: null });
    expect([...hoursOf(window).keys()]).toEqual([START, START + 3 * HOUR_MS, START + 4 * HOUR_MS]);
  });
});

describe("merging summaries", () => {
  const distinct = fc
    .uniqueArray(
      fc.record({ time: fc.integer({ min: 0, max: 1e6 }), value: fc.integer({ min: -99, max: 99 }) }),
      {
        selector: ({ time }) => time,
        minLength: 3,
        maxLength: 30,
      },
    )
    .map((readings) => readings.map(({ time, value }) => summaryOfOne(time, value)));
  const whole = (parts: readonly Summary[]) => parts.reduce(mergeSummaries, emptySummary());

  it("gives the same however the readings are split, grouped and ordered", () => {
    const grouped = distinct.chain((parts) =>
      fc.tuple(
        fc.constant(parts),
        fc.shuffledSubarray(parts, { minLength: parts.length }),
        fc.nat(parts.length),
        fc.nat(parts.length),
      ),
    );
    fc.assert(
      fc.property(grouped, ([parts, shuffled, i, j]) => {
        const [low, high] = i < j ? [i, j] : [j, i];
        const [a, b, c] = [shuffled.slice(0, low), shuffled.slice(low, high), shuffled.slice(high)].map(
          whole,
        );
        if (!a || !b || !c) throw new Error("three parts");
        expect(mergeSummaries(mergeSummaries(a, b), c)).toEqual(mergeSummaries(a, mergeSummaries(b, c)));
        expect(mergeSummaries(mergeSummaries(a, b), c)).toEqual(whole(parts));
      }),
    );
  });

  it("has the extremes of a minute of which it keeps no more, and goes on from them", () => {
    const early = fc.array(
      fc.record({ time: fc.integer({ min: 0, max: 179_999 }), value: fc.integer({ min: -9, max: 9 }) }),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(early, fc.integer({ min: 0, max: 2 }), (points, minute) => {
        const readings = points.map(({ time, value }) => ({ time: START + time, value }));
        const window = windowOf(readings);
        const all = hoursOf(window).get(START);
        window.keepExtremes(START + minute * 60_000);
        const after = hoursOf(window).get(START);
        expect([after?.min, after?.max]).toEqual([all?.min, all?.max]);

        const ofIt = keptOf(window).filter(({ time }) => Math.floor((time - START) / 60_000) === minute);
        expect(ofIt.length).toBeLessThanOrEqual(2);

        const later = { time: START + 180_000, value: 3 };
        window.add(later.time, later.value);
        expect(hoursOf(window)).toEqual(hoursOf(windowOf(keptOf(window))));
        expect(keptOf(window).at(-1)).toEqual(later);
      }),
    );
  });
});

function keptOf(window: SeriesWindow): Point[] {
  const kept: Point[] = [];
  window.eachReading(0, Number.MAX_SAFE_INTEGER, (time, value) => kept.push({ time, value }));
  return kept;
}
