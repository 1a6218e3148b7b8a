import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CITY, HOUR, NOW, score, startTestApi, type TestApi } from "../test-setup.ts";

const scoreModel = `
version: 7
dimensions:
  living:
    aspects:
      air:
        title: Air
        indicators:
          pm:
            { title: "=HYPERLINK(1)", metric: pm2_5, kinds: [air], window: 1h, overTime: mean, overDevices: mean, unit: ug/m3, goalposts: [[0, 100], [100, 0]], source: "WHO, 2021", standards: [{ standard: u4ssc, number: "EN: EN: AQ: 1C", name: Air pollution, checked: secondary }] }
`;
const undo: (() => unknown)[] = [];
let api: TestApi;
beforeAll(async () => {
  api = await startTestApi((step) => undo.unshift(step), {
    city: { ...CITY, scoreModel },
    before: async ({ store }) => {
      const place = { area: "leith", dimension: "living", aspect: "air", indicator: "pm" } as const;
      await store.writeScores([
        score({ ...place, at: NOW - 30 * HOUR, score: 70, value: 30, unit: "ug/m3" }),
        score({ ...place, at: NOW - 20 * HOUR, score: 80.5, value: 19.5, unit: "ug/m3", coverage: 0.6 }),
        score({ area: "city", at: NOW - 20 * HOUR, score: 61 }),
      ]);
    },
  });
});
afterAll(async () => {
  for (const step of undo) await step();
});

const RANGE = `from=${NOW - 36 * HOUR}&to=${NOW}`;

describe("GET /v1/evidence", () => {
  it("gives every score of a period with all that a verifier asks for", async () => {
    const { body, headers } = await api.get(`/v1/evidence?${RANGE}&format=json`);
    expect(headers.get("content-type")).toContain("application/json");
    expect(body).toMatchObject({
      city: "Test City",
      from: "2026-11-23T00:00:00.000Z",
      to: "2026-11-24T12:00:00.000Z",
      step: "1d",
      model: { version: "7", hash: expect.stringMatching(/^[0-9a-f]{12}$/) },
    });
    const indicators = body.rows.filter(
      ({ indicator, area }: { indicator: string; area: string }) => indicator === "pm" && area === "leith",
    );
    expect(indicators).toMatchObject([
      {
        from: "2026-11-23T00:00:00.000Z",
        to: "2026-11-24T00:00:00.000Z",
        ...{
          areaName: "Leith",
          value: 19.5,
          unit: "ug/m3",
          score: 80.5,
          status: "provisional",
          coverage: 0.6,
        },
        ...{ quality: "simulated", source: "WHO, 2021" },
        standards: [{ standard: "u4ssc", number: "EN: EN: AQ: 1C", fit: "related", checked: "secondary" }],
      },
    ]);
    expect(body.rows.filter(({ dimension }: { dimension: string }) => dimension === "economy")).toMatchObject(
      [
        { area: "city", score: null, quality: "not_reported", status: "no_data" },
        { area: "south", score: null },
        { area: "leith", score: null },
      ],
    );
  });

  it("gives CSV that no spreadsheet runs", async () => {
    const { text, headers } = await api.get(`/v1/evidence?${RANGE}&format=csv`);
    expect(headers.get("content-disposition")).toBe(
      'attachment; filename="evidence_Test-City_2026-11-23_2026-11-24.csv"',
    );
    const lines = text.split("\r\n");
    expect(lines[0]).toBe(
      "from,to,area,area_name,dimension,aspect,indicator,title,value,unit,score,status,coverage,quality,source,standards,model_version,model_hash",
    );
    expect(lines.find((line) => line.includes(",80.5,"))).toMatch(
      /^2026-11-23T00:00:00.000Z,2026-11-24T00:00:00.000Z,leith,Leith,living,air,pm,'=HYPERLINK\(1\),19.5,ug\/m3,80.5,provisional,0.6,simulated,"WHO, 2021","U4SSC EN: EN: AQ: 1C, Air pollution \(related; identifier from copies that agree, not read in the standard\)",7,[0-9a-f]{12}$/,
    );
    expect((await api.get(`/v1/evidence?${RANGE}`, { accept: "text/csv" })).text).toBe(text);
  });

  it("refuses more than a year, and readings as a step", async () => {
    expect(await api.problem(`/v1/evidence?from=${NOW - 400 * 24 * HOUR}`)).toMatchObject({ status: 400 });
    expect(await api.problem("/v1/evidence?step=raw")).toMatchObject({ status: 400 });
  });
});
