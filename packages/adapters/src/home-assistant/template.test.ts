import { describe, expect, it } from "vitest";
import { parseTemplate, valueAt } from "./template.ts";

describe("a value template", () => {
  it.each([
    [undefined, null, 1, 0],
    ["{{ value }}", null, 1, 0],
    ["{{value|float}}", null, 1, 0],
    ["{{ value_json.temperature }}", ["temperature"], 1, 0],
    ["{{ value_json['BME280'].Humidity | round(1) }}", ["BME280", "Humidity"], 1, 0],
    ['{{ value_json["a b"][0] | float(0) }}', ["a b", "0"], 1, 0],
    ["{{ value_json.power | float * 1000 }}", ["power"], 1000, 0],
    ["{{ (value_json.power | float) / 4 | round(2) }}", ["power"], 0.25, 0],
    ["{{ value_json.t | float - 2.5 }}", ["t"], 1, -2.5],
    ["{{- value_json.t + 1 -}}", ["t"], 1, 1],
  ])("%s is read", (template, path, factor, offset) => {
    expect(parseTemplate(template)).toEqual({ path, factor, offset });
  });

  it.each([
    "",
    "{{ states('sensor.x') }}",
    "{% if value %}{{ value }}{% endif %}",
    "{{ value_json }}",
    "{{ value_json.a + value_json.b }}",
    "{{ value | float / 0 }}",
    "{{ value | timestamp_local }}",
    `{{ value ${" ".repeat(100_000)} }}`,
    `{{ value ${"| float ".repeat(40)}x }}`,
  ])("that does more is not: %#", (template) => {
    expect(parseTemplate(template)).toBeNull();
  });

  it("looks up members and elements, and nothing that was not sent", () => {
    expect(valueAt({ a: [{ b: 7 }] }, ["a", "0", "b"])).toBe(7);
    expect(valueAt({ a: 1 }, ["a", "b"])).toBeUndefined();
    expect(valueAt({}, ["constructor"])).toBeUndefined();
    expect(valueAt("text", ["length"])).toBeUndefined();
  });
});
