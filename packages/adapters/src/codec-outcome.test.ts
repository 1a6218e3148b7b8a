import { describe, expect, it } from "vitest";
import { codecOutcome } from "./codec-outcome.ts";

const shortly = (decoded: Parameters<typeof codecOutcome>[0]) => {
  const { fields, refusal } = codecOutcome(decoded);
  return {
    refusal,
    fields: fields.map((one) => [one.field, one.metric === null ? one.why : `${one.metric} ${one.value}`]),
  };
};

describe("what a codec returned", () => {
  it("is told field by field: which metric it became, and why not", () => {
    expect(
      shortly({
        temperature: 21.5,
        battery: "3.6 V",
        humidity: "dry",
        speedOfLight: 3,
        mode: "normal",
        list: [1, 2],
        deep: { nested: { humidity: 40 } },
        pressure: null,
      }),
    ).toEqual({
      refusal: null,
      fields: [
        ["temperature", "temperature 21.5"],
        ["battery", "battery_voltage 3.6"],
        ["humidity", "no_number"],
        ["speedOfLight", "unknown_name"],
        ["mode", "unknown_name"],
        ["list", "unknown_name"],
        ["deep.nested.humidity", "humidity 40"],
        ["pressure", "no_number"],
      ],
    });
  });

  it("gives a second sensor of a metric its channel", () => {
    const { fields } = codecOutcome({ temperature_1: 5, temperature_2: 6 });
    expect(fields).toMatchObject([
      { metric: "temperature", channel: null },
      { metric: "temperature", channel: "2" },
    ]);
  });

  it("says which value makes the whole message be rejected", () => {
    expect(codecOutcome({ temperature: 3276.7, humidity: 40 })).toMatchObject({
      refusal: expect.stringMatching(/^temperature: temperature would be 3276.7 Cel; possible are/),
      fields: [{ isPossible: false }, { isPossible: true }],
    });
    expect(codecOutcome({ humidity: 40, temperature: "12x4" }).refusal).toMatch(/expected a number/);
  });
});
