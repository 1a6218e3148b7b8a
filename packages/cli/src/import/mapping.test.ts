import { describe, expect, it } from "vitest";
import { createMapping, type MappingOptions } from "./mapping.ts";

const map = (row: Record<string, unknown>, options: MappingOptions = {}) => createMapping(options).map(row);

describe("a row", () => {
  it.each<[string, Record<string, unknown>, MappingOptions, unknown]>([
    [
      "with a column for each metric",
      { device: "a", time: "2026-11-24T12:00:00Z", pm2_5: "7.5", pm10: "" },
      {},
      { device: "a", time: "2026-11-24T12:00:00Z", values: { pm2_5: 7.5 } },
    ],
    [
      "with one value",
      { device: "a", time: "t", metric: "pm2_5", value: "7", unit: "ug/m3" },
      {},
      { device: "a", time: "t", values: { pm2_5: 7 } },
    ],
    [
      "with columns of other names",
      { station: "a", at: "1764000000000", "PM 2.5": "7", note: "x" },
      { device: "station", time: "at", map: ["PM 2.5=pm2_5"], ignore: ["note"] },
      { device: "a", time: 1764000000000, values: { pm2_5: 7 } },
    ],
    [
      "of the one device of its file, in Unix seconds",
      { time: "1764000000.5", temperature: "-2" },
      { deviceId: "a", unixSeconds: true },
      { device: "a", time: 1764000000500, values: { temperature: -2 } },
    ],
    [
      "of kota JSON",
      { device: "a", time: 5, values: { pm2_5: 7 } },
      {},
      { device: "a", time: 5, values: { pm2_5: 7 } },
    ],
    [
      "whose number is none, for the adapter to say so",
      { device: "a", time: "t", pm2_5: "1,5" },
      {},
      { device: "a", time: "t", values: { pm2_5: "1,5" } },
    ],
    [
      "with columns that nobody wants",
      { device: "a", time: "t", pm2_5: "1", x: "1", y: "2" },
      { ignore: ["*"] },
      { device: "a", time: "t", values: { pm2_5: 1 } },
    ],
  ])("%s", (_, row, options, body) => {
    expect(map(row, options)).toEqual({ body });
  });

  it.each<[Record<string, unknown>, string]>([
    [{ device: "", time: "t", pm2_5: "1" }, "no device"],
    [{ device: "a", time: "", pm2_5: "1" }, "no time"],
    [{ device: "a", time: "t", metric: "pm2_5", value: "" }, "no value"],
    [{ device: "a", time: "t", metric: "pm2_5", value: "1", unit: "mg/m3" }, "is in 'ug/m3'"],
    [{ device: "a", time: "t", colour: "red" }, "'colour' is no metric"],
  ])("%j is refused", (row, problem) => {
    expect(map(row)).toEqual({ problem: expect.stringContaining(problem) });
  });
});

describe("the columns of a table", () => {
  it.each<[string[], MappingOptions]>([
    [["device", "time", "pm2_5"], {}],
    [["time", "pm2_5"], { deviceId: "a" }],
    [["device", "time", "metric", "value", "whatever"], {}],
    [["device", "time", "pm2_5", "note"], { ignore: ["note"] }],
  ])("%j are fine", (columns, options) => {
    expect(() => createMapping(options).checkColumns(columns)).not.toThrow();
  });

  it.each<[string[], MappingOptions, RegExp]>([
    [["device", "pm2_5"], {}, /no column 'time'.*--time/],
    [["time", "pm2_5"], {}, /no column 'device'.*--device-id/],
    [["device", "time", "pm25"], {}, /'pm25'.*--map pm25=/],
    [["device", "time", "note"], { ignore: ["note"] }, /nothing to import/],
  ])("%j are refused", (columns, options, problem) => {
    expect(() => createMapping(options).checkColumns(columns)).toThrow(problem);
  });

  it("are not mapped to a metric that there is not", () => {
    expect(() => createMapping({ map: ["a=pm3"] })).toThrow(/expected <column>=<metric>, and got 'a=pm3'/);
  });
});
