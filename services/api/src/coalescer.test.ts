import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { EventKind } from "./change-feed.ts";
import { createCoalescer } from "./coalescer.ts";
import { NOW, reading, rejection, score } from "./test-setup.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function coalesced() {
  const flushes: { kind: EventKind; data: unknown }[][] = [];
  // As they go out.
  return { flushes, ...createCoalescer((events) => flushes.push(JSON.parse(JSON.stringify(events)))) };
}

describe("the coalescer", () => {
  it("sends of one device the newest value of each metric, late ones or not", () => {
    const live = coalesced();
    live.reading(reading("a", NOW, { pm10: 1, pm2_5: 1 }));
    live.reading(reading("a", NOW + 1_000, { pm10: 2 }));
    live.reading(reading("a", NOW - 1_000, { pm10: 3, humidity: 3 }));
    vi.runAllTimers();
    expect(live.flushes).toEqual([
      [
        {
          kind: "reading",
          data: { device: "a", time: "2026-11-24T12:00:01.000Z", values: { pm10: 2, pm2_5: 1, humidity: 3 } },
        },
      ],
    ]);
  });

  it("sends of one score the newest revision", () => {
    const live = coalesced();
    live.score(score({ area: "leith", score: 1 }));
    live.score(score({ area: "leith", score: 2 }));
    live.score(score({ area: "city", score: 3 }));
    vi.runAllTimers();
    expect(live.flushes.flat().map(({ data }) => data)).toMatchObject([
      { area: "leith", score: 2, at: "2026-11-24T12:00:00.000Z" },
      { area: "city", score: 3 },
    ]);
  });

  it("sends the newest 50 rejections, without what they carried", () => {
    const live = coalesced();
    for (let i = 0; i < 60; i++) live.rejection(rejection(`r${i}`));
    vi.runAllTimers();
    const sent = live.flushes.flat().map(({ data }) => data as Record<string, unknown>);
    expect(sent.map(({ id }) => id)).toEqual(Array.from({ length: 50 }, (_, i) => `r${i + 10}`));
    expect(sent[0]).not.toHaveProperty("payloadBase64");
  });

  it("sends at most four times a second, and the first change at once", () => {
    const live = coalesced();
    for (let i = 0; i < 200; i++) {
      live.reading(reading("a", NOW + i, { pm10: i }));
      vi.advanceTimersByTime(10);
      if (i === 0) expect(live.flushes).toHaveLength(1);
    }
    expect(live.flushes.length).toBeGreaterThanOrEqual(8);
    expect(live.flushes.length).toBeLessThanOrEqual(9);
  });

  it("sends nothing when nothing changes or when it is stopped", () => {
    const live = coalesced();
    vi.advanceTimersByTime(10_000);
    live.reading(reading("a", NOW, { pm10: 1 }));
    live.stop();
    vi.advanceTimersByTime(10_000);
    expect(live.flushes).toEqual([]);
  });
});
