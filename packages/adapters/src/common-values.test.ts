import { describe, expect, it } from "vitest";
import { Collector } from "./collector.ts";
import { takeCommonValues } from "./common-values.ts";
import type { JsonObject } from "./json.ts";

/** The values by channel, the device's own under "", and what nothing is known about. */
function taken(decoded: JsonObject) {
  const collector = new Collector("node", null);
  const unknown = takeCommonValues(collector, decoded, "node");
  const values = Object.fromEntries(
    collector.readings().map(({ channel = "", values: all }) => [channel, all]),
  );
  return { values, unknown };
}

describe("a field of what a codec decoded", () => {
  it.each([
    [
      "a text with its unit",
      { Distance: "2799 mm", temperature: "25 ℃" },
      { distance: 2799, temperature: 25 },
    ],
    [
      "a unit without a blank",
      { temperature: "23.4°C", supplyVoltage: "3.6V" },
      { temperature: 23.4, battery_voltage: 3.6 },
    ],
    [
      "a unit that is not the catalogue's",
      { temperature: "68 °F", current: "200 mA" },
      { temperature: 20, current: 0.2 },
    ],
    ["a share in words", { states: { battery: "100%" } }, { battery: 100 }],
    ["a value beside its unit", { current: { unit: "mA", value: 0.2 } }, { current: 0.0002 }],
    ["a number in quotes", { temp: "21.50" }, { temperature: 21.5 }],
    ["a state, as true or false", { occupied: true }, { parking_occupancy: 100 }],
    ["a state, as 1 or 0", { CarOnOff: 0 }, { parking_occupancy: 0 }],
    ["volts of a cell", { volt: 3.67 }, { battery_voltage: 3.67 }],
    ["millivolts of a cell", { volt: 3670 }, { battery_voltage: 3.67 }],
    ["volts from outside", { Volt: 11.9 }, { voltage: 11.9 }],
    ["Bat in volts", { Bat: 3.387 }, { battery_voltage: 3.387 }],
    ["Bat as a share", { Bat: 95 }, { battery: 95 }],
  ])("%s is a value", (_, decoded, values) => {
    expect(taken(decoded)).toEqual({ values: { "": values }, unknown: [] });
  });

  it("is the first of a list where the maker says that the newest comes first", () => {
    const decoded = {
      bytes: {
        decodingInfo: "values: [t=0, t-1, t-2, ...]",
        temperature: { unit: "°C", values: [19.7, 19.9] },
      },
    };
    expect(taken(decoded).values).toEqual({ "": { temperature: 19.7 } });
    const { decodingInfo: _, ...silent } = decoded.bytes;
    expect(taken(silent)).toEqual({
      values: {},
      unknown: ['temperature.unit (the text "°C")', "temperature.values (a list of 2)"],
    });
  });

  it("is of a channel of its own for each phase, tariff and numbered probe", () => {
    expect(
      taken({
        phase_A_V: 229,
        phase_B_V: 231,
        "Active Energy Import T1": { unit: "Wh", value: 1810 },
        soil_temperature_1: 11,
        soil_temperature_2: 12,
        distance1_cm: 79,
        distance2_cm: 80,
      }).values,
    ).toEqual({
      "": { distance: 790 },
      "2": { distance: 800 },
      a: { voltage: 229 },
      b: { voltage: 231 },
      "tariff-1": { energy_total: 1.81 },
      "soil-1": { temperature: 11 },
      "soil-2": { temperature: 12 },
    });
  });

  it.each([
    ["a flag under a name that is a number elsewhere", { battery: false }, "battery (false)"],
    ["a state in words", { light: "dark" }, 'light (the text "dark")'],
    ["that there is no sensor", { distance: "No Sensor" }, 'distance (the text "No Sensor")'],
    [
      "a unit of another quantity",
      { luminosity: { unit: "%", value: 50 } },
      'luminosity.value (the number 50 in "%")',
    ],
    ["a size that may be volts or a share", { Bat: 3 }, "Bat (the number 3)"],
    ["a name of its maker alone", { level: "2000 mm" }, 'level (the text "2000 mm")'],
    ["a list", { counters: [1, 2] }, "counters (a list of 2)"],
  ])("%s is no value, and is named", (_, decoded, unknown) => {
    expect(taken({ ...decoded, humidity: 40 })).toEqual({
      values: { "": { humidity: 40 } },
      unknown: [unknown],
    });
  });

  it.each([["12x"], ["1,5"], ["2 3"], ["0x1f"]])("%j under a known name refuses the message", (text) => {
    expect(() => taken({ temperature: text })).toThrow(
      `temperature: expected a number, came the text "${text}"`,
    );
  });

  it("of a hundred that nobody knows is named with nineteen others", () => {
    const decoded = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`x${index}y`, index]));
    const { unknown } = taken(decoded);
    expect(unknown).toHaveLength(21);
    expect(unknown.at(-1)).toBe("and more");
  });
});
