import { describe, expect, it } from "vitest";
import type { Device } from "../../api-types.ts";
import { metricScale, metricsOnMap, SCALE_STEPS } from "./metric-scale.ts";

const device = (id: string, area: string | null, values: Readonly<Record<string, number>>): Device => ({
  id,
  name: id,
  kind: "air",
  registered: true,
  area,
  lat: 0,
  lon: 0,
  origin: "live",
  attribution: null,
  adapter: null,
  lastSeen: null,
  perHour: null,
  movedAt: null,
  version: 1,
  retired: false,
  latest: Object.fromEntries(
    Object.entries(values).map(([metric, value]) => [metric, { value, unit: null, time: "" }]),
  ),
});

describe("the colours of a metric", () => {
  const devices = [
    device("a", "leith", { pm2_5: 0 }),
    device("b", "leith", { pm2_5: 30, battery: 90 }),
    device("c", "town", { pm2_5: 60 }),
    device("d", null, { pm2_5: 45 }),
    device("e", "town", {}),
  ];

  it("reach from the lowest to the highest of the newest values", () => {
    const scale = metricScale(devices, "pm2_5");
    expect(scale).toMatchObject({ low: 0, high: 60 });
    expect([...(scale?.steps ?? [])]).toEqual([
      ["a", 1],
      ["b", 4],
      ["c", SCALE_STEPS],
      ["d", 5],
    ]);
  });

  it("colour an area by the mean of its devices that have a value", () => {
    expect([...(metricScale(devices, "pm2_5")?.areas ?? [])]).toEqual([
      ["leith", { mean: 15, step: 2 }],
      ["town", { mean: 60, step: SCALE_STEPS }],
    ]);
  });

  it("are those of the middle when all values are the same, and none when there is none", () => {
    expect(metricScale([device("a", null, { pm10: 7 })], "pm10")?.steps.get("a")).toBe(3);
    expect(metricScale(devices, "noise_laeq")).toBeNull();
  });

  it("are offered for every metric that some device sent", () => {
    expect(metricsOnMap(devices)).toEqual(["battery", "pm2_5"]);
  });
});
