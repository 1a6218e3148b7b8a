import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeText, encodeText } from "./text.ts";

const anyText = fc.string({ unit: "binary", maxLength: 40 });
/** Texts made of what is special to the encoding. */
const trickyText = fc.string({
  unit: fc.constantFrom("%", "\\", "\n", "\r", "0", "A", "a", "5", "C", "\x7f"),
});

describe("the encoding of texts for InfluxDB", () => {
  it("gives every text back as it was", () => {
    fc.assert(
      fc.property(fc.oneof(anyText, trickyText), (text) => {
        expect(decodeText(encodeText(text))).toBe(text);
      }),
    );
  });

  it("never leaves a backslash or a control character", () => {
    fc.assert(
      fc.property(fc.oneof(anyText, trickyText), (text) => {
        // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
        expect(encodeText(text)).not.toMatch(/[\\\x00-\x1f\x7f]/);
      }),
    );
  });

  it("leaves alone what a person writes", () => {
    for (const text of ["air-42", "87 % full, 100%", "Ḧëllö 城市 🌳", `"quoted", a=b`, ""]) {
      expect(encodeText(text)).toBe(text);
    }
  });
});
