import { METRICS, type MetricName } from "@kota/model";
import { describe, expect, it } from "vitest";
import { inUnitOf, isUnit } from "./units.ts";

describe("a value in another unit", () => {
  it.each<[MetricName, number, string, number]>([
    ["temperature", 78.8, "°F", 26],
    ["temperature", 293.15, "K", 20],
    ["temperature", 20.5, "°C", 20.5],
    ["humidity", 0.54, "1", 54],
    ["humidity", 54, "%RH", 54],
    ["power_factor", 95, "%", 0.95],
    ["pressure", 101_325, "Pa", 1013.25],
    ["pressure", 1013.25, "mbar", 1013.25],
    ["pressure", 29.92, "inHg", 1013.207],
    ["pm2_5", 12, "µg/m³", 12],
    ["pm2_5", 12, "μg/m3", 12],
    ["co", 0.5, "mg/m³", 500],
    ["co", 500, "GP", 500_000],
    ["o3", 0.043, "ppm", 85.8],
    ["no2", 1, "ppb", 1.9125],
    ["distance", 1.2, "m", 1200],
    ["water_level", 120, "cm", 1.2],
    ["precipitation", 3, "l/m2", 3],
    ["wind_speed", 36, "km/h", 10],
    ["vehicle_speed", 10, "m/s", 36],
    ["wind_direction", 180, "°", 180],
    ["energy_total", 6404, "Wh", 6.404],
    ["heat_total", 240.86, "GJ", 66_905.5556],
    ["reactive_power", 1.5, "kvar", 1500],
    ["gas_total", 981, "L", 0.981],
    ["rssi", -71, "dBm", -71],
    ["temperature", 23, "℃", 23],
    ["wind_speed", 0.09, "m⋅s⁻¹", 0.09],
    ["pm10", 12, "µg⋅m⁻³", 12],
    ["soil_moisture", 0.25, "m³⋅m⁻³", 25],
  ])("%s of %d %s is %d", (metric, value, unit, expected) => {
    expect(inUnitOf(metric, value, unit)).toBeCloseTo(expected, 2);
  });

  it.each<[MetricName, string]>([
    ["temperature", "%"],
    ["noise_laeq", "dB"],
    ["co2", "mg/m3"],
    ["pm2_5", "ppm"],
    ["power", "kWh"],
    ["power", "kw"],
    ["energy_total", "__proto__"],
    ["energy_total", ""],
  ])("%s in %j is not known", (metric, unit) => {
    expect(inUnitOf(metric, 1, unit)).toBeUndefined();
  });

  it.each(Object.keys(METRICS) as MetricName[])("%s in the catalogue's own unit stays as it is", (metric) => {
    expect(inUnitOf(metric, 12.3, METRICS[metric].unit)).toBe(12.3);
    expect(isUnit(METRICS[metric].unit)).toBe(true);
  });
});
