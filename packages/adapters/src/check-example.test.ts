import { describe, expect, it } from "vitest";
import { differences } from "./check-example.ts";
import type { DecodeOutcome } from "./decoder.ts";

const outcome: DecodeOutcome = {
  ok: true,
  adapter: "a@1",
  readings: [{ device: "d", time: 1000, values: { temperature: 21.5 } }],
};
const refused: DecodeOutcome = {
  ok: false,
  adapter: "a@1",
  code: "no_values",
  reason: "Nothing there.",
  device: null,
};
const reading = { device: "d", time: "1970-01-01T00:00:01Z", values: { temperature: 21.500001 } };

describe("an outcome", () => {
  it("as expected has no differences, up to the noise of floats", () => {
    expect(differences({ expect: { readings: [reading] } }, outcome)).toEqual([]);
    expect(differences({ expect: { rejection: "no_values" } }, refused)).toEqual([]);
  });

  it.each([
    [{ ...reading, device: "e" }, /device "e", came "d"/],
    [{ ...reading, channel: "2" }, /channel "2", came null/],
    [{ ...reading, time: null }, /time null, came "1970-01-01T00:00:01.000Z"/],
    [{ ...reading, position: { lat: 1, lon: 2 } }, /position/],
    [{ ...reading, values: { temperature: 21.6 } }, /temperature 21.6, came 21.5/],
    [{ ...reading, values: { humidity: 21.5 } }, /humidity 21.5, came null/],
  ])("that differs says where: %j", (wanted, sentence) => {
    expect(differences({ expect: { readings: [wanted] } }, outcome).join(" ")).toMatch(sentence);
  });

  it("of the other kind says what came instead", () => {
    expect(differences({ expect: { rejection: "no_values" } }, outcome)).toEqual([
      "Expected a rejection as no_values, came 1 readings.",
    ]);
    expect(differences({ expect: { rejection: "not_json" } }, refused)[0]).toMatch(/came no_values: Nothing/);
    expect(differences({ expect: { readings: [reading] } }, refused)[0]).toMatch(/Expected readings, came/);
    expect(differences({ expect: { readings: [reading, reading] } }, outcome)).toEqual([
      "Expected 2 readings, came 1.",
    ]);
  });
});
