import { REPORTS, readTopic } from "@kota/event-log";
import type { Report } from "@kota/model";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ADMIN_TOKEN, CITY, NOW, startTestApi, type TestApi } from "../test-setup.ts";

const scoreModel = `
version: 1
dimensions:
  economy:
    aspects:
      work:
        title: Work
        indicators:
          jobless: { title: Jobless, from: reports, scope: city, validity: 3650d, unit: "%", goalposts: [[0, 100], [20, 0]], source: editorial }
          stalls: { title: Stalls, from: reports, validity: 3650d, unit: "%", goalposts: [[0, 0], [100, 100]], source: editorial }
`;
const plain = {
  indicator: "jobless",
  area: "city",
  value: 5,
  unit: "%",
  period: "2020",
  author: "Office",
  date: "2021-02-01",
  evidence: "https://example.org/jobless",
  quality: "A",
  source: "Survey",
};

let api: TestApi;
let now = NOW;
const undo: (() => unknown)[] = [];
beforeAll(async () => {
  api = await startTestApi((each) => undo.push(each), { city: { ...CITY, scoreModel }, clock: () => now });
});
afterAll(async () => {
  for (const each of undo.reverse()) await each();
});

const inLog = async () => {
  const reports: Report[] = [];
  await readTopic(api.log, REPORTS, (values) => void reports.push(...values));
  return reports;
};
const sendCsv = (text: string, type = "text/csv") =>
  fetch(`${api.api.url}/v1/reports`, {
    method: "POST",
    headers: { "content-type": type, authorization: `Bearer ${ADMIN_TOKEN}` },
    body: text,
  });

describe("POST /v1/reports", () => {
  it("needs the admin token", async () => {
    expect((await api.send("POST", "/v1/reports", plain, null)).status).toBe(401);
    expect((await api.send("POST", "/v1/reports", plain, "Bearer wrong-token-of-some-length")).status).toBe(
      401,
    );
    expect(await inLog()).toEqual([]);
  });

  it("changes nothing as a dry run", async () => {
    const { body } = await api.send("POST", "/v1/reports?dryRun=true", plain);
    expect(body).toMatchObject({ dryRun: true, new: 1, reports: [{ outcome: "new" }] });
    expect(await inLog()).toEqual([]);
  });

  it("answers when the report is in the log; the same again changes nothing, and another value corrects", async () => {
    const first = await api.send("POST", "/v1/reports", plain);
    expect(first).toMatchObject({ status: 200, body: { new: 1, corrected: 0, unchanged: 0 } });
    expect(await inLog()).toMatchObject([{ value: 5, via: "http", receivedAt: NOW }]);

    now = NOW + 60_000;
    const second = await api.send("POST", "/v1/reports", [plain]);
    expect(second.body).toMatchObject({ new: 0, unchanged: 1 });
    expect(await inLog()).toHaveLength(1);

    const third = await api.send("POST", "/v1/reports", { ...plain, value: 6 });
    expect(third.body).toMatchObject({ corrected: 1 });
    const newest = await api.get("/v1/reports?indicator=jobless");
    expect(newest.body.reports).toMatchObject([
      { value: 6, revision: 2, supersededAt: null, author: "Office" },
    ]);
    const all = await api.get("/v1/reports?revisions=all");
    expect(all.body.reports).toMatchObject([
      { value: 6 },
      { value: 5, revision: 1, supersededAt: new Date(now).toISOString(), evidence: plain.evidence },
    ]);
    const paged = await api.get("/v1/reports?revisions=all&limit=1");
    expect(paged.body.reports).toHaveLength(1);
    const next = await api.get(`/v1/reports?revisions=all&limit=1&cursor=${paged.body.nextCursor}`);
    expect(next.body).toMatchObject({ reports: [{ value: 5 }], nextCursor: null });
  });

  it("takes a table, and names line and column of what is wrong in one", async () => {
    const header = "indicator,area,value,unit,period,author,date,quality,source\n";
    const good = `${header}stalls,leith,90,%,2020,Office,2021-02-01,D,Register\nstalls,south,80,%,2020,Office,2021-02-01,D,Register\n`;
    const taken = await sendCsv(good, "text/csv; charset=utf-8");
    expect(taken.status).toBe(200);
    expect(await taken.json()).toMatchObject({ new: 2 });
    expect((await inLog()).filter(({ via }) => via === "csv")).toHaveLength(2);

    const bad = await sendCsv(good.replace("south,80", "north,eighty"));
    expect(bad.status).toBe(400);
    const problem = (await bad.json()) as { errors: { pointer: string }[]; detail: string };
    expect(problem.errors.map(({ pointer }) => pointer)).toEqual(["#/body/line/3/value"]);
    expect(problem.detail).toContain("Nothing was taken.");
  });

  it.each([
    ["one that does not fit", { ...plain, unit: "1" }, "#/body/unit"],
    ["an entry of a list", [plain, { ...plain, period: "soon" }], "#/body/1/period"],
    ["an empty list", [], "#/body"],
    ["a number", 5, "#/body"],
  ])("refuses %s with a pointer, and takes none of the others", async (_what, body, pointer) => {
    const before = (await inLog()).length;
    const answer = await api.send("POST", "/v1/reports", body);
    expect(answer.status).toBe(400);
    expect(answer.body.errors[0].pointer).toBe(pointer);
    expect(await inLog()).toHaveLength(before);
  });

  it("takes no table under another name", async () => {
    expect((await sendCsv("indicator,area", "text/plain")).status).toBe(400);
    expect((await sendCsv('"indicator,area"', "application/json")).status).toBe(400);
    expect((await sendCsv("x", "application/xml")).status).toBe(415);
  });
});

describe("a receipt", () => {
  it("names the report that counts, with its evidence, what it corrects and the bounds", async () => {
    const { body } = await api.get(
      `/v1/scores/receipt?area=leith&dimension=economy&aspect=work&indicator=jobless&at=${now}`,
    );
    expect(body).toMatchObject({
      receipt: {
        kind: "reported",
        state: "reported",
        score: 70,
        report: {
          value: 6,
          author: "Office",
          evidence: plain.evidence,
          quality: "A",
          corrects: [{ value: 5 }],
        },
      },
      recomputed: 70,
      bounds: { low: 68, high: 72 },
    });
  });

  it("of a time before the report says that it was not reported", async () => {
    const { body } = await api.get(
      `/v1/scores/receipt?area=leith&dimension=economy&aspect=work&indicator=jobless&at=${NOW - 1}`,
    );
    expect(body).toMatchObject({
      receipt: { state: "not_reported", report: null, score: null },
      recomputed: null,
      bounds: null,
    });
  });
});
