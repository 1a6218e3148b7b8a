import { SCORES } from "@kota/event-log";
import type { Score } from "@kota/model";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HOUR, MINUTE, NOW, score, startTestApi, type TestApi, until } from "../test-setup.ts";

const part = (id: string, value: number | null, share: number) => ({
  id,
  title: `Part ${id}`,
  score: value,
  weight: 1,
  share,
  coverage: value === null ? 0 : 1,
});

const waste = { area: "leith", dimension: "environment", aspect: "waste" } as const;
const PUBLISHED: readonly Score[] = [
  score({ area: "city", score: 61, parts: [part("south", null, 0), part("leith", 61, 1)] }),
  score({ area: "leith", score: 61, parts: [part("environment", 60, 1), part("living", null, 0)] }),
  score({
    area: "city",
    dimension: "environment",
    score: 60,
    parts: [part("south", null, 0), part("leith", 60, 1)],
  }),
  score({
    area: "leith",
    dimension: "environment",
    score: 60,
    parts: [part("waste", 80, 0.25), part("energy", 53.4, 0.75), part("protection", null, 0)],
  }),
  score({ ...waste, score: 80, parts: [part("overflowing", 80, 1)] }),
  score({ area: "leith", dimension: "environment", aspect: "energy", score: 53.4 }),
  score({
    ...waste,
    indicator: "overflowing",
    score: 80,
    value: 12.5,
    unit: "%",
    sources: [
      { device: "bin-2", metric: "fill_level", value: 96, readings: 24, lastTime: NOW - MINUTE },
      { device: "stray", metric: "fill_level", value: 20, readings: 24, lastTime: NOW },
    ],
  }),
  score({ area: "city", dimension: "environment", aspect: "energy" }),
  score({ area: "city", dimension: "environment", aspect: "waste" }),
  score({ area: "leith", dimension: "living", score: null, status: "no_data", coverage: 0.2 }),
  score({ area: "an area that is gone", score: 1 }),
];

const undo: (() => unknown)[] = [];
let api: TestApi;
beforeAll(async () => {
  api = await startTestApi((step) => undo.unshift(step), {
    before: async ({ log, store }) => {
      await log.append(SCORES, [
        score({ area: "leith", dimension: "economy", model: { version: "0", hash: "of an earlier model" } }),
        ...PUBLISHED,
      ]);
      await store.writeScores([
        score({ area: "leith", dimension: "environment", score: 40, at: NOW - 3 * HOUR, coverage: 0.5 }),
        score({ area: "leith", dimension: "environment", score: null, at: NOW - 2 * HOUR, coverage: 0 }),
        score({ area: "leith", dimension: "environment", score: 60, at: NOW - HOUR }),
        score({ area: "leith", dimension: "environment", score: 65, at: NOW - HOUR + MINUTE }),
        score({ area: "leith", dimension: "environment", score: 1, at: NOW - 30 * HOUR }),
      ]);
    },
  });
});
afterAll(async () => {
  for (const step of undo) await step();
});

const name = (row: Record<string, string | null>) =>
  [row.area, row.dimension, row.aspect, row.indicator].filter(Boolean).join("/");

describe("the list of scores", () => {
  it("has the city and every area, overall and all six dimensions, with or without data", async () => {
    const { status, body } = await api.get("/v1/scores");
    expect(status).toBe(200);
    const dimensions = ["environment", "living", "governance", "branding", "economy", "community"];
    for (const area of ["city", "south", "leith"]) {
      for (const place of [area, ...dimensions.map((dimension) => `${area}/${dimension}`)]) {
        expect(body.filter((row: Record<string, string>) => name(row) === place)).toHaveLength(1);
      }
    }
    const places = body.filter((row: { aspect: string | null }) => row.aspect === null).map(name);
    expect(places.slice(0, 8)).toEqual(["city", ...dimensions.map((id) => `city/${id}`), "south"]);
  });

  it("says no_data with a null score where nothing has been published", async () => {
    const { body } = await api.get("/v1/scores?area=south&dimension=living");
    expect(body).toEqual([
      {
        area: "south",
        dimension: "living",
        aspect: null,
        indicator: null,
        title: "Living",
        score: null,
        status: "no_data",
        coverage: 0,
        at: null,
        value: null,
        unit: null,
        explanation: "Nothing has been scored here yet.",
        devices: 0,
        readings: 0,
        reported: null,
      },
    ]);
  });

  it("gives the aspects in the order of the model, and the indicators on demand", async () => {
    const aspects = await api.get("/v1/scores?area=leith&dimension=environment");
    expect(aspects.body.map(name)).toEqual([
      "leith/environment",
      "leith/environment/waste",
      "leith/environment/energy",
    ]);
    const all = await api.get("/v1/scores?area=leith&dimension=environment&level=all");
    const city = await api.get("/v1/scores?area=city&dimension=environment");
    expect(city.body.map(name)).toEqual([
      "city/environment",
      "city/environment/waste",
      "city/environment/energy",
    ]);
    expect(all.body.map(name)).toEqual([
      "leith/environment",
      "leith/environment/waste",
      "leith/environment/waste/overflowing",
      "leith/environment/energy",
    ]);
    expect(all.body[2]).toMatchObject({ score: 80, value: 12.5, unit: "%", at: "2026-11-24T12:00:00.000Z" });
  });

  it("leaves out what only an earlier score model gave", async () => {
    const { body } = await api.get("/v1/scores?area=leith&dimension=economy");
    expect(body).toMatchObject([{ score: null, status: "no_data" }]);
  });

  it("follows a new revision", async () => {
    await api.log.append(SCORES, [score({ area: "south", dimension: "community", score: 12 })]);
    const place = "/v1/scores?area=south&dimension=community";
    await until(async () => (await api.get(place)).body[0].score === 12);
  });

  it.each([
    ["area=mars", "#/query/area", /"city"\|"south"\|"leith"/],
    ["dimension=fun", "#/query/dimension", /"environment"\|"living"/],
    ["level=2", "#/query/level", /"aspect"\|"all"/],
    ["arae=leith", "#/query", /no parameter 'arae'; the parameters are area, dimension, level/],
  ])("refuses ?%s and says what is allowed", async (query, pointer, detail) => {
    const problem = await api.problem(`/v1/scores?${query}`);
    expect(problem).toMatchObject({ status: 400, code: "bad_request", errors: [{ pointer }] });
    expect(problem.errors?.[0]?.detail).toMatch(detail);
    expect(problem.detail).toMatch(detail);
  });
});

describe("an explanation", () => {
  it("opens from the city down to the devices", async () => {
    const { status, body } = await api.get("/v1/scores/explain");
    expect(status).toBe(200);
    expect(body).toMatchObject({
      area: "city",
      score: 61,
      model: { version: "1", hash: "abc" },
      sources: [],
    });
    expect(body.parts.map((one: { detail: unknown }) => one.detail !== null)).toEqual([false, true]);
    const leith = body.parts[1].detail;
    expect(leith).toMatchObject({ area: "leith", dimension: null });
    const environment = leith.parts[0].detail;
    expect(environment).toMatchObject({ area: "leith", dimension: "environment", aspect: null });
    const indicator = environment.parts[0].detail.parts[0].detail;
    expect(indicator).toMatchObject({
      area: "leith",
      aspect: "waste",
      indicator: "overflowing",
      value: 12.5,
    });
    expect(indicator.sources).toEqual([
      {
        device: "bin-2",
        name: "Name of bin-2",
        origin: "recorded",
        attribution: "Council, OGL 3.0",
        metric: "fill_level",
        unit: "%",
        value: 96,
        readings: 24,
        lastTime: "2026-11-24T11:59:00.000Z",
      },
      {
        device: "stray",
        name: null,
        origin: null,
        attribution: null,
        metric: "fill_level",
        unit: "%",
        value: 20,
        readings: 24,
        lastTime: "2026-11-24T12:00:00.000Z",
      },
    ]);
  });

  it("of a dimension of the city opens into that of each area", async () => {
    const { body } = await api.get("/v1/scores/explain?dimension=environment");
    expect(body.parts.map((one: { id: string }) => one.id)).toEqual(["south", "leith"]);
    expect(body.parts[1].detail).toMatchObject({ area: "leith", dimension: "environment", score: 60 });
  });

  it("says what each part gives to the score", async () => {
    const { body } = await api.get("/v1/scores/explain?area=leith&dimension=environment");
    expect(body.parts.map((one: Record<string, unknown>) => [one.id, one.share, one.contribution])).toEqual([
      ["waste", 0.25, 20],
      ["energy", 0.75, expect.closeTo(40.05)],
      ["protection", 0, null],
    ]);
  });

  it("of what has not been scored says so", async () => {
    const { status, body } = await api.get("/v1/scores/explain?area=south&dimension=economy");
    expect(status).toBe(200);
    expect(body).toMatchObject({ score: null, status: "no_data", model: null, parts: [], sources: [] });
  });

  it("of an aspect that there is not is 404", async () => {
    const problem = await api.problem("/v1/scores/explain?area=leith&dimension=environment&aspect=fun");
    expect(problem).toMatchObject({ status: 404, code: "not_found" });
    expect(problem.detail).toMatch(/leith \/ environment \/ fun/);
  });

  it("of an aspect needs its dimension", async () => {
    const problem = await api.problem("/v1/scores/explain?aspect=waste");
    expect(problem).toMatchObject({ status: 400, errors: [{ pointer: "#/query/dimension" }] });
  });
});

describe("the history of a score", () => {
  const place = "/v1/scores/history?area=leith&dimension=environment";
  const only = (score: number | null) => ({ mean: score, min: score, max: score });

  it("is of the last 24 hours, with gaps where there was no data", async () => {
    const { body } = await api.get(`${place}&step=raw`);
    expect(body).toEqual({
      area: "leith",
      dimension: "environment",
      aspect: null,
      indicator: null,
      from: "2026-11-23T12:00:00.000Z",
      to: "2026-11-24T12:00:00.000Z",
      step: "raw",
      next: null,
      points: [
        { time: "2026-11-24T09:00:00.000Z", score: 40, value: null, coverage: 0.5, ...only(40) },
        { time: "2026-11-24T10:00:00.000Z", score: null, value: null, coverage: 0, ...only(null) },
        { time: "2026-11-24T11:00:00.000Z", score: 60, value: null, coverage: 1, ...only(60) },
        { time: "2026-11-24T11:01:00.000Z", score: 65, value: null, coverage: 1, ...only(65) },
      ],
    });
  });

  it("has the last score of each step, and what all of them came to", async () => {
    const { body } = await api.get(`${place}&step=1h`);
    expect(body.step).toBe("1h");
    expect(body.points.map((point: { score: number }) => point.score)).toEqual([40, null, 65]);
    expect(body.points.at(-1)).toMatchObject({ mean: 62.5, min: 60, max: 65 });
  });

  it("is CSV for one that asks for it", async () => {
    const { headers, text } = await api.get(`${place}&step=1h`, { accept: "text/csv" });
    expect(headers.get("content-type")).toBe("text/csv; charset=utf-8");
    expect(headers.get("content-disposition")).toBe('attachment; filename="score_leith_environment_1h.csv"');
    expect(text.split("\r\n")).toEqual([
      "time,area,dimension,aspect,indicator,score,value,coverage,mean,min,max",
      "2026-11-24T09:00:00.000Z,leith,environment,,,40,,0.5,40,40,40",
      "2026-11-24T10:00:00.000Z,leith,environment,,,,,0,,,",
      "2026-11-24T11:00:00.000Z,leith,environment,,,65,,1,62.5,60,65",
      "",
    ]);
  });
});
