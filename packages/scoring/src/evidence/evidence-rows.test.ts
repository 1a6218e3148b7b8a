import { describe, expect, it } from "vitest";
import { parseScoreModel } from "../parse-score-model.ts";
import { type EvidenceOptions, type EvidenceRow, evidenceRows } from "./evidence-rows.ts";
import { standardText } from "./standards.ts";

const DAY = 86_400_000;
const FROM = Date.UTC(2026, 0, 1);
const model = parseScoreModel(`
version: 7
dimensions:
  living:
    aspects:
      air:
        title: Air
        indicators:
          pm:
            { title: PM, metric: pm2_5, kinds: [air], window: 1h, overTime: mean, overDevices: mean, unit: ug/m3, goalposts: [[0, 100], [100, 0]], source: WHO, standards: [{ standard: u4ssc, number: "EN: EN: AQ: 1C", name: Air pollution, checked: secondary }] }
`);
const device = (id: string, area: string, origin: "live" | "recorded" | "simulated") => ({
  ...{ id, name: id, kind: "air", adapter: null, nativeId: null, area, lat: null, lon: null, origin },
  attribution: null,
});
const options: EvidenceOptions = {
  model,
  areas: [
    { id: "north", name: "North", population: 1 },
    { id: "south", name: "South", population: 1 },
  ],
  devices: [device("a", "north", "live"), device("b", "south", "simulated")],
  ...{ from: FROM, to: FROM + 2 * DAY, stepMs: DAY },
  history: {
    async scoreHistory({ area, dimension, from }) {
      if (dimension !== "living" || area === "south") return [];
      return [
        { time: from, score: 80, value: 20, coverage: 0.6 },
        { time: from + DAY, score: null, value: null, coverage: 0.1 },
      ];
    },
  },
};
async function rowsOf(): Promise<EvidenceRow[]> {
  const rows: EvidenceRow[] = [];
  for await (const row of evidenceRows(options)) rows.push(row);
  return rows;
}

describe("evidence of a period", () => {
  it("has every score of the model, dimension by dimension, the city first", async () => {
    const rows = await rowsOf();
    const dimensions = new Set(rows.map(({ dimension }) => dimension));
    expect([...dimensions]).toEqual([
      null,
      ...["environment", "living", "governance", "branding", "economy", "community"],
    ]);
    expect(rows.slice(0, 3).map(({ area }) => area)).toEqual(["city", "north", "south"]);
  });

  it("says of each step the numbers, the unit, the source and what it goes with", async () => {
    const rows = (await rowsOf()).filter(({ indicator, area }) => indicator === "pm" && area === "north");
    expect(rows).toMatchObject([
      {
        ...{ from: FROM, to: FROM + DAY, title: "PM", value: 20, unit: "ug/m3", score: 80, coverage: 0.6 },
        ...{ status: "provisional", quality: "measured", source: "WHO" },
      },
      { from: FROM + DAY, score: null, status: "no_data", quality: "not_reported" },
    ]);
    expect(rows[0]?.standards.map(standardText)).toEqual([
      "U4SSC EN: EN: AQ: 1C, Air pollution (related; identifier from copies that agree, not read in the standard)",
    ]);
  });

  it("has one row for a period without a number, and never a 0 in its place", async () => {
    const rows = (await rowsOf()).filter(({ indicator, area }) => indicator === "pm" && area === "south");
    expect(rows).toMatchObject([
      { from: FROM, to: FROM + 2 * DAY, value: null, score: null, quality: "not_reported" },
    ]);
  });

  it("says when numbers of devices that measure and of simulated ones are mixed", async () => {
    const [city] = (await rowsOf()).filter(({ indicator, area }) => indicator === "pm" && area === "city");
    expect(city?.quality).toBe("mixed");
  });
});
