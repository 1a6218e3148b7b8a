import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { packText, unpackText } from "./packed-text.ts";

describe("a text in a URL", () => {
  it("comes back as it was, in characters that a URL takes as they are", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "grapheme", maxLength: 500 }), async (text) => {
        const packed = await packText(text);
        expect(packed).toMatch(/^[\w-]*$/);
        expect(await unpackText(packed ?? "")).toBe(text);
      }),
      { numRuns: 50 },
    );
  });

  it("is refused when it is too long, and null when it is none", async () => {
    const noise = Array.from({ length: 20_000 }, (_, index) => ((index * 7919) % 65_521).toString(36)).join(
      "",
    );
    expect(await packText(noise)).toBeNull();
    expect(await unpackText("not packed!")).toBeNull();
    expect(await unpackText("AAAA")).toBeNull();
  });
});
