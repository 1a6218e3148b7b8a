import type { WatchedDevice } from "@kota/attention";
import { describe, expect, it } from "vitest";
import { maintenanceOf } from "./maintenance.ts";
import { type CityNow, hoursNeeded, observe } from "./observe.ts";
import type { AlertRule, Measure } from "./rule.ts";
import { BIN_RULE } from "./test-rule.ts";

const HOUR = 3_600_000;
const now = Date.parse("2026-11-24T14:05:00Z");
const device = (
  id: string,
  kind: string,
  values: Record<string, number>,
  rest: Partial<WatchedDevice> = {},
): WatchedDevice => {
  const time = new Date(now - 60_000).toISOString();
  return {
    id,
    name: id,
    kind,
    adapter: null,
    origin: "live",
    area: "leith",
    registered: true,
    retired: false,
    lastSeen: time,
    latest: Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value, time }])),
    ...rest,
  };
};
const city = (rest: Partial<CityNow>): CityNow => ({
  devices: [],
  scores: [],
  areaNames: new Map(),
  missing: null,
  lag: [],
  hours: () => undefined,
  now,
  ...rest,
});
const rule = (measure: Measure, rest: Partial<AlertRule> = {}): AlertRule => ({
  ...BIN_RULE,
  kinds: null,
  measure,
  ...rest,
});

describe("what a rule sees", () => {
  it("is the newest value of each device that it is about", () => {
    const devices = [
      device("b1", "bin", { fill_level: 97 }),
      device("b2", "bin", { fill_level: 10 }, { retired: true }),
      device("b3", "bin", { battery: 10 }),
      device("x", "air", { fill_level: 1 }),
      device("b4", "bin", { fill_level: 5 }, { area: "south" }),
    ];
    const seen = observe({ ...BIN_RULE, areas: ["leith"] }, city({ devices }));
    expect(seen.map(({ subject, value, unit }) => [subject, value, unit])).toEqual([["b1", 97, "%"]]);
  });

  it("is what the ledger misses of each device, 0 where all is there", () => {
    const devices = [
      device("a1", "air", {}),
      device("a2", "air", {}),
      device("a3", "air", {}, { retired: true }),
      device("b1", "bin", {}),
    ];
    const missing = new Map([
      ["a1", 3],
      ["a3", 2],
      ["b1", 1],
      ["stranger", 4],
    ]);
    const of = (rest: Partial<AlertRule>, known: CityNow["missing"] = missing) =>
      observe(rule({ of: "ledger", measure: "difference" }, rest), city({ devices, missing: known })).map(
        ({ subject, device: id, kind, value }) => [subject, id, kind, value],
      );
    expect(of({})).toEqual([
      ["a1", "a1", "air", 3],
      ["a2", "a2", "air", 0],
      ["a3", "a3", "air", 2],
      ["b1", "b1", "bin", 1],
      ["stranger", "stranger", null, 4],
    ]);
    expect(of({ kinds: ["bin"] })).toEqual([["b1", "b1", "bin", 1]]);
    expect(of({ devices: ["stranger"] })).toEqual([["stranger", "stranger", null, 4]]);
    // While the ledger is read nothing is known, so nothing is over either.
    expect(of({}, null)).toEqual([]);
  });

  it("is how long a device has been silent, and nothing of one that never sent", () => {
    const devices = [device("a", "air", {}), device("b", "air", {}, { lastSeen: null })];
    expect(observe(rule({ of: "silence" }), city({ devices }))).toMatchObject([
      { subject: "a", value: 60_000 },
    ]);
  });

  it("is the heat index of temperature and humidity", () => {
    const devices = [
      device("w", "weather", { temperature: 34, humidity: 70 }),
      device("v", "weather", { temperature: 34 }),
    ];
    const seen = observe(rule({ of: "index", index: "heat_index" }), city({ devices }));
    expect(seen).toHaveLength(1);
    // NWS heat index chart, 70 %: 92 °F feels like 112 °F (44.4 °C), 94 °F like 119 °F (48.3 °C); 34 °C is 93.2 °F.
    expect(seen[0]?.value).toBeGreaterThan(44.4);
    expect(seen[0]?.value).toBeLessThan(48.3);
  });

  it("is the AQI of the NowCast of twelve hours, once they are known", () => {
    const air = rule({ of: "index", index: "us_epa_aqi" });
    const devices = [device("a", "air", { pm2_5: 40 })];
    expect(hoursNeeded(air, devices)).toEqual([{ device: "a", metric: "pm2_5" }]);
    expect(observe(air, city({ devices }))).toEqual([]);
    const begin = Math.floor(now / HOUR) * HOUR;
    const hours = () => Array.from({ length: 12 }, (_, ago) => ({ time: begin - ago * HOUR, value: 35.5 }));
    expect(observe(air, city({ devices, hours }))[0]?.value).toBe(101);
    expect(observe(air, city({ devices, hours: () => [] }))[0]?.value).toBeNull();
  });

  it("is how far each stage is behind", () => {
    const lag = [{ group: "kota.store.readings", lag: 7 }];
    expect(observe(rule({ of: "kota", measure: "lag" }), city({ lag }))).toMatchObject([
      { subject: "kota.store.readings", value: 7 },
    ]);
  });
});

describe("a maintenance window", () => {
  const window = {
    kind: "maintenance" as const,
    id: "works",
    title: "Works",
    from: 100,
    to: 200,
    rules: null,
    areas: ["leith"],
    kinds: null,
    by: null,
  };
  it("is on from its begin up to its end, for what it is about", () => {
    const on = (at: number, area: string | null) => maintenanceOf([window], "r", { area, kind: "bin" }, at);
    expect([on(99, "leith"), on(100, "leith"), on(199, "leith"), on(200, "leith")]).toEqual([
      null,
      "works",
      "works",
      null,
    ]);
    expect([on(150, "south"), on(150, null)]).toEqual([null, null]);
    expect(
      maintenanceOf([{ ...window, rules: ["other"] }], "r", { area: "leith", kind: null }, 150),
    ).toBeNull();
  });
});
