import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { answer, answerLine, LONGEST_LINE } from "./answer.ts";
import { INDEX_NAMES } from "./request.ts";
import { TABLES } from "./tables/all.ts";

const line = (index: string, input: object, more: object = {}) =>
  JSON.parse(answerLine(JSON.stringify({ index, input, ...more })));
const code = (index: string, input: object): unknown => line(index, input).error?.code;

const PM25 = { pollutant: "PM25", averaging: "24h", concentration: 35.4, unit: "ug/m3" };

describe("a question about an index", () => {
  it.each([
    ["epa", PM25, { aqi: 100, category: "Moderate" }],
    ["ispu", { ...PM25, concentration: 39 }, { ispu: 79, category: "Sedang" }],
    ["eaqi", { ...PM25, averaging: "1h", concentration: 15 }, { band: 2, name: "Fair" }],
    ["who", { ...PM25, concentration: 30 }, { ratio: 2, guideline: 15 }],
    [
      "nowcast",
      { pollutant: "PM25", hours_newest_first: [8, null, 4], unit: "ug/m3" },
      { valid: true, weight: 0.5, nowcast: 7.2, truncated: 7.2 },
    ],
    ["heatIndex", { t_f: 70, rh: 50 }, { hi_f: 69.05 }],
    ["heatIndex", { t_c: 30, rh: 90 }, { hi_f: 105.39, hi_c: 40.77 }],
    ["wbgtSimple", { t_c: 30, rh: 70 }, { wbgt_c: 32.58 }],
    ["noise", { lday: 60, levening: 55, lnight: 50 }, { lden: 60 }],
    ["conversion", { gas: "NO2", ppb: 100, t_c: 25, p_atm: 1 }, { ug_m3: 188.0431 }],
    ["conversion", { gas: "NO2", ug_m3: 188.0431, t_c: 25 }, { ppb: 100, p_atm: 1 }],
  ])("of %s %o has its fields, table and version", (index, input, fields) => {
    const result = line(index, input);
    expect(result).toMatchObject(fields);
    expect(TABLES.map(({ table, version }) => `${table} ${version}`)).toContain(
      `${result.table} ${result.version}`,
    );
  });

  it("may give the hours instead of their mean, by the rule of the averaging time", () => {
    const { concentration, ...rest } = PM25;
    const hours = [...Array(17).fill(concentration), ...Array(7).fill(null)];
    expect(line("epa", { ...rest, hours })).toMatchObject({ error: { code: "insufficient" } });
    hours[20] = concentration;
    expect(line("epa", { ...rest, hours })).toMatchObject({ aqi: 100, truncated: 35.4 });
    expect(line("ispu", { ...rest, hours })).toMatchObject({ ispu: 75 });
    const ozone = { pollutant: "O3", averaging: "8h", unit: "ppb" };
    expect(line("epa", { ...ozone, hours: [70, 70, null, 70, 70, null, 70, 70] })).toMatchObject({
      aqi: 100,
    });
    expect(code("epa", { ...ozone, averaging: "1h", hours: [70] })).toBe("bad_request");
    expect(code("epa", { ...rest })).toBe("bad_request");
    expect(code("epa", { ...PM25, hours })).toBe("bad_request");
  });

  it("may give SO2 by both of its averaging times", () => {
    const so2 = { pollutant: "SO2", averaging: "1h", concentration: 400, unit: "ppb" };
    expect(code("epa", so2)).toBe("out_of_table");
    expect(line("epa", { ...so2, concentration_24h: 100 })).toMatchObject({ aqi: 200 });
    expect(code("epa", { ...PM25, concentration_24h: 100 })).toBe("bad_request");
  });

  it("gets back the id that came with it", () => {
    expect(line("epa", PM25, { id: "a-7" })).toMatchObject({ id: "a-7", aqi: 100 });
    expect(line("none", PM25, { id: 0 })).toMatchObject({ id: 0, error: { code: "unknown_index" } });
  });

  it("is refused with the code of what is wrong", () => {
    expect(code("epa", { ...PM25, pollutant: "PM1" })).toBe("unknown_pollutant");
    expect(code("epa", { ...PM25, unit: "g" })).toBe("unknown_unit");
    expect(code("epa", { ...PM25, averaging: "2h" })).toBe("unsupported_averaging");
    expect(code("epa", { ...PM25, concentration: "35.4" })).toBe("bad_request");
    expect(code("epa", { ...PM25, concentration: null })).toBe("bad_request");
    expect(code("epa", { ...PM25, tc: 25 })).toBe("bad_request");
    expect(code("epa", { ...PM25, concentration: -1 })).toBe("negative");
    expect(code("epa", { ...PM25, pollutant: "NO2", averaging: "1h" })).toBe("needs_temperature");
    expect(code("conversion", { gas: "NO2", ppb: 100 })).toBe("needs_temperature");
    expect(code("conversion", { gas: "PM25", ppb: 100, t_c: 25 })).toBe("unknown_pollutant");
    expect(code("conversion", { gas: "NO2", t_c: 25 })).toBe("bad_request");
    expect(code("heatIndex", { t_f: 90, t_c: 32, rh: 50 })).toBe("bad_request");
    expect(code("nowcast", { pollutant: "PM25", hours_newest_first: [1, "2"], unit: "ug/m3" })).toBe(
      "bad_request",
    );
    expect(code("nowcast", { pollutant: "NO2", hours_newest_first: [1, 2], unit: "ppb" })).toBe(
      "unknown_pollutant",
    );
    for (const name of ["constructor", "__proto__", "EPA", ""])
      expect(code(name, PM25)).toBe("unknown_index");
  });

  it("says where a NowCast is not valid", () => {
    expect(
      line("nowcast", { pollutant: "PM10", hours_newest_first: [1, null, null], unit: "ug/m3" }),
    ).toEqual({
      valid: false,
      error: { code: "insufficient", message: expect.any(String) },
    });
  });
});

describe("a line", () => {
  it.each(["", "nope", "{", '{"index":"epa"', "\u0000", `"${"x".repeat(LONGEST_LINE)}"`])(
    "that is no JSON is refused: %.20s",
    (text) => {
      expect(JSON.parse(answerLine(text))).toMatchObject({ error: { code: "bad_json" } });
    },
  );

  it("that is no question is refused", () => {
    for (const text of ["null", "1", "[]", '"epa"']) {
      expect(JSON.parse(answerLine(text))).toMatchObject({ error: { code: "bad_request" } });
    }
    expect(JSON.parse(answerLine('{"index":"epa"}'))).toMatchObject({ error: { code: "bad_request" } });
    expect(JSON.parse(answerLine("{}"))).toMatchObject({ error: { code: "unknown_index" } });
    expect(JSON.parse(answerLine('{"index":"epa","input":null}'))).toMatchObject({
      error: { code: "bad_request" },
    });
    const huge = '{"index":"heatIndex","input":{"t_f":1e400,"rh":50}}';
    expect(JSON.parse(answerLine(huge))).toMatchObject({ error: { code: "bad_request" } });
  });

  it("always gets one line of JSON, whatever it says", () => {
    const field = fc.constantFrom(
      "pollutant",
      "averaging",
      "concentration",
      "unit",
      "hours",
      "hours_newest_first",
      "t_c",
      "t_f",
      "rh",
      "p_atm",
      "gas",
      "ppb",
    );
    const value = fc.oneof(
      fc.constantFrom("PM25", "O3", "SO2", "CO", "24h", "8h", "1h", "ug/m3", "ppb", "ppm", "NO2"),
      fc.double(),
      fc.array(fc.option(fc.double())),
      fc.jsonValue(),
    );
    const question = fc.record({
      index: fc.constantFrom(...INDEX_NAMES),
      input: fc.dictionary(field, value),
    });
    fc.assert(
      fc.property(
        fc.oneof(
          question.map((one) => JSON.stringify(one)),
          fc.json(),
          fc.string(),
        ),
        (text) => {
          const result = answerLine(text);
          expect(result).not.toContain("\n");
          expect(result).not.toContain("NaN");
          expect(typeof JSON.parse(result)).toBe("object");
        },
      ),
      { numRuns: 500 },
    );
  });

  it("and a direct question have the same answer", () => {
    expect(line("epa", PM25)).toEqual(answer("epa", PM25));
  });
});

describe("the tables", () => {
  it("have a name and version of their own, sources and a confidence", () => {
    expect(new Set(TABLES.map(({ table, version }) => `${table} ${version}`)).size).toBe(TABLES.length);
    for (const table of TABLES) {
      expect(table.sources.length).toBeGreaterThan(0);
      expect(["verified", "secondary", "single"]).toContain(table.confidence);
    }
  });
});
