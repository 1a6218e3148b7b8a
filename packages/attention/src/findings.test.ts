import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sightingOf } from "./condition.ts";
import { crossing, dayMean, fullIn } from "./day.ts";
import { type Evidence, findingsOf, type Missing, MOST_AIR, needsOf } from "./findings.ts";
import { healthOf, isSilent, paceOf, peerPaces } from "./pace.ts";
import type { Suspect } from "./suspect.ts";
import type { WatchedDevice } from "./watched-device.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const now = Date.UTC(2026, 10, 24, 12);
const iso = (ago: number): string => new Date(now - ago).toISOString();

function device(
  id: string,
  ago: number | null,
  values: Record<string, number> = {},
  kind = "air",
): WatchedDevice {
  const time = iso(ago ?? 0);
  return {
    id,
    name: `Name of ${id}`,
    kind,
    registered: true,
    area: "leith",
    origin: "recorded",
    adapter: null,
    lastSeen: ago === null ? null : time,
    retired: false,
    latest: Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value, time }])),
  };
}

const hours = (...values: number[]) =>
  values.map((value, index) => ({ time: now - (values.length - index) * HOUR, value }));
const none: Evidence = { day: () => undefined, pace: () => undefined };
const find = (devices: readonly WatchedDevice[], evidence: Evidence = none) =>
  findingsOf(devices, needsOf(devices, peerPaces(devices, now), now), evidence, now);

describe("the pace of a device", () => {
  it("is told from the ages of those like it", () => {
    const pace = peerPaces(
      [1, 2, 3, 4, 5].map((minutes) => device(`d${minutes}`, minutes * MINUTE)),
      now,
    );
    expect(pace(device("x", 0))).toBe(6 * MINUTE);
    expect(pace(device("x", 0, {}, "bin"))).toBe(15 * MINUTE);
  });

  it("is about right for devices that send evenly, whatever their number", () => {
    fc.assert(
      fc.property(fc.integer({ min: 20, max: 200 }), fc.integer({ min: 1, max: 24 }), (count, hour) => {
        const pace = peerPaces(
          Array.from({ length: count }, (_, index) =>
            device(`d${index}`, ((index + 0.5) / count) * hour * HOUR),
          ),
          now,
        );
        expect(pace(device("x", 0)) / (hour * HOUR)).toBeCloseTo(1, 0);
      }),
    );
  });

  it("makes a device quiet after four times as long, never before ten minutes", () => {
    const five = Array.from({ length: 9 }, (_, index) => device(`d${index}`, (index + 1) * MINUTE));
    const pace = peerPaces(five, now);
    expect(healthOf(device("x", 39 * MINUTE), pace, now)).toBe("reporting");
    expect(healthOf(device("x", 41 * MINUTE), pace, now)).toBe("quiet");
    expect(healthOf(device("x", 9 * MINUTE), () => 1000, now)).toBe("reporting");
    expect(healthOf(device("x", null), pace, now)).toBe("never");
  });

  it("of its own makes it silent after six times as long", () => {
    expect(paceOf(288)).toBe(5 * MINUTE);
    expect(isSilent(31 * MINUTE, paceOf(288))).toBe(true);
    expect(isSilent(29 * MINUTE, paceOf(288))).toBe(false);
    expect(isSilent(9 * MINUTE, 1000)).toBe(false);
  });
});

describe("the last day", () => {
  it("has a mean from 18 hours on", () => {
    expect(dayMean([])).toBeNull();
    expect(dayMean(hours(...Array(17).fill(20)))).toEqual({ mean: 20, hours: 17, isWhole: false });
    expect(dayMean(hours(...Array(18).fill(20)))?.isWhole).toBe(true);
  });

  it("tells since when a limit has been passed without a break", () => {
    expect(crossing(hours(90, 10, 85, 90), 80)).toEqual({ since: now - 2 * HOUR, before: false });
    expect(crossing(hours(85, 90), 80)).toEqual({ since: now - 2 * HOUR, before: true });
    expect(crossing(hours(90, 10), 80)).toBeNull();
    expect(crossing([], 80)).toBeNull();
  });

  it("tells when a bin is full, from its last emptying on", () => {
    expect(fullIn(hours(90, 60, 70, 80))).toBe(2 * HOUR);
    expect(fullIn(hours(90))).toBeNull();
    expect(fullIn(hours(80, 80, 79))).toBeNull();
  });
});

describe("findings", () => {
  it("are none for a city that is well", () => {
    expect(find([device("a", MINUTE, { pm2_5: 5 }), device("b", MINUTE, { fill_level: 79 }, "bin")])).toEqual(
      [],
    );
  });

  it("put an overflowing bin before a full one, and say since when", () => {
    const found = find(
      [device("b1", MINUTE, { fill_level: 85 }, "bin"), device("b2", MINUTE, { fill_level: 97 }, "bin")],
      { ...none, day: (id) => (id === "b2" ? hours(70, 80, 96, 97) : undefined) },
    );
    expect(found.map(({ id, severity }) => [id, severity])).toEqual([
      ["bin:b2", 3],
      ["bin:b1", 2],
    ]);
    expect(found[0]).toMatchObject({ crossing: { since: now - 2 * HOUR, before: false }, fullIn: null });
    expect(found[1]).toMatchObject({ crossing: null });
  });

  it("hold air against the guideline by the mean of the day, not by one value", () => {
    const air = device("a", MINUTE, { pm2_5: 40 });
    const [watched] = find([air], { ...none, day: () => hours(...Array(24).fill(9)) });
    expect(watched).toMatchObject({ kind: "air", severity: 1, limit: 15 });
    const [above] = find([air], { ...none, day: () => hours(...Array(24).fill(20)) });
    expect(above).toMatchObject({ kind: "air", severity: 2, mean: { mean: 20, hours: 24 } });
    const [twice] = find([air], { ...none, day: () => hours(...Array(24).fill(31)) });
    expect(twice?.severity).toBe(3);
  });

  it("find a bad day behind a good moment, and claim nothing before the day is known", () => {
    const air = device("a", MINUTE, { pm2_5: 4 });
    expect(find([air], { ...none, day: () => hours(...Array(24).fill(20)) })).toHaveLength(1);
    expect(find([device("a", MINUTE, { pm2_5: 40 })])).toEqual([]);
  });

  it("say nothing about the air of now from a value of hours ago", () => {
    expect(find([device("a", 2 * HOUR, { pm2_5: 40 })], { ...none, day: () => hours(40, 40) })).toEqual([]);
  });

  it("do not call the mean of some hours the mean of a day", () => {
    const [found] = find([device("a", MINUTE, { pm2_5: 40 })], { ...none, day: () => hours(40, 40) });
    expect(found).toMatchObject({ severity: 1, mean: { isWhole: false } });
  });

  it("call a device silent by its own pace only", () => {
    const those = [device("a", 3 * HOUR), device("b", 2 * HOUR)];
    const pace = (id: string) => (id === "a" ? 5 * MINUTE : HOUR);
    const found = find(those, { ...none, pace });
    expect(found.map(({ id }) => id)).toEqual(["silent:a"]);
    expect(found[0]).toMatchObject({ severity: 1, since: now - 3 * HOUR, paceMs: 5 * MINUTE });
    expect(find(those)).toEqual([]);
  });

  it("list a registered device that never sent, last", () => {
    const found = find([device("n", null), device("b", MINUTE, { fill_level: 85 }, "bin")]);
    expect(found.map(({ kind }) => kind)).toEqual(["bin", "never"]);
  });

  it("leave out what was taken out of the registry", () => {
    const gone = (device: WatchedDevice): WatchedDevice => ({ ...device, retired: true });
    const bin = device("b", MINUTE, { fill_level: 99, pm2_5: 99 }, "bin");
    expect(
      find([gone(bin), gone(device("n", null))], { ...none, day: () => hours(...Array(24).fill(99)) }),
    ).toEqual([]);
    expect(healthOf(gone(device("n", null)), () => MINUTE, now)).toBe("retired");
  });

  it("ask for the most pressing first", () => {
    const many = Array.from({ length: 500 }, (_, index) =>
      device(`d${index}`, index < 300 ? 30_000 : 5 * HOUR, {
        pm2_5: index % 90,
        fill_level: 80 + (index % 20),
      }),
    );
    const needs = needsOf(many, peerPaces(many, now), now);
    expect([needs.bins.length, needs.air.length, needs.quiet.length]).toEqual([500, 500, 200]);
    expect(many.find(({ id }) => id === needs.bins[0]?.device)?.latest.fill_level?.value).toBe(99);
  });

  it("ask of very many air stations about the worst, so that the answers stay fresh", () => {
    const many = Array.from({ length: MOST_AIR + 3000 }, (_, index) =>
      device(`d${index}`, 30_000, { pm2_5: (index * 7919) % 400 }),
    );
    const pm25Of = (id: string | undefined) => many.find((one) => one.id === id)?.latest.pm2_5?.value ?? 0;
    const { air } = needsOf(many, peerPaces(many, now), now);
    expect(air).toHaveLength(MOST_AIR);
    const [first, last] = [pm25Of(air[0]?.device), pm25Of(air.at(-1)?.device)];
    expect(first).toBe(399);
    const asked = new Set(air.map(({ device: id }) => id));
    expect(many.filter(({ id, latest }) => (latest.pm2_5?.value ?? 0) > last && !asked.has(id))).toEqual([]);
  });
});

describe("what the ledger misses", () => {
  const missing = (device: string, count: number, of: number, minutes: number): Missing => ({
    device,
    count,
    of,
    from: now - 2 * HOUR,
    to: now - HOUR,
    since: now - minutes * MINUTE,
  });
  const findMissing = (...those: Missing[]) =>
    find([device("a", 0), device("b", 0)], { ...none, missing: () => those });

  it("is a finding once it has lasted, of a device that nobody knows too", () => {
    const found = findMissing(missing("a", 3, 100, 6), missing("b", 1, 10, 4), missing("x", 100, 1000, 60));
    expect(found.map(({ id, severity, device: { name } }) => [id, severity, name])).toEqual([
      ["missing:x", 2, "x"],
      ["missing:a", 2, "Name of a"],
    ]);
    expect(found.map((each) => sightingOf(each).facts)).toMatchObject([
      { count: 100, of: 1000 },
      { count: 3, of: 100, crossedSince: now - 2 * HOUR, time: now - HOUR },
    ]);
  });

  it("is urgent where at least half is gone", () => {
    expect(findMissing(missing("a", 5, 10, 6)).map(({ severity }) => severity)).toEqual([3]);
  });

  it("is none when nobody asked", () => {
    expect(find([device("a", 0)])).toEqual([]);
  });
});

describe("a suspect sensor", () => {
  const suspect = (device: string, rest: Partial<Suspect> = {}): Suspect => ({
    device,
    flag: "range",
    metric: "pm2_5",
    count: 10,
    of: 20,
    value: 2000,
    limit: null,
    time: now,
    since: now - HOUR,
    ...rest,
  });
  const findSuspects = (...those: Suspect[]) =>
    find([device("a", 0), device("b", 0)], { ...none, suspects: () => those });

  it("is soon to be looked after where half or more of it counts for nothing, else worth watching", () => {
    const found = findSuspects(
      suspect("b", { count: 3 }),
      suspect("a"),
      suspect("b", { metric: "pm10", flag: "stuck", count: 40, of: 40 }),
      suspect("a", { metric: "temperature", flag: "neighbours", count: 1, of: 5, limit: 20 }),
      suspect("b", { metric: null, flag: "clock_ahead", of: null }),
    );
    expect(found.map(({ id, severity }) => [id, severity])).toEqual([
      ["suspect:clock:b", 2],
      ["suspect:pm10:b", 2],
      ["suspect:pm2_5:a", 2],
      ["suspect:temperature:a", 1],
      ["suspect:pm2_5:b", 1],
    ]);
  });

  it("says by which rule, of how many readings, and since when", () => {
    expect(findSuspects(suspect("a")).map((each) => sightingOf(each).facts)).toMatchObject([
      { flag: "range", metric: "pm2_5", value: 2000, count: 10, of: 20, crossedSince: now - HOUR, time: now },
    ]);
  });

  it("is none of a device that is retired", () => {
    const gone = { ...device("a", 0), retired: true };
    expect(find([gone], { ...none, suspects: () => [suspect("a")] })).toEqual([]);
  });
});
