import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bytesOf, hexDump, laidOut } from "./hex.ts";

describe("hexDump", () => {
  it("shows offset, bytes and what of them can be printed", () => {
    const bytes = new TextEncoder().encode('{"a":1}\n0123456789');
    expect(hexDump(bytes)).toBe(
      [
        '000000  7b 22 61 22 3a 31 7d 0a 30 31 32 33 34 35 36 37  {"a":1}.01234567',
        `000010  38 39${" ".repeat(42)}  89`,
      ].join("\n"),
    );
    expect(hexDump(new Uint8Array())).toBe("");
  });
});

describe("bytesOf", () => {
  it("gives back the bytes, and no more than asked for", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 70 }), fc.integer({ min: 0, max: 80 }), (bytes, most) => {
        const base64 = btoa(String.fromCharCode(...bytes));
        expect([...bytesOf(base64, most)]).toEqual([...bytes.slice(0, most)]);
      }),
    );
  });
});

describe("laidOut", () => {
  it("lays out JSON and leaves everything else alone", () => {
    expect(laidOut('{"a":[1]}')).toBe('{\n  "a": [\n    1\n  ]\n}');
    expect(["{broken", "plain", "12", ""].map(laidOut)).toEqual(["{broken", "plain", "12", ""]);
  });
});
