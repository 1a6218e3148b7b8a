import { createDecoder, differences, Example, exampleMessage, parseMapping } from "@kota/adapters";
import { describe, expect, it } from "vitest";
import { type Draft, draftMapping } from "./adapter-draft.ts";

const draft = (over: Partial<Draft> = {}): Draft => ({
  name: "river",
  title: "River gauge",
  format: "json",
  topic: "gauges/+/level",
  device: "topic:2",
  fields: ["data.level=water_level:cm", "temp=temperature"],
  ...over,
});

describe("a new mapping", () => {
  it.each<[string, Draft]>([
    ["JSON", draft()],
    ["JSON with the device in a field and a time", draft({ device: "field:meta.id", time: "at" })],
    ["a time pattern", draft({ time: "at:dd.MM.yy HH:mm" })],
    ["Unix seconds", draft({ time: "ts:unix-seconds", device: "id:gauge-1" })],
    ["a bare number", draft({ fields: ["$=temperature"] })],
    ["CSV", draft({ format: "csv", fields: ["level=water_level"], time: "at:yyyy-MM-dd HH:mm:ss" })],
    ["Cayenne LPP", draft({ format: "cayenne-lpp", fields: [] })],
  ])("of %s passes its first example and refuses its second", (_, wanted) => {
    const { mapping, typical, refused } = draftMapping(wanted, undefined);
    const adapter = parseMapping("river", mapping, "river.yaml");
    for (const text of [typical, refused]) {
      const example = Example.parse(JSON.parse(text));
      const outcome = createDecoder([adapter], { timeZone: "UTC" }).decode(exampleMessage(example));
      expect(outcome.adapter).toBe("river@1");
      expect(differences(example, outcome)).toEqual([]);
    }
    expect(Object.keys(JSON.parse(typical).expect)).toEqual(["readings"]);
    expect(Object.keys(JSON.parse(refused).expect)).toEqual(["rejection"]);
  });

  it("takes a captured payload for its example", () => {
    const { readings } = draftMapping(draft(), '{"data":{"level":132},"temp":4.5}');
    expect(readings).toEqual([
      { device: "device-1", time: null, values: { water_level: 1.32, temperature: 4.5 } },
    ]);
  });

  it.each([
    [draft(), '{"other":1}', /does not read its own sample.*none of the fields/],
    [draft({ device: "topics:2" }), undefined, /--device: expected topic/],
    [draft({ device: "topic:two" }), undefined, /--device/],
    [draft({ fields: ["temperature"] }), undefined, /--field: expected <path>=<metric>/],
    [draft({ fields: ["t=temprature"] }), undefined, /did you mean 'temperature'/],
    [draft({ time: "at:hh" }), undefined, /time.format/],
  ])("that cannot be is not written: %#", (wanted, sample, sentence) => {
    expect(() => draftMapping(wanted, sample)).toThrow(sentence);
  });
});
