import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { jsonLines } from "./codecs.ts";

describe("JSON lines", () => {
  it("give back every value, whatever its texts hold", () => {
    const codec = jsonLines<{ text: string; n: number }>();
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            text: fc.string({ unit: "binary" }),
            n: fc.double({ noNaN: true, noDefaultInfinity: true }),
          }),
        ),
        (values) => {
          const sent = values.map(({ text, n }) => ({ text, n: n === 0 ? 0 : n }));
          expect(codec.decode(codec.encode(sent))).toEqual(sent);
        },
      ),
    );
  });

  it("are refused when someone else wrote the record", () => {
    expect(() => jsonLines().decode(Buffer.from("hello"))).toThrow(/JSON lines as kota writes them/);
  });
});
