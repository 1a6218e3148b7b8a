import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { csvFileName, toCsv } from "./csv.ts";

describe("CSV", () => {
  it("reads back as it was, whatever the text", () => {
    const text = fc
      .string({ unit: "binary" })
      .filter((cell) => !/^[-=+@\t\r\uFF1D\uFF0B\uFF0D\uFF20]/.test(cell));
    fc.assert(
      fc.property(fc.array(fc.tuple(text, fc.double({ noNaN: true, noDefaultInfinity: true }))), (rows) => {
        const read: string[][] = parse(toCsv(["a", "b"], rows));
        expect(read).toEqual([["a", "b"], ...rows.map(([one, other]) => [one, String(other)])]);
      }),
    );
  });

  it.each(["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])(
    "does not let the text %j start a formula",
    (cell) => {
      const [, row]: string[][] = parse(toCsv(["a"], [[cell]]));
      expect(row).toEqual([`'${cell}`]);
    },
  );

  it("leaves negative numbers and empty cells as they are", () => {
    expect(toCsv(["a", "b"], [[-4.5, null]])).toBe("a,b\r\n-4.5,\r\n");
  });

  it("has a file name without anything that a header or a file system would trip over", () => {
    expect(csvFileName('a/b"c\r\n', null, "raw")).toBe("a-b-c-_raw.csv");
  });
});
