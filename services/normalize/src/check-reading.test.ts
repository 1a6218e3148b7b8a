import { CitySettings, METRICS } from "@kota/model";
import { describe, expect, it } from "vitest";
import { checkTime, checkValues } from "./check-reading.ts";

const { limits } = CitySettings.parse({ name: "Test", timeZone: "UTC" });
const NOW = Date.UTC(2026, 10, 24, 12);
const SECOND = 1000;
const DAY = 86_400 * SECOND;

describe("the values of a reading", () => {
  it.each(Object.entries(METRICS))(
    "%s may be anything from its minimum to its maximum",
    (name, { min, max, unit }) => {
      expect(checkValues({ [name]: min })).toBeNull();
      expect(checkValues({ [name]: max })).toBeNull();
      const beyond = max + Math.abs(max) * 1e-9 + 1e-6;
      expect(checkValues({ [name]: beyond })).toEqual({
        code: "value_out_of_range",
        reason: `${name} is ${beyond} ${unit}; possible are ${min} to ${max} ${unit}.`,
      });
      expect(checkValues({ [name]: min - Math.abs(min) * 1e-9 - 1e-6 })?.code).toBe("value_out_of_range");
    },
  );

  it.each([
    ["not_a_number", { temperature: Number.NaN }, /^temperature: expected a finite number, came NaN/],
    ["not_a_number", { temperature: Number.NEGATIVE_INFINITY }, /came -Infinity/],
    ["not_a_number", { temperature: "21" as unknown as number }, /came 21/],
    ["unknown_metric", { warmth: 21 }, /^'warmth' is not in the metric catalogue/],
    ["unknown_metric", JSON.parse('{"__proto__":1}'), /__proto__/],
    ["unknown_metric", { toString: 1 } as never, /toString/],
    [
      "value_out_of_range",
      { humidity: 40, temperature: 812 },
      /^temperature is 812 Cel; possible are -60 to 85 Cel\.$/,
    ],
  ])("are refused as %s: %j", (code, values, reason) => {
    const fault = checkValues(values);
    expect(fault?.code).toBe(code);
    expect(fault?.reason).toMatch(reason);
  });
});

describe("the time of a reading", () => {
  it.each([
    ["the receive time", 0],
    ["as far ahead as the city allows", limits.maxFutureSeconds * SECOND],
    ["as old as the city allows", -limits.maxAgeDays * DAY],
  ])("may be %s", (_, ahead) => {
    expect(checkTime(NOW + ahead, NOW, limits)).toBeNull();
  });

  it.each([
    [
      "time_in_future",
      NOW + limits.maxFutureSeconds * SECOND + 1,
      /2026-11-24T12:05:00.001Z, 5 min after the message came/,
    ],
    ["time_in_future", Date.UTC(2099, 0), /2099-01-01T00:00:00.000Z/],
    ["time_in_future", 8.64e15 + 1, /ms after 1970/],
    [
      "time_too_old",
      NOW - limits.maxAgeDays * DAY - 1,
      /30 days before the message came; the city allows 30 days/,
    ],
    ["time_too_old", 17_000, /1970-01-01T00:00:17.000Z.*has not set its clock/],
  ])("is refused as %s: %d", (code, time, reason) => {
    const fault = checkTime(time, NOW, limits);
    expect(fault?.code).toBe(code);
    expect(fault?.reason).toMatch(reason);
  });
});
