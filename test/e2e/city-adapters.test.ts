import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { openEmbeddedLog, READINGS, REJECTIONS, readTopic, type Topic } from "@kota/event-log";
import type { Reading, Rejection } from "@kota/model";
import { connectAsync, type MqttClient } from "mqtt";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ApiClient, apiClient } from "./api-client.ts";
import { eventually, type KotaProcess, killAll, startKota } from "./kota-process.ts";

const KOTA = fileURLToPath(new URL("../../packages/cli/bin/kota.js", import.meta.url));
const ADMIN = "an-admin-token-for-tests-1";
const PER_STEP = 20;

const root = mkdtempSync(join(tmpdir(), "kota-e2e-adapters-"));
const city = join(root, "city");
const dataDir = join(root, "data");
let kota: KotaProcess;
let url: string;
let api: ApiClient;
let mqtt: MqttClient;
let published = 0;

function write(file: string, text: string): void {
  const path = join(city, "adapters", file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

const adapter = (version: number, scale: number) => `
import { defineAdapter, topicLevel } from "@kota/adapters";
import { z } from "zod";
export default defineAdapter({
  id: "gauge", title: "Gauge", version: ${version}, source: "a test",
  claims: { topics: ["gauges/+"] },
  schema: z.object({ cm: z.number(), at: z.number() }),
  decode: ({ cm, at }, { message }) => [
    { device: topicLevel(message.topic, 1), time: at, values: { water_level: cm * ${scale} } },
  ],
});
`;

const example = (level: number) =>
  JSON.stringify({
    about: "A gauge.",
    source: "Made up.",
    licence: "Apache-2.0",
    topic: "gauges/leie",
    payload: { cm: 100, at: Date.UTC(2026, 0, 1) },
    receivedAt: "2026-01-01T00:00:00Z",
    expect: { readings: [{ device: "leie", time: "2026-01-01T00:00:00Z", values: { water_level: level } }] },
  });

/** Message `n` of all is of its own time, so that each is a reading of its own. */
async function publishGauges(): Promise<void> {
  const start = Date.now() - 3_600_000;
  await Promise.all(
    Array.from({ length: PER_STEP }, () => {
      const at = start + published++;
      return mqtt.publishAsync("gauges/leie", JSON.stringify({ cm: 100, at }), { qos: 1 });
    }),
  );
}

async function publishUplinks(bytes: readonly number[]): Promise<void> {
  for (const byte of bytes) {
    published++;
    const uplink = { f_port: 1, frm_payload: Buffer.from([byte]).toString("base64") };
    const payload = { end_device_ids: { device_id: "node-1" }, uplink_message: uplink };
    await mqtt.publishAsync("v3/app@ttn/devices/node-1/up", JSON.stringify(payload), { qos: 1 });
  }
}

interface Entry {
  readonly id: string;
  readonly label: string | null;
  readonly state: string;
  readonly error: string | null;
}

const entry = async (id: string) =>
  (await api.get<{ adapters: Entry[] }>("/v1/adapters")).adapters.find((one) => one.id === id);

const becomes = (id: string, what: Partial<Entry>) =>
  eventually(
    async () => {
      const found = await entry(id);
      return found && Object.entries(what).every(([key, value]) => found[key as keyof Entry] === value)
        ? found
        : undefined;
    },
    20_000,
    `${id} as ${JSON.stringify(what)}`,
  );

/** A metric's value by the labels in the line that begins so. */
async function metric(line: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const found = text.split("\n").find((one) => one.startsWith(`${line} `));
  return found === undefined ? 0 : Number(found.slice(line.length));
}

const reaches = (line: string, value: number) =>
  eventually(async () => ((await metric(line)) === value ? true : undefined), 20_000, `${line} ${value}`);

beforeAll(async () => {
  const made = spawnSync(process.execPath, [KOTA, "init", city]);
  expect(made.stderr.toString()).toBe("");
  writeFileSync(
    join(city, "devices.csv"),
    "id,name,kind,adapter,codec\nleie,Leie,river,gauge,\nnode-1,Node,air,the-things-stack,node\n",
  );
  write("gauge/adapter.ts", adapter(1, 0.01));
  write("gauge/examples/one.json", example(1));
  write("node.js", "function decodeUplink(input) { return { data: { temperature: input.bytes[0] } }; }");
  kota = startKota(["start"], {
    KOTA_CITY: city,
    KOTA_HTTP_PORT: "0",
    KOTA_MQTT_PORT: "0",
    KOTA_DATA_DIR: dataDir,
    KOTA_ADMIN_TOKEN: ADMIN,
  });
  url = (await kota.line(/page and API\s+(http:\S+)/))[1] ?? "";
  api = apiClient(url);
  mqtt = await connectAsync((await kota.line(/MQTT broker\s+(mqtt:\S+)/))[1] ?? "");
  await eventually(async () => ((await api.ready()) ? true : undefined), 20_000, "readiness");
});

afterAll(() => {
  killAll();
  rmSync(root, { recursive: true, force: true });
});

const normalized = (label: string) => `kota_messages_normalized_total{adapter="${label}"}`;
const rejected = (code: string) => `kota_rejections_total{stage="normalize",code="${code}"}`;

describe("adapters and codecs in the city's folder of a running kota", () => {
  it("decode from the start on, TypeScript and the bytes of LoRaWAN devices", async () => {
    expect(await entry("gauge")).toMatchObject({
      label: "gauge@1",
      state: "active",
      source: "adapters/gauge/adapter.ts",
    });
    await publishGauges();
    await publishUplinks([21]);
    await reaches(normalized("gauge@1"), PER_STEP);
    await eventually(
      async () => ((await api.latest("node-1")).temperature === 21 ? true : undefined),
      10_000,
      "the temperature",
    );
  });

  it("that change are taken up without a restart, and readings carry the new version", async () => {
    write("gauge/examples/one.json", example(10));
    write("gauge/adapter.ts", adapter(2, 0.1));
    await becomes("gauge", { label: "gauge@2", state: "active" });
    await publishGauges();
    await reaches(normalized("gauge@2"), PER_STEP);
    expect((await api.latest("leie")).water_level).toBe(10);
  });

  it("that break leave what they were before in use, and say why", async () => {
    write("gauge/adapter.ts", adapter(3, 1).replace("decode:", "decode"));
    const broken = await becomes("gauge", { state: "previous" });
    expect(broken).toMatchObject({
      label: "gauge@2",
      error: expect.stringMatching(/^adapters\/gauge\/adapter\.ts:\d+:\d+: /),
    });
    expect(await metric('kota_city_adapters{state="previous"}')).toBe(1);
    await publishGauges();
    await reaches(normalized("gauge@2"), 2 * PER_STEP);
    write("gauge/adapter.ts", adapter(3, 1));
    const wrong = await eventually(
      async () => {
        const found = await entry("gauge");
        return found?.error?.includes("expected water_level 10, came 100") ? found : undefined;
      },
      20_000,
      "the failing example",
    );
    expect(wrong).toMatchObject({ label: "gauge@2", state: "previous" });
    await publishGauges();
    await reaches(normalized("gauge@2"), 3 * PER_STEP);
  });

  it("of a codec that does not end reject its messages and leave the others alone", async () => {
    write("node.js", "function decodeUplink() { for (;;); }");
    const before = (await entry("node"))?.label;
    await eventually(
      async () => ((await entry("node"))?.label === before ? undefined : true),
      20_000,
      "the bad codec",
    );
    await publishUplinks([1, 2, 3, 4, 5]);
    await publishGauges();
    await reaches(normalized("gauge@2"), 4 * PER_STEP);
    await reaches(rejected("codec_failed"), 3);
    await reaches(rejected("codec_suspended"), 2);
    expect(await entry("node")).toMatchObject({ state: "suspended" });
    expect(await metric('kota_codec_suspended{codec="node"}')).toBe(1);
    const [row] = await api.rejections("?code=codec_suspended");
    expect(row?.reason).toContain("The codec node is suspended until");
  });

  it("that are removed take nothing any more", async () => {
    rmSync(join(city, "adapters/gauge"), { recursive: true });
    await eventually(async () => ((await entry("gauge")) ? undefined : true), 20_000, "the removal");
    await publishGauges();
    await reaches(rejected("no_adapter"), PER_STEP);
  });

  it("that are repaired can be given all that was rejected", async () => {
    write("node.js", "function decodeUplink(input) { return { data: { temperature: input.bytes[0] } }; }");
    write(
      "gauge.yaml",
      "title: Gauge\nversion: 4\ntopics: [gauges/+]\nformat: json\ndevice: { topicLevel: 2 }\ntime: { field: at, format: unix-milliseconds }\nfields: { cm: { metric: water_level, unit: cm } }\n",
    );
    await becomes("gauge", { label: "gauge@4", state: "active" });
    await becomes("node", { state: "active" });
    await eventually(
      async () => ((await api.rejections("?open=true&limit=500")).length === PER_STEP + 5 ? true : undefined),
      10_000,
      "every rejection in the store",
    );
    const response = await fetch(`${url}/v1/rejections/replay`, {
      method: "POST",
      headers: { authorization: `Bearer ${ADMIN}`, "content-type": "application/json" },
      body: JSON.stringify({ dryRun: false }),
    });
    expect(await response.json()).toMatchObject({ repaired: PER_STEP + 5, stillRejected: [] });
    await reaches(normalized("gauge@4"), PER_STEP);
  });

  it("made of every message readings of one version, or a rejection", async () => {
    await mqtt.endAsync();
    expect((await kota.end("SIGTERM")).code).toBe(0);
    const log = await openEmbeddedLog({ dir: join(dataDir, "log") });
    const all = async <T>(topic: Topic<T>): Promise<T[]> => {
      const values: T[] = [];
      await readTopic(log, topic, (some) => void values.push(...some));
      return values;
    };
    const readings: Reading[] = await all(READINGS);
    const rejections: Rejection[] = await all(REJECTIONS);
    await log.close();
    const counts = (list: readonly string[]) => {
      const sums: Record<string, number> = {};
      for (const key of list) sums[key] = (sums[key] ?? 0) + 1;
      return sums;
    };
    const gauges = readings.filter(({ device }) => device === "leie");
    expect(counts(gauges.map(({ adapter, values }) => `${adapter} ${values.water_level}`))).toEqual({
      "gauge@1 1": PER_STEP,
      "gauge@2 10": 4 * PER_STEP,
      "gauge@4 1": PER_STEP,
    });
    expect(new Set(gauges.map(({ time }) => time)).size).toBe(6 * PER_STEP);
    const uplinks = readings.filter(({ device }) => device === "node-1");
    expect(uplinks).toHaveLength(6);
    for (const { adapter } of uplinks) expect(adapter).toMatch(/^the-things-stack@\d+\+node\.[0-9a-f]{8}$/);
    expect(counts(rejections.map(({ code }) => code))).toEqual({
      codec_failed: 3,
      codec_suspended: 2,
      no_adapter: PER_STEP,
    });
    // Those of the removal and of the bad codec were rejected, and became readings by the replay.
    expect(readings.length).toBe(published);
  });
});
