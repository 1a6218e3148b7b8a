import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JsonObject } from "./codec-result.ts";
import { type CommonNames, mapFields, parseFieldMapping } from "./mapping.ts";

const common: CommonNames = (name) => {
  const match = /^(temperature|humidity|battery|tempf|soiltemperature)_?(\d+)?$/i.exec(name);
  const number = match?.[2] ?? null;
  switch (match?.[1]?.toLowerCase()) {
    case "temperature":
      return { entry: { metric: "temperature" }, number };
    case "humidity":
      return { entry: { metric: "humidity" }, number };
    case "battery":
      return { entry: { metric: "battery" }, number };
    case "tempf":
      return { entry: { metric: "temperature", convert: (value) => ((value - 32) * 5) / 9 }, number };
    case "soiltemperature":
      return { entry: { metric: "temperature", channel: "soil" }, number };
    default:
      return null;
  }
};

function mapped(data: JsonObject, mapping: unknown = {}) {
  const { values, unknown, unreadable } = mapFields(data, parseFieldMapping(mapping), common);
  return {
    values: Object.fromEntries(
      values.map(({ metric, channel, value }) => [channel === null ? metric : `${metric}@${channel}`, value]),
    ),
    ...(unknown.length > 0 ? { unknown } : {}),
    ...(unreadable.length > 0 ? { unreadable } : {}),
  };
}

describe("fields without a mapping", () => {
  it.each<[string, JsonObject, object]>([
    [
      "are taken by their name",
      { Temperature: 21.5, x: 3 },
      { values: { temperature: 21.5 }, unknown: ["x"] },
    ],
    ["are converted", { tempf: 212 }, { values: { temperature: 100 } }],
    [
      "are taken from groups",
      { air: { temperature: 21, humidity: 50 } },
      { values: { temperature: 21, humidity: 50 } },
    ],
    [
      "are taken from { value, unit }",
      { temperature: { value: 21, unit: "°C" } },
      { values: { temperature: 21 } },
    ],
    ["are named by group and key", { soil: { temperature: 9 } }, { values: { "temperature@soil": 9 } }],
    [
      "may be numbered in their name",
      { temperature_1: 1, temperature_2: 2 },
      { values: { temperature: 1, "temperature@2": 2 } },
    ],
    [
      "may be numbered in a group",
      { temperature: { 3: 1, 4: 2 } },
      { values: { temperature: 1, "temperature@4": 2 } },
    ],
    [
      "may be in lists",
      { sensors: [{ temperature: 1 }, { temperature: 2 }] },
      { values: { temperature: 1, "temperature@sensors.1.temperature": 2 } },
    ],
    [
      "may be texts",
      { temperature: "21.5", humidity: "-3e1" },
      { values: { temperature: 21.5, humidity: -30 } },
    ],
    ["that are null measure nothing", { temperature: null, humidity: 4 }, { values: { humidity: 4 } }],
    [
      "that cannot be read are told",
      { temperature: "warm", battery: true },
      { values: {}, unreadable: ["temperature", "battery"] },
    ],
    ["of a name that means nothing are told", { a: { b: 1 }, c: [] }, { values: {}, unknown: ["a.b"] }],
  ])("%s", (_, data, expected) => {
    expect(mapped(data)).toEqual(expected);
  });
});

describe("a mapping", () => {
  it.each<[string, JsonObject, object, object]>([
    [
      "gives a field a metric",
      { lvl: 80 },
      { fields: { lvl: "fill_level" } },
      { values: { fill_level: 80 } },
    ],
    [
      "scales and shifts",
      { t: 2931 },
      { fields: { t: { metric: "temperature", scale: 0.1, offset: -273.1 } } },
      { values: { temperature: 20 } },
    ],
    [
      "gives a channel",
      { t: 4 },
      { fields: { t: { metric: "temperature", channel: "probe" } } },
      { values: { "temperature@probe": 4 } },
    ],
    [
      "follows a path",
      { a: { list: [5, 6] } },
      { fields: { "a.list.1": "distance" }, others: "ignore" },
      { values: { distance: 6 } },
    ],
    ["knows keys with dots", { "a.b": 5 }, { fields: { "a.b": "distance" } }, { values: { distance: 5 } }],
    [
      "leaves a field out",
      { temperature: 1, humidity: 2 },
      { fields: { temperature: null } },
      { values: { humidity: 2 } },
    ],
    [
      "leaves a group out",
      { temperature: { value: 1 }, humidity: 2 },
      { fields: { temperature: null } },
      { values: { humidity: 2 } },
    ],
    [
      "leaves all others out",
      { temperature: 1, x: 2 },
      { fields: { x: "humidity" }, others: "ignore" },
      { values: { humidity: 2 } },
    ],
    [
      "comes before common names",
      { temperature: 1, inner: 2 },
      { fields: { inner: "temperature" } },
      { values: { temperature: 2, "temperature@temperature": 1 } },
    ],
    [
      "of a field that is not there does nothing",
      { x: null },
      { fields: { x: "humidity", y: "battery" } },
      { values: {} },
    ],
    [
      "of a field that is no number is told",
      { x: "abc" },
      { fields: { x: "humidity" } },
      { values: {}, unreadable: ["x"] },
    ],
  ])("%s", (_, data, mapping, expected) => {
    expect(mapped(data, mapping)).toEqual(expected);
  });

  it("says what is wrong with it", () => {
    expect(() =>
      parseFieldMapping({ fields: { a: "temprature", b: { metric: "humidity", factor: 2 } }, other: 1 }),
    ).toThrow(
      expect.objectContaining({
        code: "city_invalid",
        message: expect.stringMatching(
          /fields\.a: expected a name of the metric catalogue.*fields\.b: .*other/s,
        ),
      }),
    );
  });
});

it("any data ends as finite values, no two of one metric and channel", () => {
  fc.assert(
    fc.property(
      fc.dictionary(
        fc.constantFrom("temperature", "humidity", "temperature_1", "value", "soil", "x", "__proto__", "0"),
        fc.jsonValue({ maxDepth: 4 }),
      ),
      (data) => {
        const mapping = parseFieldMapping({
          fields: { x: { metric: "distance", scale: 1e300 }, soil: null },
        });
        const { values } = mapFields(data as JsonObject, mapping, common);
        expect(values.every(({ value }) => Number.isFinite(value))).toBe(true);
        const keys = values.map(({ metric, channel }) => `${metric} ${channel}`);
        expect(new Set(keys).size).toBe(keys.length);
      },
    ),
  );
});
