import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HOUR, MINUTE, NOW, reading, startTestApi, type TestApi } from "../test-setup.ts";

const FIRST = NOW - 3 * HOUR;
const undo: (() => unknown)[] = [];
let api: TestApi;
beforeAll(async () => {
  api = await startTestApi((step) => undo.unshift(step), {
    before: async ({ store }) => {
      await store.writeReadings([
        ...[-3, 1, 5].map((value, i) => reading("bin-2", FIRST + i * 10 * MINUTE, { temperature: value })),
        reading("bin-2", FIRST + 2 * HOUR, { temperature: 9, fill_level: 50 }),
        reading("=cmd()", NOW - HOUR, { power: 1 }),
        ...Array.from({ length: 10_050 }, (_, i) => reading("busy", i * 1_000, { power: i })),
      ]);
    },
  });
});
afterAll(async () => {
  for (const step of undo) await step();
});

const bin = "/v1/series?device=bin-2&metric=temperature";

describe("a series", () => {
  it("is of the last 24 hours with at most 1,000 points when nothing else is said", async () => {
    const { status, body } = await api.get(bin);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      device: "bin-2",
      metric: "temperature",
      unit: "Cel",
      from: "2026-11-23T12:00:00.000Z",
      to: "2026-11-24T12:00:00.000Z",
      step: "2m",
      next: null,
    });
    expect(body.points).toHaveLength(4);
  });

  it("sums up each step, labelled by its start, and leaves a gap a gap", async () => {
    const { body } = await api.get(`${bin}&step=1h`);
    expect(body.points).toEqual([
      { time: "2026-11-24T09:00:00.000Z", count: 3, mean: 1, min: -3, max: 5, last: 5 },
      { time: "2026-11-24T11:00:00.000Z", count: 1, mean: 9, min: 9, max: 9, last: 9 },
    ]);
  });

  it("is raw on demand, over a range that its end does not belong to", async () => {
    const from = new Date(FIRST).toISOString();
    const { body } = await api.get(`${bin}&step=raw&from=${from}&to=${FIRST + 20 * MINUTE}`);
    expect(body.step).toBe("raw");
    expect(body.points.map((point: { last: number }) => point.last)).toEqual([-3, 1]);
  });

  it("that is longer than 10,000 points goes on where the answer says", async () => {
    const first = await api.get("/v1/series?device=busy&metric=power&step=raw&from=0&to=20000000");
    expect(first.body.points).toHaveLength(10_000);
    const link = /^<(.+)>; rel="next"$/.exec(first.headers.get("link") ?? "")?.[1];
    expect(first.body.next).toBe("1970-01-01T02:46:40.000Z");
    const second = await api.get(link ?? "");
    expect(second.body.points.map((point: { last: number }) => point.last)).toEqual(
      Array.from({ length: 50 }, (_, i) => 10_000 + i),
    );
    expect(second.body.next).toBeNull();
  });

  it.each([
    ["by Accept", "", { accept: "text/csv" }],
    ["by format", "&format=csv", {}],
  ])("is CSV %s", async (_how, parameter, headers) => {
    const answer = await api.get(`${bin}&step=raw${parameter}`, headers as Record<string, string>);
    expect(answer.headers.get("content-type")).toBe("text/csv; charset=utf-8");
    expect(answer.headers.get("content-disposition")).toBe(
      'attachment; filename="bin-2_temperature_raw.csv"',
    );
    expect(answer.text.split("\r\n").slice(0, 2)).toEqual([
      "time,device,metric,unit,count,mean,min,max,last",
      "2026-11-24T09:00:00.000Z,bin-2,temperature,Cel,1,-3,-3,-3,-3",
    ]);
  });

  it("does not let the id of a device start a formula", async () => {
    const { text } = await api.get("/v1/series?device=%3Dcmd()&metric=power&step=raw&format=csv");
    expect(text).toContain(",'=cmd(),power,");
  });

  it("is JSON for one that takes anything, and 406 for one that takes neither", async () => {
    expect((await api.get(bin, { accept: "*/*" })).headers.get("content-type")).toMatch(/^application\/json/);
    expect(await api.problem(bin, { accept: "image/png" })).toMatchObject({
      status: 406,
      code: "not_acceptable",
    });
  });

  it.each([
    [`${bin}&step=soon`, 400, "#/query/step", /'raw', a number of seconds, or a number with s, m, h or d/],
    [`${bin}&step=1s`, 400, "#/query/step", /more than 10000 points; use a step of 10s or more/],
    [`${bin}&from=yesterday`, 400, "#/query/from", /RFC 3339.*or Unix milliseconds, and got 'yesterday'/],
    [`${bin}&from=2000&to=1000`, 400, "#/query/from", /before 'to'/],
    ["/v1/series?device=bin-2&metric=joy", 400, "#/query/metric", /"pm2_5"/],
    ["/v1/series?device=bin-2", 400, "#/query/metric", /"pm2_5"/],
    ["/v1/series?metric=pm10", 400, "#/query/device", /expected string/],
  ])("%s is %i and says what is allowed", async (path, status, pointer, detail) => {
    const problem = await api.problem(path);
    expect(problem).toMatchObject({ status, code: "bad_request", errors: [{ pointer }] });
    expect(problem.detail).toMatch(detail);
  });

  it("of a device that there is not is 404", async () => {
    expect(await api.problem("/v1/series?device=nobody&metric=power")).toMatchObject({ status: 404 });
  });
});

describe("the count of readings", () => {
  it.each([
    ["", 10_055],
    ["?device=bin-2", 4],
    ["?device=nobody", 0],
    [`?device=bin-2&from=${FIRST}&to=${FIRST + 20 * MINUTE}`, 2],
    ["?from=2026-01-01T00:00:00Z", 5],
  ])("of %s is %i", async (query, count) => {
    expect((await api.get(`/v1/readings/count${query}`)).body).toEqual({ count });
  });

  it("refuses a range that ends before it begins", async () => {
    expect(await api.problem("/v1/readings/count?from=2&to=1")).toMatchObject({ status: 400 });
  });
});
