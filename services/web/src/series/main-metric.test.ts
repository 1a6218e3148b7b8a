import { describe, expect, it } from "vitest";
import type { Device, Metric } from "../api-types.ts";
import { mainMetric, metricsOf } from "./main-metric.ts";

const metric = (name: string, kind: Metric["kind"] = "gauge"): Metric => ({
  name,
  title: name,
  unit: "1",
  kind,
  min: 0,
  max: 1,
  decimals: 0,
});
const catalogue = [metric("energy_total", "counter"), metric("battery"), metric("power"), metric("voltage")];
const device = (...names: string[]): Device =>
  ({
    id: "a",
    latest: Object.fromEntries(names.map((name) => [name, { value: 1, unit: "1", time: "" }])),
  }) as Device;

describe("metricsOf", () => {
  it("puts measured values before totals, and the device's own state last", () => {
    const sent = device("battery", "voltage", "energy_total", "power");
    expect(metricsOf(sent, catalogue).map(({ name }) => name)).toEqual([
      "power",
      "voltage",
      "energy_total",
      "battery",
    ]);
  });

  it("leaves out what the device has not sent", () => {
    expect(mainMetric(device("battery"), catalogue)?.name).toBe("battery");
    expect(mainMetric(device(), catalogue)).toBeNull();
  });
});
