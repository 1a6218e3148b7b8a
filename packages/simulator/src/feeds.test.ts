import { join } from "node:path";
import { loadCity } from "@kota/runtime";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import type { Feed } from "./feed.ts";
import { loopOf, playedAt, recordedAt } from "./loop.ts";
import { moments } from "./pace.ts";
import { fillAt } from "./recordings/bin-collections.ts";
import { loadFeeds } from "./replay.ts";

const CITY = join(import.meta.dirname, "../../../infra/example-city");
const HOUR = 3_600_000;

describe("the loop of a recording", () => {
  const loop = loopOf(Date.parse("2016-06-06T00:00:00+01:00"), 8);

  it("keeps weekday and time of day", () => {
    fc.assert(
      fc.property(fc.integer({ min: Date.UTC(2020, 0, 1), max: Date.UTC(2040, 0, 1) }), (now) => {
        const { time, round } = recordedAt(loop, now);
        expect(time).toBeGreaterThanOrEqual(loop.start);
        expect(time).toBeLessThan(loop.start + loop.length);
        expect((now - time) % (7 * 24 * HOUR)).toBe(0);
        expect(playedAt(loop, time, round)).toBe(now);
      }),
    );
  });
});

describe("the fill between two emptyings", () => {
  const loop = { start: 0, length: 100 };
  const list = [
    { time: 20, fill: 80 },
    { time: 60, fill: 40 },
  ];

  it.each([
    [20, 0],
    [40, 20],
    [59, 39],
    [60, 0],
    [90, 40],
    [0, 53.33],
    [19, 78.67],
  ])("at %i is %f", (time, fill) => {
    expect(fillAt(list, loop, time)).toBeCloseTo(fill, 1);
  });
});

describe("the feeds of the example city", () => {
  let feeds: Feed[];
  beforeAll(() => {
    feeds = loadFeeds(CITY, loadCity(CITY));
  });
  const now = Date.UTC(2026, 10, 24, 12);

  it("are bins, households, stations and simulated devices, and each publishes", () => {
    expect(feeds.map((feed) => feed.id)).toEqual(["bins", "households", "stations", "simulated"]);
    for (const feed of feeds) expect(feed.publications(now, now + HOUR).length).toBeGreaterThan(10);
  });

  it("give the same publications however a range is cut, each within it", () => {
    for (const feed of feeds) {
      const whole = feed.publications(now, now + HOUR);
      const cut = [0, 1, 17, 31, 60].flatMap((minute, index, minutes) =>
        index === 0 ? [] : feed.publications(now + (minutes[index - 1] ?? 0) * 60_000, now + minute * 60_000),
      );
      const order = (list: typeof whole) => list.map((p) => `${p.at} ${p.topic} ${p.payload}`).sort();
      expect(order(cut)).toEqual(order(whole));
      for (const { at } of whole) {
        expect(at).toBeGreaterThanOrEqual(now);
        expect(at).toBeLessThan(now + HOUR);
      }
    }
  });

  it("have a LoRaWAN device of which only the bytes come, in the form of its codec", () => {
    const uplinks = feeds[3]?.publications(now, now + HOUR).filter(({ topic }) => topic.includes("soil-sim"));
    expect(uplinks?.length).toBeGreaterThan(10);
    for (const { payload } of uplinks ?? []) {
      const { uplink_message: up } = JSON.parse(payload) as { uplink_message: Record<string, unknown> };
      expect(up.decoded_payload).toBeUndefined();
      expect(up.f_port).toBe(2);
      expect(Buffer.from(String(up.frm_payload), "base64")).toHaveLength(4);
    }
  });

  it("count energy upwards over the end of a loop", () => {
    const households = feeds[1];
    const start = Date.UTC(2024, 0, 1) + 28 * 24 * HOUR * 10;
    const totals = households
      ?.publications(start - HOUR, start + HOUR)
      .filter(({ topic }) => topic === "tele/meter-mac000002/SENSOR")
      .map(({ payload }) => (JSON.parse(payload) as { ENERGY: { Total: number } }).ENERGY.Total);
    expect(totals?.length).toBeGreaterThan(100);
    expect(totals).toEqual([...(totals ?? [])].sort((a, b) => a - b));
  });
});

describe("a device's moments", () => {
  it("are a fixed pace apart, whatever range is asked for", () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.integer({ min: 1, max: 100_000 }),
        fc.integer({ min: 0, max: 1e9 }),
        (id, every, from) => {
          const list = [...moments(id, every, from, from + 5 * every)];
          expect(list).toHaveLength(5);
          for (const [index, at] of list.entries()) expect(at - (list[0] ?? 0)).toBe(index * every);
        },
      ),
    );
  });
});
