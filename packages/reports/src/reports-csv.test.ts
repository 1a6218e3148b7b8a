import { describe, expect, it } from "vitest";
import { parseReportsCsv } from "./reports-csv.ts";

const HEADER = "indicator,area,value,unit,period,author,date,evidence,quality,source,note";

describe("a table of reports", () => {
  it("has a row for each report, with its line, and skips comments", () => {
    const text = `# invented\n${HEADER}\n# another\nvolunteers,leith,21.5,%,2025,"Office, of ""it""",,https://example.org/a#b,C,Survey,\n`;
    expect(parseReportsCsv(text)).toEqual({
      ok: true,
      rows: [
        {
          line: 4,
          raw: {
            indicator: "volunteers",
            area: "leith",
            value: 21.5,
            unit: "%",
            period: "2025",
            author: 'Office, of "it"',
            evidence: "https://example.org/a#b",
            quality: "C",
            source: "Survey",
          },
        },
      ],
    });
  });

  it("keeps a text that is no number as it is, so that it is refused", () => {
    const parsed = parseReportsCsv(`${HEADER}\nvolunteers,leith,"21,5",%,2025,x,,,D,y,\n`);
    expect(parsed.ok && parsed.rows[0]?.raw.value).toBe("21,5");
  });

  it("names columns that are missing or not known, and the line of a row that is cut short", () => {
    expect(parseReportsCsv("indicator,area,colour\na,b,c\n")).toMatchObject({
      ok: false,
      problems: [{ line: 1, message: expect.stringMatching(/no column value, unit.*colour is not known/) }],
    });
    expect(parseReportsCsv(`${HEADER}\nvolunteers,leith\n`)).toMatchObject({
      ok: false,
      problems: [{ line: 2 }],
    });
  });
});
