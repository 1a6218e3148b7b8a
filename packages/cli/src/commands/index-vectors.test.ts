import { readFileSync } from "node:fs";
import { answerLine } from "@kota/indices";
import { describe, expect, it } from "vitest";
import { z } from "zod";

// The examples were collected from many sources and are not in the project: name their indices.json to test with them.
const FILE = process.env.KOTA_INDEX_VECTORS ?? "";

const Example = z.object({ pollutant: z.string(), c: z.number() }).loose();
const Collection = z.object({
  epa: z.object({ examples: z.array(Example.extend({ unit: z.string(), aqi: z.number() })) }),
  ispu: z.object({ examples: z.array(Example.extend({ ispu: z.number(), exact: z.number() })) }),
  eaqi: z.object({ examples: z.array(Example.extend({ band: z.number() })) }),
  heatIndex: z.object({
    examples: z.array(z.object({ T: z.number(), RH: z.number(), hi: z.number(), nwsChart: z.number() })),
  }),
});

/** What `kota index run` answers to one line. */
function run(index: string, input: object): Record<string, unknown> {
  return JSON.parse(answerLine(JSON.stringify({ index, input })));
}

/** `O3_8h` of the collection is O3 over 8 hours; where it does not say, what the index is made of. */
const DEFAULT_HOURS = { PM25: "24h", PM10: "24h", CO: "8h", NO2: "1h" } as const;
function named(pollutant: string): { pollutant: string; averaging: string | undefined } {
  const [name = "", averaging] = pollutant.split("_");
  return {
    pollutant: name,
    averaging: averaging ?? DEFAULT_HOURS[name as keyof typeof DEFAULT_HOURS],
  };
}

describe("kota index run and a collection of examples", () => {
  const collection = Collection.parse(JSON.parse(readFileSync(FILE, "utf8")));

  it.each(collection.epa.examples)("agree on the US EPA AQI of $pollutant $c $unit", (example) => {
    const { c: concentration, unit, aqi } = example;
    expect(run("epa", { ...named(example.pollutant), concentration, unit })).toMatchObject({ aqi });
  });

  it.each(collection.ispu.examples)(
    "agree on the ISPU of $pollutant $c µg/m³",
    ({ pollutant, c, ispu, exact }) => {
      expect(run("ispu", { pollutant, averaging: "24h", concentration: c, unit: "ug/m3" })).toMatchObject({
        ispu,
        exact,
      });
    },
  );

  it.each(collection.eaqi.examples)(
    "agree on the European band of $pollutant $c µg/m³",
    ({ pollutant, c, band }) => {
      expect(run("eaqi", { pollutant, averaging: "1h", concentration: c, unit: "ug/m3" })).toMatchObject({
        band,
      });
    },
  );

  it.each(collection.heatIndex.examples)(
    "agree on the heat index of $T °F and $RH %",
    ({ T, RH, hi, nwsChart }) => {
      const { hi_f } = run("heatIndex", { t_f: T, rh: RH });
      expect(Number(hi_f)).toBeCloseTo(hi, 1);
      expect(Math.round(Number(hi_f))).toBe(nwsChart);
    },
  );
});
