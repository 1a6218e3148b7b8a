import { METRICS } from "@kota/model";
import { describe, expect, it } from "vitest";
import { batteryVolt, commonName, hectopascal } from "./common-names.ts";

describe("a field's name", () => {
  it.each([
    ["temperature", "temperature", null],
    ["Temperature", "temperature", null],
    ["temperature_3", "temperature", "3"],
    ["temperature12", "temperature", "12"],
    ["TempC_SHT", "temperature", null],
    ["relative_humidity_4", "humidity", "4"],
    ["relativeHumidity", "humidity", null],
    ["PM2.5", "pm2_5", null],
    ["pm2_5", "pm2_5", null],
    ["pm25", "pm2_5", null],
    ["pm1_0", "pm1", null],
    ["PM1", "pm1", null],
    ["pm10", "pm10", null],
    ["pm10_0", "pm10", null],
    ["CO2", "co2", null],
    ["co2_1", "co2", "1"],
    ["LAeq", "noise_laeq", null],
    ["BatV", "battery_voltage", null],
    ["battery_voltage", "battery_voltage", null],
    ["fillLevel", "fill_level", null],
    ["boardTemperature", "device_temperature", null],
  ])("%s means %s", (name, metric, number) => {
    const found = commonName(name);
    expect([found?.entry.metric, found?.number]).toEqual([metric, number]);
  });

  it.each([
    "",
    "temperatures",
    "waspMoteId",
    "tempo",
    "no2",
    "__proto__",
    "constructor",
    "pm",
    "7",
    "x".repeat(1000),
  ])("%j means nothing", (name) => {
    expect(commonName(name)).toBeNull();
  });

  it.each(Object.keys(METRICS).filter((name) => commonName(name) !== null))(
    "%s of the catalogue means itself",
    (name) => {
      expect(commonName(name)?.entry.metric).toBe(name);
    },
  );
});

it.each([
  [1013.2, 1013.2],
  [101_320, 1013.2],
  [101.32, 1013.2],
  [305, 305],
  [30_500, 305],
])("air pressure of %d is %d hPa", (value, expected) => {
  expect(hectopascal(value)).toBeCloseTo(expected, 9);
});

it.each([
  [3.6, 3.6],
  [3600, 3.6],
  [48, 48],
])("a battery's voltage of %d is %d V", (value, expected) => {
  expect(batteryVolt(value)).toBeCloseTo(expected, 9);
});
