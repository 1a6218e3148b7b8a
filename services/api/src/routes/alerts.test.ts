import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { AlertMessage } from "@kota/alerts";
import { LEDGER, READINGS } from "@kota/event-log";
import { onTestFinished as cleanup, describe, expect, it } from "vitest";
import {
  CITY,
  ledgerRecord,
  MINUTE,
  NOW,
  openTestPorts,
  reading,
  startTestApi,
  type TestApi,
  until,
} from "../test-setup.ts";

interface Receiver {
  readonly url: string;
  readonly messages: AlertMessage[];
  status: number;
}

async function receiver(): Promise<Receiver> {
  const messages: AlertMessage[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () => {
      messages.push(JSON.parse(body));
      response.writeHead(made.status).end();
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  cleanup(() => void server.close());
  const made: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    messages,
    status: 204,
  };
  return made;
}

const rules = (url: string) => `page: http://kota.example
channels:
  ops: { webhook: { url: "${url}" }, gather: 1s, every: 1s }
rules:
  full: { title: Bin is full, metric: fill_level, kinds: [bin], above: 90, clear: 80, work: true }
  silent: { title: Device is silent, silence: 2h, severity: info }
  missing: { title: Readings are missing, ledger: difference, above: 0, for: 5m, severity: critical }
`;

async function watching(hook: Receiver, ports?: Pick<TestApi, "log" | "store">, time = { now: NOW }) {
  const api = await startTestApi(cleanup, {
    ...(ports ?? (await openTestPorts(cleanup))),
    city: { ...CITY, alerts: rules(hook.url), scoreModel: "version: 1\ndimensions: {}\n" },
    clock: () => time.now,
    watching: { everyMs: 20, settlingMs: 0 },
  });
  const fill = async (value: number, ...ids: string[]) => {
    const readings = (ids.length ? ids : ["bin-2"]).map((id) => reading(id, time.now, { fill_level: value }));
    await api.store.writeReadings(readings);
    await api.log.append(READINGS, readings);
  };
  const alert = async () =>
    (await api.get("/v1/alerts")).body.alerts.find(({ id }: { id: string }) => id === "full@bin-2");
  const becomes = (state: string) => until(async () => (await alert())?.state === state);
  const newsOf = () => hook.messages.flatMap(({ alerts }) => alerts.map(({ id, news }) => `${id} ${news}`));
  return { ...api, time, fill, alert, becomes, newsOf };
}

describe("an alert", () => {
  it("tells that readings of a device are missing when that lasts, where to look, and that they are there", async () => {
    const hook = await receiver();
    const city = await watching(hook);
    const missing = async () =>
      (await city.get("/v1/alerts")).body.alerts.find(({ id }: { id: string }) => id === "missing@bin-2");
    await city.log.append(LEDGER, [ledgerRecord({ stored: 6 })]);
    await until(async () => (await missing())?.state === "pending");
    city.time.now += 5 * MINUTE;
    await until(async () => (await missing())?.state === "firing");
    expect(await missing()).toMatchObject({ value: 4, unit: null, limit: 0, area: "leith" });
    city.time.now += 2_000;
    await until(() => hook.messages.length === 1);
    expect(hook.messages[0]?.alerts[0]).toMatchObject({
      link: "http://kota.example/ledger?range=30d&differences=true&device=bin-2",
      text: expect.stringContaining("Readings are missing: Name of bin-2, Leith: 4"),
    });
    await city.log.append(LEDGER, [ledgerRecord({ stored: 10 })]);
    await until(async () => (await missing())?.state === "cleared");
    city.time.now += 2_000;
    await until(() => hook.messages.length === 2);
    expect(city.newsOf()).toEqual(["missing@bin-2#1 firing", "missing@bin-2#2 cleared"]);
  });

  it("is delivered when it fires and when it is over, and stands in the history and on the work list", async () => {
    const hook = await receiver();
    const city = await watching(hook);
    await city.fill(95);
    await city.becomes("firing");
    expect(await city.alert()).toMatchObject({
      rule: "full",
      title: "Bin is full",
      device: "bin-2",
      area: "leith",
      value: 95,
      unit: "%",
      limit: 90,
      waiting: 1,
    });
    expect(hook.messages).toEqual([]);
    city.time.now += 2_000;
    await until(() => hook.messages.length === 1);
    await until(async () => (await city.alert()).waiting === 0);
    await until(async () => (await city.get("/v1/work/alert%3Afull%40bin-2")).body.status === "open");
    city.time.now += MINUTE;
    await city.fill(85);
    await city.fill(70, "bin-1");
    await city.fill(80);
    await city.becomes("cleared");
    city.time.now += 2_000;
    await until(() => hook.messages.length === 2);
    expect(city.newsOf()).toEqual(["full@bin-2#1 firing", "full@bin-2#2 cleared"]);
    expect(hook.messages[0]?.text).toMatch(
      /^ALERT: Bin is full: Name of bin-2, Leith: 95\s% \(limit 90\s%\)/,
    );
    await until(async () => (await city.get("/v1/work/alert%3Afull%40bin-2")).body.status === "closed");
    const { changes } = (await city.get("/v1/alerts/history?rule=full")).body;
    expect(changes.map(({ from, to, told }: Record<string, unknown>) => [from, to, told])).toEqual([
      ["firing", "cleared", true],
      ["ok", "firing", true],
    ]);
  });

  it("is told as it was at a moment of the past, with the oldest change that is known", async () => {
    const hook = await receiver();
    const city = await watching(hook);
    await city.fill(95);
    await city.becomes("firing");
    const fired = city.time.now;
    city.time.now += MINUTE;
    await city.fill(50);
    await city.becomes("cleared");
    await until(async () => (await city.get("/v1/alerts/history")).body.changes.length === 2);
    const then = (await city.get(`/v1/alerts?at=${fired}`)).body;
    expect(then).toMatchObject({ active: 1, knownFrom: new Date(fired).toISOString() });
    expect(then.alerts[0]).toMatchObject({ id: "full@bin-2", state: "firing", value: 95, waiting: 0 });
    expect((await city.get(`/v1/alerts?at=${fired - 1}`)).body).toMatchObject({ active: 0, alerts: [] });
    expect((await city.get("/v1/alerts")).body).toMatchObject({ active: 0, knownFrom: null });
  });

  it("is delivered once, also when kota starts again", async () => {
    const hook = await receiver();
    const first = await watching(hook);
    await first.fill(95);
    await first.becomes("firing");
    first.time.now += 2_000;
    await until(async () => (await first.alert()).waiting === 0);
    await first.api.stop();
    const second = await watching(hook, first, first.time);
    await second.becomes("firing");
    second.time.now += MINUTE;
    await second.fill(95, "bin-2", "bin-1");
    await until(async () => (await second.get("/v1/alerts")).body.active === 2);
    second.time.now += 2_000;
    await until(() => hook.messages.length === 2);
    expect(second.newsOf()).toEqual(["full@bin-2#1 firing", "full@bin-1#1 firing"]);
    expect((await second.get("/v1/alerts/history")).body.changes).toHaveLength(2);
  });

  it("that nobody took before kota stopped is delivered after it starts again, with the same ids", async () => {
    const hook = await receiver();
    hook.status = 500;
    const first = await watching(hook);
    await first.fill(95);
    await first.becomes("firing");
    first.time.now += 2_000;
    await until(() => hook.messages.length > 0);
    await until(async () => (await first.get("/v1/alerts")).body.channels[0].trouble !== null);
    await first.api.stop();
    const before = hook.messages.length;
    hook.status = 204;
    const second = await watching(hook, first, first.time);
    await until(() => hook.messages.length > before);
    await until(async () => (await second.alert())?.waiting === 0);
    expect(new Set(hook.messages.map(({ id }) => id)).size).toBe(1);
    expect((await second.get("/v1/alerts")).body.channels).toEqual([
      { id: "ops", by: "webhook", waiting: 0, trouble: null },
    ]);
  });

  it("storm is one message", async () => {
    const hook = await receiver();
    const city = await watching(hook);
    await city.fill(95, "bin-1", "bin-2");
    await until(async () => (await city.get("/v1/alerts")).body.active === 2);
    city.time.now += 2_000;
    await until(() => hook.messages.length === 1);
    expect(hook.messages[0]?.alerts).toHaveLength(2);
    expect(hook.messages[0]?.title).toContain("and 1 more");
  });

  it("is not delivered during maintenance, and is at its end if it still fires", async () => {
    const hook = await receiver();
    const city = await watching(hook);
    const to = new Date(NOW + 10 * MINUTE).toISOString();
    const set = await city.send("POST", "/v1/maintenance", { title: "Works", by: "Ani", to, kinds: ["bin"] });
    expect(set).toMatchObject({ status: 200, body: { state: "active", by: "Ani" } });
    await city.fill(95);
    await city.becomes("firing");
    expect(await city.alert()).toMatchObject({ maintenance: set.body.id, waiting: 0 });
    city.time.now += MINUTE;
    await city.send("DELETE", `/v1/maintenance/${set.body.id}`);
    await until(async () => (await city.alert()).waiting === 1);
    city.time.now += 2_000;
    await until(() => hook.messages.length === 1);
    expect((await city.get("/v1/maintenance")).body.windows).toMatchObject([
      { title: "Works", state: "over" },
    ]);
  });

  it("of a device that is still there and gives no value has no data, and is not over", async () => {
    const hook = await receiver();
    const first = await watching(hook);
    await first.log.append(READINGS, [reading("bin-2", NOW, { fill_level: 95 })]);
    await first.becomes("firing");
    first.time.now += 2_000;
    await until(async () => (await first.alert()).waiting === 0);
    await first.api.stop();
    // The reading never reached the time series: what starts now knows no value of the device.
    const second = await watching(hook, first, first.time);
    await second.becomes("no_data");
    expect(await second.alert()).toMatchObject({ active: true, waiting: 0 });
    expect(second.newsOf()).toEqual(["full@bin-2#1 firing"]);
  });

  it("asks for the token and for a window that can be", async () => {
    const city = await watching(await receiver());
    const window = { title: "Works", by: "Ani", to: new Date(NOW + MINUTE).toISOString() };
    expect((await city.send("POST", "/v1/maintenance", window, null)).status).toBe(401);
    expect((await city.send("POST", "/v1/maintenance", { ...window, areas: ["nowhere"] })).status).toBe(400);
    expect(
      (await city.send("POST", "/v1/maintenance", { ...window, to: "2020-01-01T00:00:00Z" })).status,
    ).toBe(400);
    expect((await city.send("DELETE", "/v1/maintenance/none")).status).toBe(404);
  });

  it("is watched by one of two, and by the other when that one goes", async () => {
    const hook = await receiver();
    const first = await watching(hook);
    await until(async () => (await first.get("/v1/alerts")).body.watching);
    const second = await watching(hook, first, first.time);
    await first.fill(95);
    await first.becomes("firing");
    await second.becomes("firing");
    expect((await second.get("/v1/alerts")).body.watching).toBe(false);
    first.time.now += 2_000;
    await until(async () => (await second.alert()).waiting === 0);
    await first.api.stop();
    await until(async () => (await second.get("/v1/alerts")).body.watching);
    second.time.now += MINUTE;
    await second.fill(70);
    await second.becomes("cleared");
    second.time.now += 2_000;
    await until(() => hook.messages.length === 2);
    expect(second.newsOf()).toEqual(["full@bin-2#1 firing", "full@bin-2#2 cleared"]);
  });

  it("of a file that cannot be used keeps kota from starting, and says why", async () => {
    const starting = startTestApi(cleanup, {
      city: {
        ...CITY,
        alerts: "rules: { a: { title: A, metric: none, above: 1 } }",
        scoreModel: "version: 1\ndimensions: {}\n",
      },
    });
    await expect(starting).rejects.toMatchObject({ code: "alerts_invalid" });
  });
});
