import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { openCodec } from "./codec.ts";
import { meetsExample, parseCodecExamples } from "./codec-example.ts";

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
