import type { Reading } from "@kota/model";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readingRows } from "./reading-rows.ts";

const finite = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (value === 0 ? 0 : value));
const metric = fc.constantFrom("pm10", "pm2_5", "temperature", 'un"usual\n', "ключ");
const reading: fc.Arbitrary<Reading> = fc.record({
  device: fc.oneof(fc.constantFrom("a", "b", "c"), fc.string({ unit: "binary" })),
  time: fc.integer({ min: 0, max: 4e12 }),
  values: fc
    .uniqueArray(fc.tuple(metric, finite), { maxLength: 3, selector: ([name]) => name })
    .map((entries) => Object.fromEntries(entries)),
  adapter: fc.constantFrom("kota-json@1", "tasmota@2", 'my "own"@1'),
  receivedAt: fc.integer({ min: 0, max: 4e12 }),
});

function byDevice(readings: readonly Reading[]): Map<string, Reading[]> {
  const devices = new Map<string, Reading[]>();
  for (const one of readings) devices.set(one.device, [...(devices.get(one.device) ?? []), one]);
  return devices;
}

describe("rows of readings", () => {
  it("give back every reading, those of each device in their order", () => {
    fc.assert(
      fc.property(fc.array(reading, { maxLength: 40 }), (readings) => {
        const read = readingRows.decode(readingRows.encode(readings));
        expect(read).toHaveLength(readings.length);
        expect(byDevice(read)).toEqual(byDevice(readings));
      }),
    );
  });

  it("say what readings have in common once, and can be read by eye", () => {
    const common = { adapter: "x@1", receivedAt: 7 };
    const bytes = readingRows.encode([
      { device: "a", time: 1, values: { pm10: 1.5, pm2_5: 2 }, ...common },
      { device: "b", time: 1, values: { noise: 50 }, ...common },
      { device: "c", time: 2, values: { pm10: 3, pm2_5: 4 }, ...common },
    ]);
    expect(Buffer.from(bytes).toString().split("\n")).toEqual([
      '{"adapter":"x@1","metrics":["pm10","pm2_5"],"rows":[["a",1,7,1.5,2],["c",2,7,3,4]]}',
      '{"adapter":"x@1","metrics":["noise"],"rows":[["b",1,7,50]]}',
    ]);
  });

  it("of one device with different metrics stay in order, also when the metrics come back", () => {
    const common = { device: "a", time: 1, adapter: "x@1", receivedAt: 7 };
    const readings: Reading[] = [
      { ...common, values: { pm10: 1, pm2_5: 1 } },
      { ...common, values: { pm10: 2 } },
      { ...common, values: { pm10: 3, pm2_5: 3 } },
    ];
    expect(readingRows.decode(readingRows.encode(readings))).toEqual(readings);
  });

  it("survive a value that is no number", () => {
    const bad: Reading = {
      device: "a",
      time: 1,
      values: { pm10: Number.NaN },
      adapter: "x@1",
      receivedAt: 7,
    };
    const good: Reading = { ...bad, device: "b", values: { pm10: 5 } };
    expect(readingRows.decode(readingRows.encode([bad, good]))[1]).toEqual(good);
  });

  it.each([
    "hello",
    "5",
    "null",
    '{"adapter":"x@1","metrics":["pm10"]}',
    '{"adapter":"x@1","metrics":["pm10"],"rows":[5]}',
    '{"device":"a","time":1,"values":{"pm10":1},"adapter":"x@1","receivedAt":7}',
  ])("of anyone else are refused as unreadable: %s", (text) => {
    expect(() => readingRows.decode(Buffer.from(text))).toThrow(
      expect.objectContaining({ code: "record_unreadable" }),
    );
  });
});
