import { Point } from "@influxdata/influxdb-client";
import type { Rejection, Score } from "@kota/model";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createReadingLines, fieldOf, rejectionLine, scoreLine } from "./lines.ts";
import { encodeText } from "./text.ts";

const name = fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 });
const value = fc.double({ noNaN: true, noDefaultInfinity: true });
const time = fc.integer({ min: 0, max: 4_102_444_800_000 });

/** The client's own line of a point in milliseconds. */
function lineOf(point: Point): string | undefined {
  return point.toLineProtocol({ convertTime: (at) => String(at) });
}

describe("line protocol", () => {
  const readingLine = createReadingLines();

  it("of a reading is the client's own, field for field", () => {
    fc.assert(
      fc.property(
        name,
        fc.dictionary(name, value, { minKeys: 1, maxKeys: 4 }),
        name,
        time,
        (device, values, adapter, at) => {
          const point = new Point("readings").tag("device", encodeText(device)).timestamp(at);
          // One field a point: the client sorts fields, which nobody needs.
          const fields = (add: (point: Point) => Point) =>
            lineOf(add(new Point("f").timestamp(at)))?.slice("f ".length, -` ${at}`.length);
          const expected = [
            ...Object.entries(values).map(([metric, one]) =>
              fields((f) => f.floatField(fieldOf(metric), one)),
            ),
            fields((f) => f.intField("received_at", at + 5)),
            fields((f) => f.stringField("adapter", encodeText(adapter))),
          ].join(",");
          const head = lineOf(point.floatField("x", 1))?.split(" x=1")[0];
          expect(readingLine({ device, time: at, values, adapter, receivedAt: at + 5 })).toBe(
            `${head} ${expected} ${at}`,
          );
        },
      ),
    );
  });

  it("of a reading names the fields that are taken otherwise", () => {
    const line = readingLine({
      ...{ device: "a", time: 1, receivedAt: 2, adapter: "x@1" },
      values: { time: 1, received_at: 2, adapter: 3, ok: 4 },
    });
    expect(line).toBe(
      'readings,device=a %74ime=1,%72eceived_at=2,%61dapter=3,ok=4,received_at=2i,adapter="x@1" 1',
    );
  });

  it("of a score says what is missing, and is of the minute", () => {
    const score: Score = {
      ...{
        area: "old town",
        dimension: "environment",
        aspect: null,
        indicator: null,
        title: "",
        status: "no_data",
      },
      ...{
        score: null,
        value: null,
        coverage: 0.5,
        at: 119_999,
        unit: null,
        explanation: "",
        parts: [],
        sources: [],
      },
      ...{ devices: 0, readings: 0, model: { version: "1", hash: "" } },
    };
    expect(scoreLine(score)).toBe(
      "scores,area=old\\ town,dimension=environment,aspect=-,indicator=- coverage=0.5,no_score=true,no_value=true 60000",
    );
    expect(scoreLine({ ...score, aspect: "-", score: 7, value: 1.5 })).toBe(
      "scores,area=old\\ town,dimension=environment,aspect=%2D,indicator=- coverage=0.5,no_score=false,no_value=false,score=7,value=1.5 60000",
    );
  });

  it("of a rejection has the same place whenever it is written, within its millisecond", () => {
    const rejection: Rejection = {
      ...{
        id: "abc",
        time: 1_780_000_000_000,
        stage: "normalize",
        code: "not_json",
        reason: `"a"\nb`,
        topic: "t",
      },
      ...{ source: "mqtt", payload: "e30=", size: 2, adapter: null, device: null },
    };
    const line = rejectionLine(rejection);
    expect(line).toMatch(
      /^rejections,code=not_json,slot=\d{1,4} id="abc",.*reason="\\"a\\"%0Ab".* 1780000000000\d{6}$/,
    );
    expect(rejectionLine({ ...rejection })).toBe(line);
    expect(rejectionLine({ ...rejection, id: "abd" })).not.toBe(line);
  });
});
