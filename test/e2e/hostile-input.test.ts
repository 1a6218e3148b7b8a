import { mkdtempSync, readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { request } from "node:http";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { connectAsync, type MqttClient } from "mqtt";
import { generate } from "mqtt-packet";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ApiClient, apiClient } from "./api-client.ts";
import { BAD_INPUT } from "./bad-input.ts";
import { eventually, type KotaProcess, killAll, startKota } from "./kota-process.ts";

const TOKEN = "an-ingest-token-for-tests-1";
const NEIGHBOUR = "noise-seaside-1";
const CONNECT = generate({
  cmd: "connect",
  clientId: "hostile",
  protocolId: "MQTT",
  protocolVersion: 4,
  clean: true,
});
const GOOD = '{"values":{"noise_laeq":44}}';

const publish = (topic: string, payload: string, qos: 0 | 1 | 2 = 1, dup = false) =>
  generate({ cmd: "publish", topic, payload, qos, messageId: 7, dup, retain: false });

/** A topic of this many levels. */
const deep = (levels: number) => `kota/v1/${"a/".repeat(levels - 3)}b`;
/** A publish whose topic has a character that MQTT forbids there: it has to be put in afterwards. */
const wild = (character: string) =>
  Buffer.from(publish("kota/v1/W", GOOD).toString("latin1").replace("W", character), "latin1");

/** What a peer that is broken, or means harm, sends on a connection of its own; and that it is closed. */
const BROKEN_CONNECTIONS: readonly [name: string, bytes: Buffer][] = [
  ["bytes that are no MQTT", Buffer.from("GET / HTTP/1.1\r\nHost: kota\r\n\r\n")],
  ["a message before a CONNECT", publish("kota/v1/noise-leith-1", GOOD)],
  ["a length that never ends", Buffer.concat([CONNECT, Buffer.from([0x32, 0xff, 0xff, 0xff, 0xff, 0xff])])],
  ["a packet of 256 MB, announced", Buffer.concat([CONNECT, Buffer.from([0x32, 0xff, 0xff, 0xff, 0x7f])])],
  ["a QoS of 3", Buffer.concat([CONNECT, Buffer.from([0x36, 0x05, 0x00, 0x01, 0x61, 0x00, 0x01])])],
  ["a topic of 200 levels", Buffer.concat([CONNECT, publish(deep(200), GOOD)])],
  ["a wildcard in a topic", Buffer.concat([CONNECT, wild("#")])],
  ["a message on $SYS", Buffer.concat([CONNECT, publish("$SYS/broker/uptime", "0")])],
];

describe("what comes from broken and hostile peers harms no neighbour", () => {
  const dataDir = mkdtempSync(join(tmpdir(), "kota-hostile-"));
  let kota: KotaProcess;
  let url: string;
  let port: number;
  let api: ApiClient;
  let neighbour: MqttClient;
  let sent = 0;
  let talking: Promise<void>;
  let isOver = false;

  beforeAll(async () => {
    kota = startKota(["start"], {
      KOTA_HTTP_PORT: "0",
      KOTA_MQTT_PORT: "0",
      KOTA_SIMULATE: "false",
      KOTA_DATA_DIR: dataDir,
      KOTA_INGEST_TOKEN: TOKEN,
    });
    const mqttUrl = (await kota.line(/MQTT broker\s+(mqtt:\S+)/, 60_000))[1] ?? "";
    url = (await kota.line(/page and API\s+(http:\S+)/))[1] ?? "";
    port = Number(new URL(mqttUrl).port);
    api = apiClient(url);
    await eventually(async () => ((await api.ready()) ? true : undefined), 60_000, "readiness");
    neighbour = await connectAsync(mqttUrl, { clientId: "neighbour", reconnectPeriod: 0 });
    const begun = Date.now() - 3_600_000;
    talking = (async () => {
      for (; !isOver; await sleep(20)) {
        const time = begun + sent * 100;
        const payload = JSON.stringify({ time, values: { noise_laeq: 40 + (sent % 20) } });
        await neighbour.publishAsync(`kota/v1/${NEIGHBOUR}`, payload, { qos: 1 });
        sent++;
      }
    })();
  }, 120_000);

  afterAll(async () => {
    isOver = true;
    killAll();
    await rm(dataDir, { recursive: true, force: true });
  });

  async function rejected(code: string): Promise<number> {
    const metrics = await (await fetch(`${url}/metrics`)).text();
    const counts = metrics.matchAll(
      new RegExp(`^kota_rejections_total\\{.*code="${code}".*\\} (\\d+)`, "gm"),
    );
    return [...counts].reduce((sum, [, count]) => sum + Number(count), 0);
  }

  function open(): Socket {
    const socket = connect({ host: "127.0.0.1", port });
    socket.on("error", () => {});
    return socket;
  }

  it.each(BROKEN_CONNECTIONS)(
    "closes a connection that sends %s",
    async (_, bytes) => {
      const socket = open();
      socket.resume();
      const closed = new Promise((resolve) => socket.once("close", resolve));
      socket.write(bytes);
      await Promise.race([
        closed,
        sleep(20_000).then(() => {
          throw new Error("the connection is still open");
        }),
      ]);
    },
    30_000,
  );

  it("lets 300 connections that begin a packet and fall silent wait, and takes the others' messages meanwhile", async () => {
    const silent = Array.from({ length: 300 }, () => open());
    for (const socket of silent) socket.write(CONNECT.subarray(0, 5));
    const before = sent;
    await eventually(async () => (sent > before + 20 ? true : undefined), 20_000, "the neighbour's messages");
    for (const socket of silent) socket.destroy();
  }, 30_000);

  it("takes QoS 0 and 2, a retained one, and one that says it comes again, each once", async () => {
    const client = await connectAsync(`mqtt://127.0.0.1:${port}`);
    const time = Date.now() - 600_000;
    const payload = (n: number) => JSON.stringify({ time: time + n, values: { noise_laeq: 30 + n } });
    const topic = "kota/v1/noise-leith-2";
    await client.publishAsync(topic, payload(0), { qos: 0 });
    await client.publishAsync(topic, payload(1), { qos: 2 });
    await client.publishAsync(topic, payload(2), { qos: 1, retain: true });
    await client.publishAsync(topic, payload(3), { qos: 1, dup: true });
    await client.publishAsync(topic, payload(3), { qos: 1, dup: true });
    await eventually(
      async () => ((await api.count("noise-leith-2")) === 4 ? true : undefined),
      10_000,
      "four readings",
    );
    await client.endAsync();
  });

  it("keeps the value that came last of two for one time", async () => {
    const client = await connectAsync(`mqtt://127.0.0.1:${port}`);
    const time = Date.now() - 60_000;
    for (const value of [50, 51, 51]) {
      const payload = JSON.stringify({ time, values: { noise_laeq: value } });
      await client.publishAsync("kota/v1/noise-seaside-2", payload, { qos: 1 });
    }
    await eventually(
      async () => ((await api.latest("noise-seaside-2")).noise_laeq === 51 ? true : undefined),
      5000,
      "the last value",
    );
    await eventually(
      async () => ((await api.count("noise-seaside-2")) > 0 ? true : undefined),
      5000,
      "the reading",
    );
    expect(await api.count("noise-seaside-2")).toBe(1);
    await client.endAsync();
  });

  // An address has no control characters and at most 1,000 of the others; those are refused with 400 before.
  it.each(BAD_INPUT.filter(({ topic }) => !/\p{Cc}/u.test(topic) && topic.length < 1000))(
    "counts $name once as '$code' when it comes over HTTP",
    async ({ topic, payload, code }) => {
      const before = await rejected(code);
      const path = topic.split("/").map(encodeURIComponent).join("/");
      const response = await fetch(`${url}/in/message/${path}`, {
        method: "POST",
        headers: { authorization: `Bearer ${TOKEN}`, "content-type": "application/octet-stream" },
        body: Buffer.from(payload as string),
      });
      expect(response.status).toBe(code === "payload_too_large" ? 413 : 202);
      await eventually(
        async () => ((await rejected(code)) > before ? true : undefined),
        10_000,
        "the rejection",
      );
      expect(await rejected(code)).toBe(before + 1);
    },
    20_000,
  );

  it("waits for 50 bodies that never end without keeping others from being taken", async () => {
    const hanging = Array.from({ length: 50 }, () => {
      const sending = request(`${url}/in/kota`, {
        method: "POST",
        headers: {
          authorization: `Bearer ${TOKEN}`,
          "content-type": "application/json",
          "transfer-encoding": "chunked",
        },
      });
      sending.on("error", () => {});
      sending.write('{"device":"noise-leith-1",');
      return sending;
    });
    const response = await fetch(`${url}/in/kota/noise-leith-1`, {
      method: "POST",
      headers: { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" },
      body: GOOD,
    });
    expect(response.status).toBe(202);
    for (const sending of hanging) sending.destroy();
  }, 20_000);

  it("has every message of the neighbour after all that, once, and has not grown", async () => {
    isOver = true;
    await talking;
    await neighbour.endAsync();
    expect(sent).toBeGreaterThan(100);
    await eventually(
      async () => ((await api.count(NEIGHBOUR)) === sent ? true : undefined),
      20_000,
      "the neighbour's readings",
    );
    expect(kota.child.exitCode).toBeNull();
    const status = readFileSync(`/proc/${kota.child.pid}/status`, "utf8");
    const own = Number(/^RssAnon:\s*(\d+) kB/m.exec(status)?.[1]) / 1024;
    expect(own).toBeLessThan(600);
    expect(await kota.end("SIGTERM")).toEqual({ code: 0, signal: null });
  }, 40_000);
});
