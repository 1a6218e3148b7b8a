import { describe, expect, it } from "vitest";
import { type CodecOptions, openCodec } from "./codec.ts";

const INPUT = { fPort: 1, bytes: new Uint8Array([1, 2]), recvTime: 0 };

async function printedBy(source: string, options: CodecOptions = {}): Promise<readonly string[]> {
  const codec = await openCodec(source, { keepsConsole: true, ...options });
  codec.decode(INPUT);
  const printed = codec.lastPrinted;
  codec.close();
  return printed;
}

const printing = (statements: string) =>
  `console.log("loaded"); function decodeUplink(input) { ${statements}; return { data: {} }; }`;

describe("what a codec prints", () => {
  it("is kept with values of every kind, from its loading and from the last call only", async () => {
    const codec = await openCodec(
      printing(`console.log("bytes", input.bytes, { a: [1] }); console.warn(undefined, null, 1.5)`),
      { keepsConsole: true },
    );
    for (let call = 0; call < 2; call++) {
      codec.decode(INPUT);
      expect(codec.lastPrinted).toEqual(["loaded", 'bytes [1,2] {"a":[1]}', "undefined null 1.5"]);
    }
    codec.close();
  });

  it("is nothing unless it was asked for", async () => {
    expect(await printedBy(printing(`console.log(1)`), { keepsConsole: false })).toEqual([]);
  });

  it("is cut after 100 lines of 500 characters", async () => {
    const printed = await printedBy(printing(`for (let i = 0; i < 1000; i++) console.log("x".repeat(2000))`));
    expect(printed).toHaveLength(101);
    expect(printed.at(-1)).toBe("…");
    expect(printed[1]).toHaveLength(501);
  });

  it("is told also when the codec throws or does not come to an end", async () => {
    expect(await printedBy(printing(`console.log("before"); throw new Error("no")`))).toContain("before");
    expect(
      await printedBy(printing(`console.log("before"); for (;;);`), { limits: { steps: 100_000 } }),
    ).toContain("before");
  });

  it("cannot be turned against the sandbox", async () => {
    expect(
      await printedBy(
        printing(
          `JSON.stringify = () => "nonsense"; console.log({ toJSON() { throw 1; } }, Symbol("a"), 1n)`,
        ),
      ),
    ).toEqual(["loaded", expect.stringContaining("something that cannot be told")]);
  });
});
