import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { connectAsync, type MqttClient } from "mqtt";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { freePort } from "../../infra/native/servers.mjs";
import { type AlertSinks, openAlertSinks } from "./alert-sinks.ts";
import { type ApiClient, apiClient } from "./api-client.ts";
import { eventually, type KotaProcess, killAll, startKota } from "./kota-process.ts";
import { MISSING_SERVERS } from "./kota-stack.ts";

const mosquittoUrl = inject("mosquittoUrl");
const kafkaBrokers = inject("kafkaBrokers");
const influxdb = inject("influxdb");

const TOKEN = "an-admin-token-for-tests-2";
// In another area than the one whose score another test is about: all tests share the servers.
const DEVICE = "noise-old-town-1";
const SERVICES = ["ingest", "normalize", "store", "api"] as const;

interface AlertsNow {
  readonly watching: boolean;
  readonly alerts: readonly { readonly state: string; readonly maintenance: string | null }[];
  readonly channels: readonly { readonly id: string; readonly waiting: number }[];
}
interface Item {
  readonly status: string;
  readonly assignee: string | null;
}

describe.skipIf(MISSING_SERVERS !== "")(
  `alerts on Kafka, told over MQTT, a webhook and mail${MISSING_SERVERS ? ` (missing: ${MISSING_SERVERS})` : ""}`,
  () => {
    const folder = mkdtempSync(join(tmpdir(), "kota-alerts-"));
    const city = join(folder, "city");
    const processes = new Map<string, KotaProcess>();
    let sinks: AlertSinks;
    let client: MqttClient;
    let api: ApiClient;
    let port = 0;
    /** What the device measures; null: it is silent. */
    let level: number | null = 50;
    let sending: NodeJS.Timeout;

    async function startService(name: string): Promise<void> {
      const httpPort = name === "api" ? port : await freePort();
      processes.set(
        name,
        startKota(["run", name], {
          KOTA_CITY: city,
          KOTA_MQTT_URL: mosquittoUrl ?? "",
          KOTA_KAFKA_BROKERS: (kafkaBrokers ?? []).join(","),
          KOTA_INFLUX_URL: influxdb?.url ?? "",
          KOTA_INFLUX_ORG: influxdb?.org ?? "",
          KOTA_INFLUX_BUCKET: influxdb?.bucket ?? "",
          KOTA_INFLUX_TOKEN: influxdb?.token ?? "",
          KOTA_HTTP_PORT: String(httpPort),
          KOTA_ADMIN_TOKEN: TOKEN,
          KOTA_DATA_DIR: join(folder, "data"),
        }),
      );
      const ready = async () => ((await fetch(`http://127.0.0.1:${httpPort}/readyz`)).ok ? true : undefined);
      await eventually(ready, 90_000, `readiness of ${name}`);
    }

    const now = () => api.get<AlertsNow>("/v1/alerts?rule=loud");
    const becomes = (state: string, timeoutMs = 60_000) =>
      eventually(
        async () => ((await now()).alerts[0]?.state === state ? true : undefined),
        timeoutMs,
        `the state ${state}`,
      );
    const everybodyIsTold = (...news: string[]) =>
      expect
        .poll(() => sinks.told(), { timeout: 60_000, interval: 200 })
        .toEqual({ mqtt: news, webhook: news, mail: news });
    const nothingWaits = () =>
      eventually(
        async () => ((await now()).channels.every(({ waiting }) => waiting === 0) ? true : undefined),
        30_000,
        "nothing to wait for delivery",
      );
    async function killAndRestart(meanwhile: () => void = () => {}): Promise<void> {
      await processes.get("api")?.end("SIGKILL");
      meanwhile();
      await startService("api");
      await eventually(
        async () => ((await now()).watching ? true : undefined),
        90_000,
        "the new process to watch",
      );
    }
    async function send(method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
      const response = await fetch(`http://127.0.0.1:${port}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${TOKEN}`,
          ...(body === undefined ? {} : { "content-type": "application/json" }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      expect(response.status, `${method} ${path}`).toBe(200);
      return (await response.json()) as Record<string, unknown>;
    }
    const item = () => api.get<Item>(`/v1/work/${encodeURIComponent(`alert:loud@${DEVICE}`)}`);

    beforeAll(async () => {
      sinks = await openAlertSinks(mosquittoUrl ?? "", "kota/alerts/real-test");
      port = await freePort();
      api = apiClient(`http://127.0.0.1:${port}`);
      cpSync(fileURLToPath(new URL("../../infra/example-city", import.meta.url)), city, { recursive: true });
      writeFileSync(
        join(city, "alerts.yaml"),
        `channels:
  room: { mqtt: { topic: kota/alerts/real-test }, gather: 1s, every: 1s }
  tickets: { webhook: { url: "${sinks.webhookUrl}" }, gather: 1s, every: 1s }
  duty: { mail: { server: "${sinks.mailServer}", from: kota@city.example, to: [duty@city.example] }, gather: 1s, every: 1s }
rules:
  loud: { title: It is loud, metric: noise_laeq, devices: [${DEVICE}], above: 100, clear: 90, severity: critical, work: true, noData: { after: 30s } }
`,
      );
      client = await connectAsync(mosquittoUrl ?? "");
      for (const name of SERVICES) await startService(name);
      sending = setInterval(() => {
        if (level === null) return;
        client.publish(`kota/v1/${DEVICE}`, JSON.stringify({ values: { noise_laeq: level } }), { qos: 1 });
      }, 1_000);
      await eventually(async () => ((await now()).watching ? true : undefined), 60_000, "somebody to watch");
    }, 300_000);

    afterAll(async () => {
      clearInterval(sending);
      killAll();
      await client?.endAsync(true);
      await sinks?.close();
      rmSync(folder, { recursive: true, force: true });
    });

    it("reach every channel once, and the work list", async () => {
      level = 110;
      await everybodyIsTold("firing");
      await eventually(
        async () => ((await item()).status === "open" ? true : undefined),
        30_000,
        "the item of the work list",
      );
    }, 120_000);

    it("are told once, though the API is killed meanwhile; what people did stays as well", async () => {
      await send("POST", `/v1/work/${encodeURIComponent(`alert:loud@${DEVICE}`)}/assign`, {
        by: "Ani",
        to: "Budi",
      });
      await nothingWaits();
      await killAndRestart();
      await becomes("firing");
      expect(await item()).toMatchObject({ status: "open", assignee: "Budi" });
      // Several looks later still nobody has been told again.
      await new Promise((resolve) => setTimeout(resolve, 12_000));
      await everybodyIsTold("firing");
    }, 180_000);

    it("that could not be delivered before the kill are delivered after it, and to nobody twice", async () => {
      sinks.refuseWebhooks(true);
      level = 50;
      await expect
        .poll(() => sinks.told(), { timeout: 60_000, interval: 200 })
        .toMatchObject({ mqtt: ["firing", "cleared"], mail: ["firing", "cleared"] });
      const waiting = async () => (await now()).channels.map(({ waiting }) => waiting);
      await expect.poll(waiting, { timeout: 30_000 }).toEqual([0, 1, 0]);
      await killAndRestart(() => sinks.refuseWebhooks(false));
      await everybodyIsTold("firing", "cleared");
      await nothingWaits();
    }, 180_000);

    it("are held back by maintenance, and told at its end where they still hold", async () => {
      const to = new Date(Date.now() + 3_600_000).toISOString();
      const { id } = await send("POST", "/v1/maintenance", {
        title: "Street works",
        by: "Ani",
        to,
        rules: ["loud"],
      });
      level = 110;
      await becomes("firing");
      expect((await now()).alerts[0]?.maintenance).toBeTruthy();
      await new Promise((resolve) => setTimeout(resolve, 8_000));
      await everybodyIsTold("firing", "cleared");
      await send("DELETE", `/v1/maintenance/${String(id)}`);
      await everybodyIsTold("firing", "cleared", "firing");
    }, 180_000);

    it("have 'no data' as a state of its own, and all of it is history", async () => {
      level = 50;
      await everybodyIsTold("firing", "cleared", "firing", "cleared");
      level = null;
      // For two minutes after its start the API takes nothing that is old for missing: it may not have come yet.
      await becomes("no_data", 180_000);
      await everybodyIsTold("firing", "cleared", "firing", "cleared", "no_data");
      level = 55;
      await everybodyIsTold("firing", "cleared", "firing", "cleared", "no_data", "cleared");
      const history = async () =>
        (await api.get<{ changes: { readonly to: string }[] }>("/v1/alerts/history?rule=loud")).changes.map(
          (change) => change.to,
        );
      await expect.poll(history).toEqual(["ok", "no_data", "cleared", "firing", "cleared", "firing"]);
    }, 400_000);
  },
);
