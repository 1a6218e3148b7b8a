import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, it } from "vitest";
import { freePort } from "../../infra/native/servers.mjs";
import { apiClient } from "./api-client.ts";
import { eventually, type KotaProcess, killAll, startKota } from "./kota-process.ts";
import { expectScoresToHold } from "./whole-run.ts";

const dataDir = mkdtempSync(join(tmpdir(), "kota-e2e-"));
let kota: KotaProcess;
let url: string;

async function start(mqttPort: number): Promise<void> {
  kota = startKota(["start"], {
    KOTA_HTTP_PORT: "0",
    KOTA_MQTT_PORT: String(mqttPort),
    KOTA_SIMULATE: "false",
    KOTA_DATA_DIR: dataDir,
  });
  url = (await kota.line(/page and API\s+(http:\S+)/, 300_000))[1] ?? "";
  await eventually(async () => ((await apiClient(url).ready()) ? true : undefined), 300_000, "readiness");
}

afterAll(async () => {
  killAll();
  await rm(dataDir, { recursive: true, force: true });
});

describe("a run of the example city in one process", () => {
  it("ends with scores that are what is stored, after kill -9, an hour that came twice, and 5 % that came late", async () => {
    const mqttPort = await freePort();
    await start(mqttPort);
    await expectScoresToHold({
      mqttUrl: `mqtt://127.0.0.1:${mqttPort}`,
      apiUrl: () => url,
      async killScorer() {
        await kota.end("SIGKILL");
        await start(mqttPort);
      },
    });
  }, 1_200_000);
});
