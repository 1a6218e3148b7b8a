import { createServer, request as httpRequest } from "node:http";
import type { AddressInfo } from "node:net";
import { type EventLog, MESSAGES, REJECTIONS } from "@kota/event-log";
import { KotaError } from "@kota/model";
import { createLogger, createMetrics, type Mounted } from "@kota/runtime";
import { describe, expect, it, onTestFinished } from "vitest";
import { createIntake } from "../accept.ts";
import {
  type Cleanup,
  createDoor,
  everything,
  ingestOn,
  openTestLog,
  until,
  withAppend,
} from "../test-setup.ts";
import { createHttpIn } from "./http-in.ts";

const cleanup: Cleanup = (undo) =>
  onTestFinished(async () => {
    await undo();
  });

const TOKEN = "a-token-of-good-length";
const NOW = Date.UTC(2026, 10, 24, 12);
const JSON_TYPE = { "content-type": "application/json" };

interface Options {
  readonly log?: EventLog;
  readonly tokens?: string[] | null;
  readonly settings?: Record<string, unknown>;
}

async function startHttp({
  log: given,
  tokens = [TOKEN, "another-good-token-1"],
  settings = {},
}: Options = {}) {
  const log = given ?? (await openTestLog(cleanup));
  const { ingest, lines } = ingestOn(log, cleanup, {
    config: { ingestToken: tokens },
    settings,
    clock: () => NOW,
  });
  const url = await serve(ingest.http);
  const post = postTo(url);
  await ingest.start();
  return { log, ingest, url, post, lines, messages: () => everything(log, MESSAGES) };
}

async function serve(mounted: Mounted): Promise<string> {
  const server = createServer((request, response) => mounted.handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  cleanup(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function postTo(url: string) {
  return async (
    path: string,
    body: string | Uint8Array<ArrayBuffer>,
    headers: Record<string, string> = JSON_TYPE,
    authorization: string | null = `Bearer ${TOKEN}`,
  ) => {
    const response = await fetch(`${url}${path}`, {
      method: "POST",
      body,
      headers: { ...headers, ...(authorization ? { authorization } : {}) },
    });
    return {
      status: response.status,
      headers: response.headers,
      body: (await response.json()) as Record<string, unknown>,
    };
  };
}

const text = (payload: Uint8Array) => Buffer.from(payload).toString("utf8");

const UPLINK = {
  end_device_ids: { device_id: "bin-1", application_ids: { application_id: "bins" } },
  uplink_message: { f_port: 1, decoded_payload: { fill_level: 40 } },
};
const EVENT = {
  deduplicationId: "1",
  deviceInfo: { applicationId: "48b8f7b6-0000", devEui: "0101010101010101" },
  object: { temperature: 20 },
};

describe("HTTP in", () => {
  it("puts kota JSON into the log, byte for byte, before it answers", async () => {
    const { post, messages } = await startHttp();
    const body = '{ "device":"air-1", "values":{"pm2_5":4.2} }\n';
    const { status, body: answer } = await post("/in/kota", body);
    expect(status).toBe(202);
    expect(answer).toEqual({ accepted: true, topic: "kota/v1", bytes: body.length });
    const [message, ...others] = await messages();
    expect(others).toEqual([]);
    expect(message).toMatchObject({ topic: "kota/v1", receivedAt: NOW, source: "http" });
    expect(text(message?.payload ?? new Uint8Array())).toBe(body);
    expect(message).not.toHaveProperty("attributes");
  });

  it.each([
    ["/in/kota/air-1", "{}", "kota/v1/air-1"],
    ["/in/kota/north/air-1", "{}", "kota/v1/north/air-1"],
    ["/in/the-things-stack", JSON.stringify(UPLINK), "v3/bins/devices/bin-1/up"],
    ["/in/the-things-stack?tenant=ttn", JSON.stringify(UPLINK), "v3/bins@ttn/devices/bin-1/up"],
    [
      "/in/the-things-stack?tenant=ttn",
      JSON.stringify({ ...UPLINK, uplink_message: undefined, join_accept: {} }),
      "v3/bins@ttn/devices/bin-1/join",
    ],
    [
      "/in/chirpstack?event=up",
      JSON.stringify(EVENT),
      "application/48b8f7b6-0000/device/0101010101010101/event/up",
    ],
    [
      "/in/chirpstack?event=join",
      JSON.stringify(EVENT),
      "application/48b8f7b6-0000/device/0101010101010101/event/join",
    ],
    ["/in/message/tele/my%20plug/SENSOR", "{}", "tele/my plug/SENSOR"],
  ])("gives a body at %s the topic that its adapter claims", async (path, body, topic) => {
    const { post, messages } = await startHttp();
    expect((await post(path, body)).body).toMatchObject({ accepted: true, topic });
    expect(await messages()).toMatchObject([{ topic, source: "http" }]);
  });

  it.each([
    ["/in/the-things-stack", "no JSON", "http/the-things-stack"],
    ["/in/the-things-stack", '{"end_device_ids":{"device_id":"../#"}}', "http/the-things-stack"],
    ["/in/chirpstack?event=up", "[]", "http/chirpstack"],
    ["/in/chirpstack", JSON.stringify(EVENT), "http/chirpstack"],
  ])("keeps what %s cannot place, for the adapters to judge", async (path, body, topic) => {
    const { post, messages } = await startHttp();
    expect((await post(path, body)).status).toBe(202);
    expect(await messages()).toMatchObject([{ topic }]);
  });

  it("keeps the station of Sensor.Community's header, and never the token", async () => {
    const { post, messages } = await startHttp();
    const basic = `Basic ${Buffer.from(`kota:${TOKEN}`).toString("base64")}`;
    const headers = { ...JSON_TYPE, "X-Sensor": "esp8266-418466", "X-MAC-ID": "esp8266-aa" };
    const { status } = await post("/in/sensor-community", '{"sensordatavalues":[]}', headers, basic);
    expect(status).toBe(202);
    const found = await messages();
    expect(found).toMatchObject([
      { topic: "http/sensor-community", attributes: { "x-sensor": "esp8266-418466" } },
    ]);
    expect(JSON.stringify(found)).not.toContain(TOKEN);
  });

  it("takes bytes of any kind on a topic, with their content type", async () => {
    const { post, messages } = await startHttp();
    const payload = Buffer.from([0xff, 0, 10, 13]);
    const headers = { "content-type": "application/octet-stream" };
    expect((await post("/in/message/a/b", payload, headers)).status).toBe(202);
    expect(await messages()).toMatchObject([
      { topic: "a/b", payload, attributes: { "content-type": "application/octet-stream" } },
    ]);
  });

  it("marks old readings of an import by their source", async () => {
    const { post, messages } = await startHttp();
    await post("/in/import/air-1", "[]");
    expect(await messages()).toMatchObject([{ topic: "kota/v1/air-1", source: "import" }]);
  });

  it.each([
    ["without a token", null, /Authorization: Bearer/],
    ["with a wrong one", `Bearer ${TOKEN}x`, /none of those/],
    [
      "with the token as a user name",
      `Basic ${Buffer.from(`${TOKEN}:`).toString("base64")}`,
      /none of those/,
    ],
  ])("refuses a request %s, and keeps nothing of it", async (_, authorization, detail) => {
    const { post, messages } = await startHttp();
    const answer = await post("/in/kota", "{}", JSON_TYPE, authorization);
    expect(answer.status).toBe(401);
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    expect(answer.headers.get("www-authenticate")).toMatch(/Bearer/);
    expect(answer.body).toMatchObject({ status: 401, code: "unauthorized", instance: "/in/kota" });
    expect(answer.body.detail).toMatch(detail);
    expect(await messages()).toEqual([]);
  });

  it("takes each of several tokens", async () => {
    const { post } = await startHttp();
    expect((await post("/in/kota", "{}", JSON_TYPE, "Bearer another-good-token-1")).status).toBe(202);
  });

  it("is off while no token is set, and says which setting turns it on", async () => {
    const { post, lines } = await startHttp({ tokens: null });
    const answer = await post("/in/kota", "{}");
    expect(answer.status).toBe(403);
    expect(answer.body).toMatchObject({
      code: "ingest_off",
      detail: expect.stringMatching(/KOTA_INGEST_TOKEN/),
    });
    expect(lines.some(({ msg }) => msg.includes("KOTA_INGEST_TOKEN"))).toBe(true);
  });

  it.each([
    ["/in/kota", { "content-type": "application/x-www-form-urlencoded" }, /application\/json/],
    ["/in/message/a", { "content-type": "application/x-www-form-urlencoded" }, /a form/],
    ["/in/chirpstack", { "content-type": "application/octet-stream" }, /encoding of the integration to JSON/],
    ["/in/kota", { ...JSON_TYPE, "content-encoding": "gzip" }, /without a content encoding/],
  ])("refuses at %s what is not of its kind: %j", async (path, headers, detail) => {
    const { post, messages } = await startHttp();
    const answer = await post(path, "a=b", headers as Record<string, string>);
    expect(answer.status).toBe(415);
    expect(answer.body.detail).toMatch(detail);
    expect(await messages()).toEqual([]);
  });

  it.each([
    ["/in/message", "empty"],
    ["/in/message/a//b", "level"],
    ["/in/message/a/+", "cannot be in a topic"],
    ["/in/message/a/%23", "cannot be in a topic"],
    ["/in/message/$SYS/a", "brokers"],
    ["/in/message/a%00b", "control"],
    ["/in/message/%ff", "UTF-8"],
    [`/in/message/${"x".repeat(1001)}`, "1001"],
  ])("refuses the topic of %s", async (path, word) => {
    const { post } = await startHttp();
    const answer = await post(path, "{}");
    expect(answer.status).toBe(400);
    expect(answer.body.detail).toContain(word);
  });

  it("names what there is for an address or a method that there is not", async () => {
    const { post, url } = await startHttp();
    const unknown = await post("/in/nowhere", "{}");
    expect(unknown.status).toBe(404);
    expect(unknown.body.detail).toContain("/in/chirpstack");
    const read = await fetch(`${url}/in/kota`, { headers: { authorization: `Bearer ${TOKEN}` } });
    expect(read.status).toBe(405);
    expect(read.headers.get("allow")).toBe("POST");
  });

  it("keeps a payload over the city's limit as a rejection, and says 413", async () => {
    const { post, log, messages } = await startHttp({ settings: { limits: { maxPayloadBytes: 2000 } } });
    expect((await post("/in/kota", "x".repeat(2000))).status).toBe(202);
    const answer = await post("/in/kota", "x".repeat(2001));
    expect(answer.status).toBe(413);
    expect(answer.body.detail).toContain("2000 bytes");
    expect(await messages()).toHaveLength(1);
    expect(await everything(log, REJECTIONS)).toMatchObject([
      { code: "payload_too_large", size: 2001, source: "http", topic: "kota/v1" },
    ]);
  });

  it("does not read a body that announces, or turns out, to be larger than any message", async () => {
    const { url, log, messages } = await startHttp();
    const headers = { ...JSON_TYPE, authorization: `Bearer ${TOKEN}` };
    const statusOf = (more: Record<string, string | number>, bytes: number) =>
      new Promise<number | undefined>((resolve, reject) => {
        const sent = httpRequest(`${url}/in/kota`, { method: "POST", headers: { ...headers, ...more } });
        let answered = false;
        sent.on("response", (response) => {
          answered = true;
          response.resume();
          resolve(response.statusCode);
        });
        sent.on("error", (error) => (answered ? undefined : reject(error)));
        const chunk = Buffer.alloc(1024 * 1024);
        let left = bytes;
        const write = () => {
          if (answered || left <= 0) return void sent.end();
          left -= chunk.length;
          sent.write(chunk, write);
        };
        if (bytes === 0) sent.flushHeaders();
        else write();
      });
    expect(await statusOf({ "content-length": 17 * 1024 * 1024 }, 0)).toBe(413);
    expect(await statusOf({ "transfer-encoding": "chunked" }, 18 * 1024 * 1024)).toBe(413);
    expect(await messages()).toEqual([]);
    expect(await everything(log, REJECTIONS)).toEqual([]);
  });

  it("answers 202 only when the log has the message, 503 when the log refuses it", async () => {
    const real = await openTestLog(cleanup);
    const door = createDoor();
    door.close();
    let refusing = false;
    const log = withAppend(real, async () => {
      await door.pass();
      if (refusing) throw new KotaError("log_refused", "No such topic.");
    });
    const { post } = await startHttp({ log });
    let answered = false;
    const first = post("/in/kota", "{}").then((answer) => {
      answered = true;
      return answer;
    });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(answered).toBe(false);
    door.open();
    expect((await first).status).toBe(202);
    refusing = true;
    const second = await post("/in/kota", "{}");
    expect(second.status).toBe(503);
    expect(second.headers.get("retry-after")).toBe("5");
    expect(second.body.detail).toContain("No such topic.");
  });

  it("answers 429 while as much waits for the log as may, 503 when that lasts, and takes messages after it", async () => {
    const real = await openTestLog(cleanup);
    const door = createDoor();
    door.close();
    const log = withAppend(real, () => door.pass());
    const logger = createLogger({ level: "silent", format: "json" });
    const shared = {
      log,
      maxPayloadBytes: 2000,
      maxWaiting: 3,
      clock: () => NOW,
      logger,
      metrics: createMetrics(),
    };
    const intake = createIntake({ ...shared, source: "http" });
    const httpIn = createHttpIn({
      tokens: [TOKEN],
      maxPayloadBytes: 2000,
      intakes: { http: intake, import: createIntake({ ...shared, source: "import" }) },
      logger,
      patienceMs: 300,
    });
    httpIn.start();
    const post = postTo(await serve(httpIn));
    const waiting = [post("/in/kota", "{}"), post("/in/kota", "{}"), post("/in/kota", "{}")];
    await until(() => !intake.hasRoom);
    const busy = await post("/in/kota", "{}");
    expect(busy.status).toBe(429);
    expect(busy.headers.get("retry-after")).toBe("1");
    expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual([503, 503, 503]);
    door.open();
    await until(() => intake.hasRoom);
    expect((await post("/in/kota", "{}")).status).toBe(202);
    await httpIn.stop();
    expect(await everything(real, MESSAGES)).toHaveLength(4);
  });

  it("takes nothing before it is started and after it stopped, and says that it will", async () => {
    const { post, ingest, messages } = await startHttp();
    await post("/in/kota", "{}");
    await ingest.stop();
    const answer = await post("/in/kota", "{}");
    expect(answer.status).toBe(503);
    expect(answer.headers.get("retry-after")).toBe("5");
    expect(await messages()).toHaveLength(1);
  });
});
