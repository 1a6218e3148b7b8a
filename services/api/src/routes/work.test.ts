import { LEDGER, READINGS, WORK } from "@kota/event-log";
import type { WorkCondition } from "@kota/model";
import { onTestFinished as cleanup, describe, expect, it } from "vitest";
import {
  HOUR,
  ledgerRecord,
  MINUTE,
  NOW,
  openTestPorts,
  reading,
  startTestApi,
  type TestApi,
  until,
} from "../test-setup.ts";

/** An API that looks at the city all the time, with a clock that the test moves. */
async function watching(ports?: Pick<TestApi, "log" | "store">, time = { now: NOW }) {
  const api = await startTestApi(cleanup, {
    ...(ports ?? (await openTestPorts(cleanup))),
    clock: () => time.now,
    watching: { everyMs: 20, settlingMs: 0 },
  });
  /** In the log and in the time series. */
  const fill = async (value: number) => {
    const readings = [reading("bin-2", time.now, { fill_level: value })];
    await api.store.writeReadings(readings);
    await api.log.append(READINGS, readings);
  };
  const item = async () => (await api.get("/v1/work/bin%3Abin-2")).body;
  const becomes = (status: string) => until(async () => (await item()).status === status);
  return { ...api, time, fill, item, becomes };
}
const ITEM = "/v1/work/bin%3Abin-2";

describe("the work list", () => {
  it("has what needs attention, the most pressing first, with its facts", async () => {
    const { get, fill, log, time, becomes } = await watching();
    await fill(97);
    await log.append(READINGS, [reading("bin-1", time.now, { fill_level: 85 })]);
    await becomes("open");
    const ids = async () => (await get("/v1/work")).body.items.map(({ id }: { id: string }) => id);
    // Before bin-1's reading is seen, it is one that never sent.
    await until(async () => (await ids()).includes("bin:bin-1"));
    expect(await ids()).toEqual(["bin:bin-2", "bin:bin-1", "never:air-1"]);
    const { body } = await get("/v1/work");
    expect(body.items[0]).toMatchObject({
      reason: "bin",
      device: "bin-2",
      deviceName: "Name of bin-2",
      area: "leith",
      severity: 3,
      status: "open",
      facts: { metric: "fill_level", value: 97, limit: 80 },
    });
    expect((await get("/v1/work?area=south")).body.items).toHaveLength(1);
  });

  it("has a device of which readings are missing for a while, over a restart, until they are there", async () => {
    const first = await watching();
    const missing = async (api: Pick<TestApi, "get">) => (await api.get("/v1/work/missing%3Abin-2")).body;
    await first.log.append(LEDGER, [ledgerRecord({ stored: 7 })]);
    await until(async () => (await first.get("/v1/status")).body.ledger?.difference === 3);
    expect((await missing(first)).status).toBe(404);
    first.time.now += 6 * MINUTE;
    await until(async () => (await missing(first)).status === "open");
    expect(await missing(first)).toMatchObject({
      reason: "missing",
      severity: 2,
      facts: { count: 3, of: 10, crossedSince: "2026-11-24T11:00:00.000Z" },
    });
    await first.api.stop();

    const second = await watching(first, first.time);
    await until(async () => (await second.get("/v1/work")).body.items.length > 1);
    expect((await missing(second)).status).toBe("open");
    await second.log.append(LEDGER, [ledgerRecord({ stored: 10 })]);
    await until(async () => (await missing(second)).status === "closed");
    expect(await missing(second)).toMatchObject({ closedBy: null, episodes: [{ to: expect.any(String) }] });
  });

  it("keeps who did what and when, in another process too", async () => {
    const first = await watching();
    await first.fill(97);
    await first.becomes("open");
    const done = await first.send("POST", `${ITEM}/acknowledge`, { by: "Ani" });
    expect(done).toMatchObject({ status: 200, body: { status: "acknowledged", acknowledgedBy: "Ani" } });
    await first.send("POST", `${ITEM}/assign`, { by: "Ani", to: "Budi", note: "on his round" });
    await first.send("POST", `${ITEM}/note`, { by: "Budi", note: "lid is broken" });
    await first.api.stop();

    const second = await watching(first, first.time);
    const item = await second.item();
    expect(item).toMatchObject({ status: "acknowledged", assignee: "Budi" });
    expect(item.acts.map(({ act, by, note }: Record<string, string>) => [act, by, note])).toEqual([
      ["acknowledge", "Ani", null],
      ["assign", "Ani", "on his round"],
      ["note", "Budi", "lid is broken"],
    ]);
    expect((await second.get("/v1/work?assignee=Budi")).body.items).toHaveLength(1);
  });

  it("is what it was at a moment of the past, as long as it had begun by then", async () => {
    const city = await watching();
    await city.fill(97);
    await city.becomes("open");
    const begun = city.time.now;
    city.time.now += MINUTE;
    await city.send("POST", `${ITEM}/acknowledge`, { by: "Ani" });
    city.time.now += MINUTE;
    await city.fill(5);
    await city.becomes("closed");
    const at = async (time: number) =>
      (await city.get(`/v1/work?device=bin-2&status=open,acknowledged,closed&at=${time}`)).body.items
        // Before its reading was seen it was one that never sent.
        .filter(({ reason }: { reason: string }) => reason === "bin")
        .map(({ status, acts }: { status: string; acts: readonly unknown[] }) => [status, acts.length]);
    expect(await at(begun - 1)).toEqual([]);
    expect(await at(begun)).toEqual([["open", 0]]);
    expect(await at(begun + MINUTE)).toEqual([["acknowledged", 1]]);
    expect(await at(city.time.now)).toEqual([["closed", 1]]);
  });

  it("closes an item whose condition is over, and opens it again, with its history, when it comes back", async () => {
    const city = await watching();
    await city.fill(97);
    await city.becomes("open");
    await city.send("POST", `${ITEM}/acknowledge`, { by: "Ani" });
    city.time.now += MINUTE;
    await city.fill(5);
    await city.becomes("closed");
    expect((await city.item()).closedBy).toBeNull();
    expect((await city.send("POST", `${ITEM}/acknowledge`, { by: "Ani" })).status).toBe(409);
    city.time.now += HOUR;
    await city.fill(96);
    await city.becomes("open");
    const item = await city.item();
    expect(item).toMatchObject({ acknowledgedBy: null });
    expect(item.episodes).toHaveLength(2);
    expect(item.acts).toHaveLength(1);
  });

  it("snoozes until a time, and tells the live stream when it is over", async () => {
    const city = await watching();
    await city.fill(97);
    await city.becomes("open");
    const stream = await fetch(`${city.api.url}/v1/stream?events=work`);
    const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    const reading = (async () => {
      for (let part = await reader?.read(); part && !part.done; part = await reader?.read())
        text += part.value;
    })();
    const until_ = new Date(city.time.now + HOUR).toISOString();
    expect((await city.send("POST", `${ITEM}/snooze`, { by: "Ani", until: until_ })).body.status).toBe(
      "snoozed",
    );
    await until(() => text.includes('"status":"snoozed"'));
    city.time.now += HOUR;
    await until(() => text.includes('"status":"open"'));
    await city.api.stop();
    await reading;
    expect(text).toMatch(/event: work\ndata: \{"id":"bin:bin-2"/);
  });

  it("stays closed when a person closed it, until it is reopened", async () => {
    const city = await watching();
    await city.fill(97);
    await city.becomes("open");
    expect((await city.send("POST", `${ITEM}/close`, { by: "Ani" })).status).toBe(400);
    await city.send("POST", `${ITEM}/close`, { by: "Ani", note: "emptied by hand" });
    city.time.now += 5 * MINUTE;
    await city.fill(98);
    await until(async () => (await city.item()).facts.value === 98);
    expect(await city.item()).toMatchObject({ status: "closed", closedBy: "Ani" });
    const closed = (await city.get("/v1/work?status=closed")).body.items;
    expect(closed.map(({ id }: { id: string }) => id)).toContain("bin:bin-2");
    expect((await city.send("POST", `${ITEM}/reopen`, { by: "Ani" })).body.status).toBe("open");
  });

  it("asks for the token, a name and an item that there is", async () => {
    const city = await watching();
    await city.fill(97);
    await city.becomes("open");
    expect((await city.send("POST", `${ITEM}/acknowledge`, { by: "Ani" }, null)).status).toBe(401);
    expect((await city.send("POST", `${ITEM}/acknowledge`, { by: " " })).status).toBe(400);
    expect(
      (await city.send("POST", `${ITEM}/snooze`, { by: "Ani", until: "2020-01-01T00:00:00Z" })).status,
    ).toBe(409);
    expect((await city.send("POST", "/v1/work/bin%3Anone/acknowledge", { by: "Ani" })).status).toBe(404);
    expect((await city.get("/v1/work?status=done")).status).toBe(400);
  });

  it("gives an item that was written down before there were more facts", async () => {
    const ports = await openTestPorts(cleanup);
    const { metric, value, time } = { metric: "fill_level", value: 97, time: NOW };
    const condition = {
      kind: "condition",
      id: "bin:bin-9",
      reason: "bin",
      device: "bin-9",
      area: null,
      severity: 3,
      excess: 1,
      facts: { metric, value, time },
      episodes: [{ from: NOW, to: NOW }],
      at: NOW,
    };
    await ports.log.append(WORK, [condition as unknown as WorkCondition]);
    const { get } = await watching(ports);
    expect((await get("/v1/work/bin%3Abin-9")).body.facts).toMatchObject({ value: 97, count: null });
  });
});
