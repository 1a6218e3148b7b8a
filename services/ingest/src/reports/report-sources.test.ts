import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { REPORTS } from "@kota/event-log";
import { type City, CitySettings, type Report } from "@kota/model";
import { createLogger, createMetrics, type Metrics } from "@kota/runtime";
import { afterEach, describe, expect, it, vi } from "vitest";
import { everything, openTestLog } from "../test-setup.ts";
import { createReportSources } from "./report-sources.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOW = Date.parse("2026-11-24T12:20:00Z");

const undo: (() => unknown)[] = [];
const cleanup = (each: () => unknown) => void undo.push(each);
afterEach(async () => {
  for (const each of undo.splice(0).reverse()) await each();
});

const scoreModel = `
version: 1
dimensions:
  governance:
    aspects:
      service:
        title: Service
        indicators:
          in_time: { title: In time, from: reports, scope: city, validity: 30d, unit: "%", goalposts: [[0, 0], [100, 100]], source: editorial }
          in_time_here: { title: In time here, from: reports, validity: 30d, unit: "%", goalposts: [[0, 0], [100, 100]], source: editorial }
          days: { title: Days, from: reports, scope: city, validity: 30d, unit: d, goalposts: [[1, 100], [30, 0]], source: editorial }
          jobless: { title: Jobless, from: reports, scope: city, validity: 30d, unit: "%", goalposts: [[0, 100], [20, 0]], source: editorial }
`;
const square = (id: string, west: number) => ({
  type: "Feature" as const,
  properties: { id, name: id, population: 1 },
  geometry: {
    type: "Polygon" as const,
    coordinates: [
      [
        [west, 0],
        [west + 1, 0],
        [west + 1, 1],
        [west, 1],
        [west, 0],
      ],
    ] as [number, number][][],
  },
});
const cityWith = (rest: Partial<City>): City => ({
  settings: CitySettings.parse({ name: "Test", timeZone: "UTC" }),
  areas: { type: "FeatureCollection", features: [square("west", 0), square("east", 1)] },
  devices: [],
  scoreModel,
  ...rest,
});

/** A request as the GeoReport v2 specification shows it; `daysAgo` it was made, `tookDays` it took; null: it is open. */
function request(id: number, daysAgo: number, tookDays: number | null, lon: number): Record<string, unknown> {
  const at = (ms: number) => new Date(ms).toISOString().replace(/\.\d+Z$/, "-00:00");
  const requested = NOW - daysAgo * DAY;
  return {
    service_request_id: id,
    status: tookDays === null ? "open" : "closed",
    status_notes: null,
    service_name: "Sidewalk and Curb Issues",
    service_code: "006",
    description: null,
    agency_responsible: null,
    service_notice: null,
    requested_datetime: at(requested),
    updated_datetime: at(requested + (tookDays ?? 0) * DAY),
    expected_datetime: at(requested + 3 * DAY),
    address: "8TH AVE and JUDAH ST",
    address_id: 545_483,
    zipcode: 94_122,
    lat: id % 2 === 0 ? 0.5 : "0.5",
    long: lon,
    media_url: null,
  };
}

/** On a slow machine too. */
function soon(holds: () => Promise<void>): Promise<void> {
  return vi.waitFor(holds, { timeout: 15_000, interval: 10 });
}

interface Source {
  readonly url: string;
  /** Path and query of each request, and whether it was answered with 304. */
  readonly asked: { readonly url: URL; readonly status: number }[];
}

/** A server that speaks HTTP as the sources in the world do. */
async function serve(
  answer: (url: URL, request: IncomingMessage, response: ServerResponse, nth: number) => void,
): Promise<Source> {
  const asked: { url: URL; status: number }[] = [];
  let nth = 0;
  const server = createServer((incoming, response) => {
    const url = new URL(incoming.url ?? "/", "http://source.invalid");
    response.on("finish", () => asked.push({ url, status: response.statusCode }));
    answer(url, incoming, response, ++nth);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  cleanup(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

/** A GeoReport v2 server: requests of a range, at most `most` of them, with an entity tag. */
function geoReport(requests: readonly Record<string, unknown>[], most = 1000): Promise<Source> {
  return serve((url, incoming, response) => {
    if (url.pathname !== "/v2/requests.json") return void response.writeHead(404).end();
    const [from, to] = ["start_date", "end_date"].map((name) => Date.parse(url.searchParams.get(name) ?? ""));
    const found = requests
      .filter((each) => {
        const at = Date.parse(String(each.requested_datetime));
        return at >= Number(from) && at <= Number(to);
      })
      .slice(0, most);
    const body = JSON.stringify(found);
    const etag = `"${body.length}-${found.length}"`;
    if (incoming.headers["if-none-match"] === etag) return void response.writeHead(304, { etag }).end();
    response.writeHead(200, { "content-type": "application/json", etag }).end(body);
  });
}

const open311 = (url: string, rest = "") => `polls:
  requests:
    kind: open311
    url: ${url}/v2
    every: 1h
    timeout: 2s
    author: Citizen service
    source: Open311
    quality: D
    window: 14d
    least: 2
    indicators: { share_in_time: in_time, median_days_to_close: days }
${rest}`;

async function run(city: City, clock = () => NOW) {
  const log = await openTestLog(cleanup);
  const metrics = createMetrics();
  const start = () => {
    const sources = createReportSources({
      log,
      city,
      clock,
      logger: createLogger({ level: "silent", format: "json" }),
      metrics,
      retry: { baseMs: 1, maxMs: 5 },
    });
    sources.start();
    cleanup(() => sources.stop());
    return sources;
  };
  return { log, metrics, start, reports: () => everything(log, REPORTS) };
}

async function polled(metrics: Metrics, outcome: string): Promise<number> {
  const { values } = await metrics.polls.get();
  return values.filter(({ labels }) => labels.outcome === outcome).reduce((sum, { value }) => sum + value, 0);
}

const summary = (reports: readonly Report[]) =>
  reports.map(({ indicator, area, value }) => `${indicator} ${area} ${value}`).sort();

describe("the city's folder", () => {
  const table = (value: number) => ({
    name: "reports/a.csv",
    text: `indicator,area,value,unit,period,author,date,quality,source\njobless,city,${value},%,2025,Office,2026-02-01,D,Survey\n`,
  });

  it("is read at the start, and a row that was taken once is not taken again", async () => {
    const { log, start, reports } = await run(cityWith({ reportTables: [table(5)] }));
    const first = start();
    await soon(async () => expect(await reports()).toMatchObject([{ value: 5, via: "folder" }]));
    const [taken] = await reports();
    if (taken === undefined) throw new Error("no report");
    await log.append(REPORTS, [
      { ...taken, id: "corrected", value: 6, receivedAt: NOW + 1, via: "http" as const },
    ]);
    await first.stop();
    await start().stop();
    const again = createReportSources({
      log,
      city: cityWith({ reportTables: [table(5), { ...table(4), name: "reports/b.csv" }] }),
      clock: () => NOW + 2,
      logger: createLogger({ level: "silent", format: "json" }),
      metrics: createMetrics(),
    });
    again.start();
    cleanup(() => again.stop());
    await soon(async () => expect((await reports()).map(({ value }) => value)).toEqual([5, 6, 4]));
  });

  it("that cannot be used is refused at the start, with table, line and key", async () => {
    const broken = { name: "reports/a.csv", text: table(5).text.replace(",%,", ",1,") };
    await expect(run(cityWith({ reportTables: [broken] })).then(({ start }) => start())).rejects.toThrow(
      "reports/a.csv cannot be used:\n  line 2, unit: expected '%', got '1'",
    );
  });
});

describe("a GeoReport v2 server", () => {
  // Closed in time, late, late, in time; open and overdue; open and not due yet.
  const REQUESTS = [
    request(1, 10, 1, 0.5),
    request(2, 9, 4, 0.5),
    request(3, 8, 6, 1.5),
    request(4, 7, 2, 1.5),
    request(5, 6, null, 0.2),
    request(6, 1, null, 0.2),
  ];

  it("gives the share that was answered in time and the median days to close, of what was due", async () => {
    const source = await geoReport(REQUESTS);
    const { metrics, start, reports } = await run(cityWith({ polls: open311(source.url) }));
    start();
    await soon(async () => expect(summary(await reports())).toEqual(["days city 3", "in_time city 40"]));
    expect((await reports())[0]).toMatchObject({
      via: "poll",
      author: "Citizen service",
      note: "From 6 service requests.",
      period: { from: Date.parse("2026-11-10T00:00:00Z"), to: Date.parse("2026-11-24T12:00:00Z") },
    });
    await soon(async () => expect(await polled(metrics, "reported")).toBe(1));
    expect((await metrics.pollAnswered.get()).values).toMatchObject([{ value: NOW / 1000 }]);
  });

  it("gives them by area, by where the requests are, for an indicator of areas", async () => {
    const source = await geoReport(REQUESTS);
    const polls = open311(source.url).replace("share_in_time: in_time,", "share_in_time: in_time_here,");
    const { start, reports } = await run(cityWith({ polls }));
    start();
    await soon(async () =>
      expect(summary(await reports())).toEqual([
        "days city 3",
        "in_time_here east 50",
        `in_time_here west ${100 / 3}`,
      ]),
    );
  });

  it("is asked for shorter times when it gives as many as it gives at most, so that none is missing", async () => {
    const many = Array.from({ length: 60 }, (_, index) => request(index, 13 - index / 5, 2, 0.5));
    const source = await geoReport(many, 10);
    const { start, reports } = await run(cityWith({ polls: open311(source.url, "    most: 10\n") }));
    start();
    await soon(async () => expect((await reports())[0]).toMatchObject({ note: "From 60 service requests." }));
  });

  it("is asked again only for what has changed, and the same value is no new report", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    cleanup(() => vi.useRealTimers());
    const source = await geoReport(REQUESTS);
    let now = NOW;
    const { metrics, start, reports } = await run(cityWith({ polls: open311(source.url) }), () => now);
    start();
    await soon(async () => expect(await polled(metrics, "reported")).toBe(1));
    const [asked] = [source.asked.length];
    now += HOUR;
    await vi.advanceTimersByTimeAsync(HOUR);
    await soon(async () => expect(await polled(metrics, "unchanged")).toBe(1));
    // The whole weeks before; the running one has another end.
    expect(source.asked.slice(asked).some(({ status }) => status === 304)).toBe(true);
    expect(await reports()).toHaveLength(2);
  });

  it("that fails is tried again by itself, and is told in the metric", async () => {
    const source = await serve((_url, _incoming, response, nth) => {
      if (nth === 1) return void response.writeHead(503).end();
      if (nth === 2) return void response.destroy();
      response.writeHead(200).end(JSON.stringify(REQUESTS));
    });
    const { metrics, start, reports } = await run(cityWith({ polls: open311(source.url) }));
    start();
    await soon(async () => expect(await reports()).toHaveLength(2));
    expect(await polled(metrics, "failed")).toBeGreaterThanOrEqual(2);
  });

  it.each([
    ["is not there", (response: ServerResponse) => response.writeHead(404).end()],
    ["gives no JSON", (response: ServerResponse) => response.end("<html>")],
    ["gives no list", (response: ServerResponse) => response.end('{"requests":[]}')],
    ["gives too much", (response: ServerResponse) => response.end(`["${"x".repeat(17 * 1024 * 1024)}"]`)],
  ])("that %s is given up until its next time, and reports nothing", async (_what, answer) => {
    const source = await serve((_url, _incoming, response) => void answer(response));
    const { metrics, start, reports } = await run(cityWith({ polls: open311(source.url) }));
    start();
    await soon(async () => expect(await polled(metrics, "failed")).toBe(1));
    expect(await reports()).toEqual([]);
    expect(source.asked.length).toBeLessThanOrEqual(1);
  });
});

describe("a JSON source", () => {
  const json = (url: string, rest = "") => `polls:
  jobless:
    kind: json
    url: ${url}/data.json
    every: 1d
    timeout: 1s
    author: Office
    source: Labour register
    quality: D
    indicator: jobless
    unit: "%"
    value: /data/0/rate~1share
    factor: 100
${rest}`;

  it("gives the value at a pointer, in the indicator's unit, for the last whole time or the period it states", async () => {
    const source = await serve((_url, _incoming, response) =>
      response.end('{"data":[{"rate/share":"0.045","of":"2026-10"}]}'),
    );
    const { start, reports } = await run(cityWith({ polls: json(source.url) }));
    start();
    await soon(async () =>
      expect(await reports()).toMatchObject([
        { value: 4.5, period: { from: Date.parse("2026-11-23"), to: Date.parse("2026-11-24") } },
      ]),
    );
    const stated = await run(cityWith({ polls: json(source.url, "    period: /data/0/of\n") }));
    stated.start();
    await soon(async () =>
      expect(await stated.reports()).toMatchObject([{ value: 4.5, period: { label: "2026-10" } }]),
    );
  });

  it("that does not answer in time is tried again, and holds up no stop", async () => {
    const source = await serve(() => {});
    const { metrics, start } = await run(cityWith({ polls: json(source.url) }));
    const sources = start();
    await soon(async () => expect(await polled(metrics, "failed")).toBeGreaterThan(0));
    await sources.stop();
  });
});
