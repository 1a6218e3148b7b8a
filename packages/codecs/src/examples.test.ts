import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openCodec } from "./codec.ts";
import { meetsExample, parseCodecExamples, plainUplink, UplinkText } from "./codec-example.ts";

const folder = new URL("../examples/", import.meta.url);
const names = readdirSync(folder)
  .filter((file) => file.endsWith(".js"))
  .map((file) => file.slice(0, -3));

describe.each(names)("the example codec %s", async (name) => {
  const codec = await openCodec(readFileSync(new URL(`${name}.js`, folder), "utf8"));
  const examples = parseCodecExamples(JSON.parse(readFileSync(new URL(`${name}.json`, folder), "utf8")));

  it.each(
    examples.map((example, index) => ({ title: example.description ?? `example ${index + 1}`, example })),
  )("decodes: $title", ({ example }) => {
    const result = codec.decode({ ...example, recvTime: example.recvTime ?? 0 });
    const { data, errors, warnings } = example;
    expect(result).toMatchObject({ ...(errors ? { errors } : { data }), ...(warnings ? { warnings } : {}) });
    expect(meetsExample(result, example)).toBe(true);
  });
});

describe("an example file", () => {
  it("says what is wrong with each example", () => {
    expect(() =>
      parseCodecExamples([
        { fPort: 1, bytes: "abc", data: {} },
        { fPort: 1, bytes: "ab" },
      ]),
    ).toThrow(/0\.bytes: expected hexadecimal digits.*1: expected either data or errors/);
  });

  it("is not met by other data, other errors or other warnings", () => {
    const [example] = parseCodecExamples([{ fPort: 1, bytes: "", data: { a: 1 }, warnings: ["w"] }]);
    if (!example) throw new Error("one example");
    expect(meetsExample({ data: { a: 1 }, warnings: ["w"] }, example)).toBe(true);
    expect(meetsExample({ data: { a: 2 }, warnings: ["w"] }, example)).toBe(false);
    expect(meetsExample({ data: { a: 1, b: 1 }, warnings: ["w"] }, example)).toBe(false);
    expect(meetsExample({ data: { a: 1 } }, example)).toBe(false);
    expect(meetsExample({ code: "threw", errors: ["w"] }, example)).toBe(false);
  });
});

describe("an uplink that is read at a glance", () => {
  it.each([
    ["00d748", "2026-11-24T12:00:00Z"],
    ["00D7aF", "2026-02-28T23:59:59.123+05:30"],
    ["", undefined],
    ["ff", 1_764_000_000_000],
  ])("is what the schema makes of it: %s at %s", (bytes, recvTime) => {
    const json = { fPort: 1, bytes, ...(recvTime === undefined ? {} : { recvTime }) };
    expect(plainUplink(json)).toEqual(UplinkText.parse(json));
  });

  it("is never one that the schema refuses", () => {
    const hex = fc.stringMatching(/^[0-9a-fA-Fg°]{0,6}$/);
    const time = fc.oneof(
      fc.stringMatching(/^202[0-9]-[01][0-9]-[0-3][0-9]T[0-2][0-9]:00:00(?:Z|\+0[0-9]:00)?$/),
      fc.constantFrom(undefined, null, 5, "yesterday"),
    );
    fc.assert(
      fc.property(fc.oneof(fc.integer(), fc.constant("1")), hex, time, (fPort, bytes, recvTime) => {
        const json = { fPort, bytes, ...(recvTime === undefined ? {} : { recvTime }) };
        const plain = plainUplink(json);
        if (plain !== null) expect(plain).toEqual(UplinkText.parse(json));
      }),
    );
    for (const json of [null, 5, [], { fPort: 1 }, { fPort: 1, bytes: "abc" }, { fPort: 1, bytes: [1] }]) {
      expect(plainUplink(json)).toBeNull();
    }
  });
});
