import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "vitest";
import { freePort, nativeAvailable, startNative } from "../../infra/native/servers.mjs";
import { apiClient } from "./api-client.ts";
import { eventually, startKota } from "./kota-process.ts";
import { startStack } from "./kota-stack.ts";
import { expectScoresToHold } from "./whole-run.ts";

const missing = (["mosquitto", "kafka", "influxdb"] as const).filter((server) => !nativeAvailable(server));
const TIMEOUT_MS = 1_200_000;

// Both wait for minutes most of the time: they do so together, and on servers of their own.
describe.concurrent("a run of the example city ends with scores that are what is stored, after kill -9, an hour that came twice, and 5 % that came late", () => {
  it(
    "in one process",
    async () => {
      const dataDir = mkdtempSync(join(tmpdir(), "kota-e2e-"));
      const mqttPort = await freePort();
      let url = "";
      const start = async () => {
        const started = startKota(["start"], {
          KOTA_HTTP_PORT: "0",
          KOTA_MQTT_PORT: String(mqttPort),
          KOTA_SIMULATE: "false",
          KOTA_DATA_DIR: dataDir,
        });
        url = (await started.line(/page and API\s+(http:\S+)/, 300_000))[1] ?? "";
        await eventually(
          async () => ((await apiClient(url).ready()) ? true : undefined),
          300_000,
          "readiness",
        );
        return started;
      };
      let kota = await start();
      try {
        await expectScoresToHold({
          mqttUrl: `mqtt://127.0.0.1:${mqttPort}`,
          apiUrl: () => url,
          async killScorer() {
            await kota.end("SIGKILL");
            kota = await start();
          },
        });
      } finally {
        await kota.end("SIGKILL");
        await rm(dataDir, { recursive: true, force: true });
      }
    },
    TIMEOUT_MS,
  );

  it.skipIf(missing.length > 0)(
    `on real servers${missing.length > 0 ? ` (missing: ${missing.join(", ")})` : ""}`,
    async () => {
      const native = await startNative();
      try {
        const stack = await startStack({
          mqttUrl: native.mosquitto.url,
          kafkaBrokers: native.kafka.brokers,
          influxdb: native.influxdb,
        });
        try {
          await expectScoresToHold({
            mqttUrl: stack.mqttUrl,
            apiUrl: () => stack.apiUrl,
            killScorer: () => stack.replace("score"),
          });
        } finally {
          await stack.stop();
        }
      } finally {
        await native.stop();
      }
    },
    TIMEOUT_MS,
  );
});
