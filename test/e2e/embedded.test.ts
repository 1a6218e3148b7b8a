import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DIMENSIONS } from "@kota/model";
import { publishLoad } from "@kota/simulator";
import { connectAsync, type MqttClient } from "mqtt";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freePort } from "../../infra/native/servers.mjs";
import { type ApiClient, apiClient } from "./api-client.ts";
import { BAD_INPUT } from "./bad-input.ts";
import { eventually, type KotaProcess, killAll, startKota } from "./kota-process.ts";

interface Running {
  kota: KotaProcess;
  api: ApiClient;
  mqttUrl: string;
}

const dirs: string[] = [];
function tempDir(): string {
  const dir = mkdtempSync(join(tmpdir(), "kota-e2e-"));
  dirs.push(dir);
  return dir;
}

async function start(env: Record<string, string>): Promise<Running> {
  const kota = startKota(["start"], {
    KOTA_HTTP_PORT: "0",
    KOTA_MQTT_PORT: "0",
    KOTA_SIMULATE: "false",
    ...env,
  });
  const mqttUrl = (await kota.line(/MQTT broker\s+(mqtt:\S+)/))[1] ?? "";
  const api = apiClient((await kota.line(/page and API\s+(http:\S+)/))[1] ?? "");
  await eventually(async () => ((await api.ready()) ? true : undefined), 20_000, "readiness");
  return { kota, api, mqttUrl };
}

afterAll(async () => {
  killAll();
  await Promise.all(dirs.map((dir) => rm(dir, { recursive: true, force: true })));
});

describe("kota in one process", () => {
  let running: Running;
  let client: MqttClient;
  const dataDir = tempDir();

  beforeAll(async () => {
    running = await start({ KOTA_DATA_DIR: dataDir });
    client = await connectAsync(running.mqttUrl);
  });
  afterAll(async () => {
    await client.endAsync(true);
    await running.kota.end("SIGKILL");
  });

  it("shows a Tasmota payload in the API within a second of its publication", async () => {
    const begun = Date.now();
    await client.publishAsync("tele/my-plug/SENSOR", '{"ENERGY":{"Total":12.5,"Power":40}}', { qos: 1 });
    await eventually(
      async () => ((await running.api.latest("my-plug")).power === 40 ? true : undefined),
      1000,
      "the value",
    );
    await eventually(
      async () => ((await running.api.count("my-plug")) === 1 ? true : undefined),
      1000,
      "the count",
    );
    expect(Date.now() - begun).toBeLessThan(1000);
    expect((await running.api.latest("my-plug")).energy_total).toBe(12.5);
  });

  it.each(BAD_INPUT)(
    "ends $name as a rejection '$code', and takes the next good message",
    async ({ topic, payload, code }) => {
      await client.publishAsync(topic, payload, { qos: 1 });
      const size = Buffer.byteLength(payload);
      const rejection = await eventually(
        async () =>
          (await running.api.rejections(`?code=${code}`)).find(
            (row) => row.topic === topic && row.size === size,
          ),
        5000,
        "the rejection",
      );
      expect(rejection.reason.length).toBeGreaterThan(10);
      const level = Math.round(Math.random() * 600) / 10 + 20;
      await client.publishAsync("kota/v1/noise-leith-1", JSON.stringify({ values: { noise_laeq: level } }), {
        qos: 1,
      });
      await eventually(
        async () => ((await running.api.latest("noise-leith-1")).noise_laeq === level ? true : undefined),
        2000,
        "the next",
      );
    },
  );

  it("counts rejections by reason in its metrics", async () => {
    const address = running.kota.output.join("\n").match(/page and API\s+(http:\S+)/)?.[1];
    const metrics = await (await fetch(`${address}/metrics`)).text();
    for (const { code } of BAD_INPUT)
      expect(metrics).toMatch(new RegExp(`kota_rejections_total\\{.*code="${code}".*\\} [1-9]`));
  });

  it("publishes new scores within a second of a reading", async () => {
    const publish = async (level: number, times: readonly number[]) => {
      for (const device of ["noise-seaside-1", "noise-seaside-2"]) {
        const readings = times.map((time) => ({ time, device, values: { noise_laeq: level } }));
        await client.publishAsync("kota/v1", JSON.stringify(readings), { qos: 1 });
      }
    };
    const score = async () => {
      const rows = await running.api.scores("?area=seaside&dimension=living&level=all");
      return rows.find((row) => row.value !== null && row.indicator === "laeq_hour");
    };
    const now = Date.now();
    await publish(
      50,
      Array.from({ length: 58 }, (_, minute) => now - (minute + 1) * 60_000),
    );
    const before = await eventually(score, 5000, "the score");
    expect(before.value).toBeCloseTo(50, 5);
    await publish(80, [now]);
    await eventually(
      async () => ((await score())?.score !== before.score ? true : undefined),
      1000,
      "the new score",
    );
  });

  it("keeps everything over a clean stop and a start", async () => {
    const before = await running.api.count();
    const rejected = (await running.api.rejections("?limit=500")).length;
    await client.endAsync(true);
    expect(await running.kota.end("SIGTERM")).toEqual({ code: 0, signal: null });
    running = await start({ KOTA_DATA_DIR: dataDir });
    client = await connectAsync(running.mqttUrl);
    expect(await running.api.count()).toBe(before);
    expect((await running.api.rejections("?limit=500")).length).toBe(rejected);
    expect((await running.api.latest("my-plug")).power).toBe(40);
  });
});

describe("kota killed in the middle of a load", () => {
  it("has every acknowledged reading exactly once after it was started again", async () => {
    const dataDir = tempDir();
    const [http, mqtt] = [String(await freePort()), String(await freePort())];
    const env = { KOTA_DATA_DIR: dataDir, KOTA_HTTP_PORT: http, KOTA_MQTT_PORT: mqtt };
    const first = await start(env);
    const messages = 20_000;
    const load = publishLoad({
      url: `mqtt://127.0.0.1:${mqtt}`,
      messages,
      devices: 500,
      connections: 4,
      window: 200,
      rate: 10_000,
      prefix: "killed",
      start: Date.now() - 3_600_000,
    });
    await eventually(
      async () => ((await first.api.count()) > 2000 ? true : undefined),
      20_000,
      "some readings",
    );
    await first.kota.end("SIGKILL");
    const second = await start(env);
    const result = await load;
    expect(result.acknowledged).toBe(messages);
    await eventually(
      async () => ((await second.api.count()) >= messages ? true : undefined),
      30_000,
      "all readings",
    );
    expect(await second.api.count()).toBe(messages);
    expect((await second.api.rejections("?limit=1")).length).toBe(0);
    await second.kota.end("SIGTERM");
  }, 90_000);
});

describe("kota start", () => {
  it("says which variable to set when a port is taken", async () => {
    const port = await freePort();
    const first = await start({ KOTA_DATA_DIR: tempDir(), KOTA_MQTT_PORT: String(port) });
    const second = startKota(["start"], {
      KOTA_DATA_DIR: tempDir(),
      KOTA_HTTP_PORT: "0",
      KOTA_SIMULATE: "false",
      KOTA_MQTT_PORT: String(port),
    });
    await second.line(new RegExp(`kota: Port ${port} .*KOTA_MQTT_PORT`));
    expect((await second.ended()).code).toBe(3);
    await first.kota.end("SIGTERM");
  });

  it("says so when another kota has the data folder", async () => {
    const dataDir = tempDir();
    const first = await start({ KOTA_DATA_DIR: dataDir });
    const second = startKota(["start"], {
      KOTA_DATA_DIR: dataDir,
      KOTA_HTTP_PORT: "0",
      KOTA_MQTT_PORT: "0",
      KOTA_SIMULATE: "false",
    });
    await second.line(/kota: .*KOTA_DATA_DIR/);
    expect((await second.ended()).code).toBe(3);
    await first.kota.end("SIGTERM");
  });
});

describe("the example city", () => {
  it("has live scores of all six dimensions, from recorded readings and reports, within a minute of the start", async () => {
    const { kota, api } = await start({ KOTA_DATA_DIR: tempDir(), KOTA_SIMULATE: "true" });
    const rows = await eventually(
      async () => {
        const found = await api.scores();
        const city = (dimension: string) =>
          found.find((row) => row.area === "city" && row.dimension === dimension && !row.aspect);
        const isReported = city("economy")?.status === "ok";
        return isReported && city("environment")?.status === "ok" && city("living")?.status === "ok"
          ? found
          : undefined;
      },
      60_000,
      "the scores",
    );
    const { areas } = await api.get<{ areas: { features: { properties: { id: string } }[] } }>("/v1/city");
    for (const area of ["city", ...areas.features.map((feature) => feature.properties.id)]) {
      for (const dimension of DIMENSIONS) {
        const row = rows.find(
          (score) => score.area === area && score.dimension === dimension && score.aspect === null,
        );
        expect(row, `${area} ${dimension}`).toBeDefined();
        expect(row?.score, `${area} ${dimension}`).toEqual(expect.any(Number));
      }
    }
    await kota.end("SIGTERM");
  }, 90_000);
});
