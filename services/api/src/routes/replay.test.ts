import { MESSAGES, readTopic } from "@kota/event-log";
import { KotaError, type Message, type Rejection } from "@kota/model";
import { onTestFinished as cleanup, describe, expect, it } from "vitest";
import {
  type Answer,
  HOUR,
  MINUTE,
  NOW,
  openTestPorts,
  rejection,
  replacing,
  startTestApi,
  type TestApi,
} from "../test-setup.ts";

/** A rejection of a number of a device, as normalize made it: `<device>=<text>`. */
function rejected(n: number, device: string, text: string, rest: Partial<Rejection> = {}): Rejection {
  const time = NOW - n * MINUTE;
  const code = rest.code ?? "no_adapter";
  return rejection(`in/${device}/${time}/${code}`, {
    time,
    code,
    topic: `in/${device}`,
    payload: Buffer.from(text).toString("base64"),
    size: Buffer.byteLength(text),
    source: "http",
    ...rest,
  });
}

const REJECTED = [
  rejected(1, "bin-1", "1", { attributes: { "x-sensor": "7" } }),
  rejected(2, "bin-2", "2", { adapter: "plain@1" }),
  rejected(3, "bin-1", "3", { adapter: "plain@2" }),
  rejected(4, "bin-1", "much", { code: "not_a_number" }),
  rejected(5, "bin-1", "little"),
  rejected(6, "elsewhere", "6", { code: "unknown_device", device: "elsewhere" }),
  rejected(7, "bin-1", "7", { code: "payload_too_large", stage: "ingest", size: 300_000 }),
  rejected(8, "bin-1", "{}", {
    code: "store_refused",
    stage: "store",
    source: "log",
    topic: "kota.readings",
  }),
  rejected(9, "bin-1", "announced", { code: "not_announced" }),
];

async function start(): Promise<TestApi & { messages: () => Promise<Message[]> }> {
  const api = await startTestApi(cleanup, { before: ({ store }) => store.writeRejections(REJECTED) });
  return {
    ...api,
    async messages() {
      const messages: Message[] = [];
      await readTopic(api.log, MESSAGES, (values) => void messages.push(...values));
      return messages.sort((a, b) => a.receivedAt - b.receivedAt);
    },
  };
}

interface Page {
  readonly rejections: readonly { readonly code: string }[];
  readonly selected: number;
  readonly nextCursor: string | null;
}

const text = ({ payload }: Message) => Buffer.from(payload).toString("utf8");

describe("a replay of rejections", () => {
  it("says first what would become of them, and changes nothing", async () => {
    const api = await start();
    const { status, body } = await api.send("POST", "/v1/rejections/replay", {});
    expect(status).toBe(200);
    expect(body).toEqual({
      dryRun: true,
      selected: 9,
      repaired: 3,
      readings: 3,
      stillRejected: [
        { code: "not_a_number", count: 2, reason: "It is not_a_number." },
        { code: "unknown_device", count: 1, reason: "It is unknown_device." },
      ],
      undecided: 1,
      settled: 0,
      notReplayable: [
        { code: "stored_reading", count: 1, reason: expect.stringContaining("not in this rejection") },
        { code: "payload_cut", count: 1, reason: expect.stringContaining("sent again by its device") },
      ],
      appended: 0,
      nextCursor: null,
    });
    expect(await api.messages()).toEqual([]);
    expect((await api.get("/v1/rejections")).body.settled).toEqual({});
  });

  it("puts those that change into the log as they came, the oldest first, and once", async () => {
    const api = await start();
    const replay = () => api.send("POST", "/v1/rejections/replay", { dryRun: false });
    expect((await replay()).body).toMatchObject({ dryRun: false, repaired: 3, appended: 5 });
    const messages = await api.messages();
    expect(messages.map(text)).toEqual(["announced", "little", "3", "2", "1"]);
    expect(messages.at(-1)).toMatchObject({
      topic: "in/bin-1",
      receivedAt: NOW - MINUTE,
      source: "http",
      attributes: { "x-sensor": "7" },
    });
    // What was not decided may be by now; all else is settled, or would be rejected as before.
    expect((await replay()).body).toMatchObject({ repaired: 0, settled: 4, undecided: 1, appended: 1 });
    expect((await api.messages()).map(text)).toEqual(["announced", "announced", "little", "3", "2", "1"]);
  });

  it("is seen at each rejection, also after a restart of the API", async () => {
    const ports = await openTestPorts(cleanup);
    await ports.store.writeRejections(REJECTED);
    const first = await startTestApi(cleanup, ports);
    await first.send("POST", "/v1/rejections/replay", { dryRun: false });
    await first.api.stop();
    const api = await startTestApi(cleanup, ports);
    const { body } = await api.get("/v1/rejections");
    const outcomes = body.rejections.map(
      ({ replay }: { replay: { outcome: string } | null }) => replay?.outcome ?? null,
    );
    expect(outcomes).toEqual([
      "readings",
      "readings",
      "readings",
      null,
      "rejection",
      null,
      null,
      null,
      "undecided",
    ]);
    expect(body.rejections[0].replay).toEqual({
      at: "2026-11-24T12:00:00.000Z",
      outcome: "readings",
      readings: 1,
      rejection: null,
    });
    expect(body.rejections[4].replay.rejection).toBe(`in/bin-1/${NOW - 5 * MINUTE}/not_a_number`);
    expect(body.counts.no_adapter).toBe(4);
    expect(body.settled).toEqual({ no_adapter: 4 });
  });

  it("leaves the settled out of a list of the open ones, page by page", async () => {
    const api = await start();
    await api.send("POST", "/v1/rejections/replay", { dryRun: false });
    const codes: string[] = [];
    let path: string | undefined = "/v1/rejections?open=true&limit=2";
    while (path) {
      const { body, headers }: Answer<Page> = await api.get<Page>(path);
      codes.push(...body.rejections.map(({ code }) => code));
      path = /^<(.+)>; rel="next"$/.exec(headers.get("link") ?? "")?.[1];
    }
    expect(codes).toEqual([
      "not_a_number",
      "unknown_device",
      "payload_too_large",
      "store_refused",
      "not_announced",
    ]);
    const settled = await api.get("/v1/rejections?open=false");
    expect(settled.body.rejections).toHaveLength(4);
  });

  it.each([
    [{ code: "no_adapter" }, 4],
    [{ adapter: "plain" }, 2],
    [{ adapter: "plain@2" }, 1],
    [{ device: "elsewhere" }, 1],
    [{ topic: "in/bin-2" }, 1],
    [{ from: NOW - 3 * MINUTE, to: "2026-11-24T11:59:00Z" }, 2],
    [{ from: NOW }, 0],
  ])("takes the selection %j", async (selection, count) => {
    const api = await start();
    expect((await api.send("POST", "/v1/rejections/replay", selection)).body.selected).toBe(count);
  });

  it("goes on where it stopped", async () => {
    const api = await start();
    let selected = 0;
    let cursor: string | undefined;
    for (let steps = 0; steps < 10; steps++) {
      const { body }: Answer<Page> = await api.send("POST", "/v1/rejections/replay", {
        limit: 2,
        dryRun: false,
        cursor,
      });
      selected += body.selected;
      cursor = body.nextCursor ?? undefined;
      if (!cursor) break;
    }
    expect(selected).toBe(9);
    expect(await api.messages()).toHaveLength(5);
  });

  it("does not count as settled what the log did not take", async () => {
    const ports = await openTestPorts(cleanup);
    await ports.store.writeRejections(REJECTED);
    const log = replacing(ports.log, {
      append: () => Promise.reject(new KotaError("log_unavailable", "Disk full.")),
    });
    const api = await startTestApi(cleanup, { log, store: ports.store });
    expect((await api.send("POST", "/v1/rejections/replay", { dryRun: false })).status).toBe(503);
    expect((await api.get("/v1/rejections")).body.settled).toEqual({});
  });

  it.each([
    [{ code: "boring" }, "#/body/code"],
    [{ limit: 0 }, "#/body/limit"],
    [{ from: "yesterday" }, "#/body/from"],
    [{ wanted: 1 }, "#/body"],
  ])("refuses %j", async (body, pointer) => {
    const api = await start();
    const answer = await api.send("POST", "/v1/rejections/replay", body);
    expect(answer.status).toBe(400);
    expect(answer.body.errors[0].pointer).toBe(pointer);
  });

  it("needs the admin token, and is off while none is set", async () => {
    const api = await start();
    for (const authorization of [null, "Bearer wrong-wrong-wrong-wrong", "Basic x"]) {
      const answer = await api.send("POST", "/v1/rejections/replay", {}, authorization);
      expect(answer.status).toBe(401);
      expect(answer.headers.get("www-authenticate")).toMatch(/Bearer/);
      expect(answer.body.code).toBe("unauthorized");
    }
    const closed = await startTestApi(cleanup, {
      config: { httpHost: "127.0.0.1", httpPort: 0, adminToken: null, readToken: null },
    });
    const answer = await closed.send("POST", "/v1/rejections/replay", {});
    expect(answer.status).toBe(403);
    expect(answer.body).toMatchObject({
      code: "admin_off",
      detail: expect.stringContaining("KOTA_ADMIN_TOKEN"),
    });
  });

  it("is not offered to pages of another origin", async () => {
    const api = await start();
    const preflight = await fetch(`${api.api.url}/v1/rejections/replay`, {
      method: "OPTIONS",
      headers: {
        origin: "https://elsewhere.example",
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization",
      },
    });
    expect(preflight.headers.get("access-control-allow-methods")).not.toContain("POST");
  });

  it("takes an hour of many rejections in one go", async () => {
    const ports = await openTestPorts(cleanup);
    const many = Array.from({ length: 3_000 }, (_, n) =>
      rejected(0, "bin-1", String(n), { id: `many-${n}`, time: NOW - HOUR + n }),
    );
    await ports.store.writeRejections(many);
    const api = await startTestApi(cleanup, ports);
    const { body } = await api.send("POST", "/v1/rejections/replay", { dryRun: false });
    expect(body).toMatchObject({ selected: 3_000, repaired: 3_000, appended: 3_000, nextCursor: null });
  });
});
