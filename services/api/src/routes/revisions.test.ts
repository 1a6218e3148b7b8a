import { SCORE_REVISIONS, SCORES } from "@kota/event-log";
import type { ScoreRevision } from "@kota/model";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { MINUTE, NOW, score, startTestApi, type TestApi, until } from "../test-setup.ts";

const revision = (rest: Partial<ScoreRevision>): ScoreRevision => ({
  area: "leith",
  dimension: "living",
  aspect: null,
  indicator: null,
  minute: NOW - 10 * MINUTE,
  revision: 1,
  before: { score: 50, value: null, coverage: 0.5 },
  after: { score: 55.5, value: null, coverage: 0.75 },
  reason: "2 values came late.",
  readings: 2,
  devices: ["air-1"],
  model: { version: "1", hash: "abc" },
  revisedAt: NOW,
  ...rest,
});

const undo: (() => unknown)[] = [];
let api: TestApi;
beforeAll(async () => {
  api = await startTestApi((step) => undo.unshift(step), {
    before: ({ log }) =>
      log.append(SCORE_REVISIONS, [
        revision({}),
        revision({ revision: 2, after: { score: 60, value: null, coverage: 1 } }),
        revision({ area: "south", minute: NOW - 90 * MINUTE }),
      ]),
  });
});
afterAll(async () => {
  for (const step of undo) await step();
});

describe("GET /v1/scores/revisions", () => {
  it("gives what was published before and after each correction, the newest first", async () => {
    const { body } = await api.get("/v1/scores/revisions?area=leith&dimension=living");
    expect(body).toEqual([
      {
        ...revision({ revision: 2, after: { score: 60, value: null, coverage: 1 } }),
        minute: "2026-11-24T11:50:00.000Z",
        revisedAt: "2026-11-24T12:00:00.000Z",
      },
      expect.objectContaining({ revision: 1, before: { score: 50, value: null, coverage: 0.5 } }),
    ]);
  });

  it("filters by the corrected minute, and limits", async () => {
    const areas = async (query: string) =>
      (await api.get(`/v1/scores/revisions?${query}`)).body.map(({ area }: ScoreRevision) => area);
    expect(await areas(`to=${NOW - 60 * MINUTE}`)).toEqual(["south"]);
    expect(await areas(`from=${NOW - 60 * MINUTE}`)).toEqual(["leith", "leith"]);
    expect(await areas("limit=1")).toEqual(["south"]);
    expect(await api.problem("/v1/scores/revisions?limit=0")).toMatchObject({ status: 400 });
  });

  it("tells the stream what was corrected and why, and keeps the newer score", async () => {
    const stop = new AbortController();
    const stream = await fetch(`${api.api.url}/v1/stream?events=revision,score`, { signal: stop.signal });
    let text = "";
    const reading = (async () => {
      for await (const chunk of stream.body ?? []) text += Buffer.from(chunk).toString();
    })().catch(() => {});
    await api.log.append(SCORES, [score({ area: "leith", score: 70, at: NOW })]);
    await api.log.append(SCORES, [score({ area: "leith", score: 1, at: NOW - MINUTE })]);
    await api.log.append(SCORE_REVISIONS, [revision({ revision: 3 })]);
    await until(() => text.includes("event: revision"));
    stop.abort();
    await reading;
    expect(text).toContain('"revision":3');
    expect(text).toContain("2 values came late.");
    const { body } = await api.get("/v1/scores?area=leith");
    expect(body[0]).toMatchObject({ area: "leith", score: 70 });
  });
});
