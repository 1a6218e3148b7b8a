import { mkdtempSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectAsync } from "mqtt";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ApiClient, apiClient } from "./api-client.ts";
import { kotaCommand } from "./kota-command.ts";
import { eventually, type KotaProcess, killAll, startKota } from "./kota-process.ts";

const ADMIN = "an-admin-token-for-tests-1";
const dataDir = mkdtempSync(join(tmpdir(), "kota-e2e-"));

let kota: KotaProcess;
let url: string;
let mqttUrl: string;
let api: ApiClient;

async function start(): Promise<void> {
  kota = startKota(["start"], {
    KOTA_HTTP_PORT: "0",
    KOTA_MQTT_PORT: "0",
    KOTA_SIMULATE: "false",
    KOTA_DATA_DIR: dataDir,
    KOTA_ADMIN_TOKEN: ADMIN,
  });
  url = (await kota.line(/page and API\s+(http:\S+)/))[1] ?? "";
  mqttUrl = (await kota.line(/MQTT broker\s+(mqtt:\S+)/))[1] ?? "";
  api = apiClient(url);
  await eventually(async () => ((await api.ready()) ? true : undefined), 20_000, "readiness");
}

beforeAll(start);
afterAll(async () => {
  killAll();
  await rm(dataDir, { recursive: true, force: true });
});

const plain = {
  area: "city",
  unit: "%",
  period: "last-quarter",
  author: "Office for tests",
  evidence: "https://example.org/test",
  quality: "B",
  source: "A register",
};

/** Waits until the city's score of an indicator is so. */
function scored(indicator: string, score: number | null): Promise<void> {
  return eventually(
    async () => {
      const rows = await api.scores("?area=city&level=all");
      const found = rows.find((row) => row.indicator === indicator);
      if (found === undefined) return undefined;
      const isSo = score === null ? found.score === null : Math.abs((found.score ?? -1) - score) < 1e-9;
      return isSo ? true : undefined;
    },
    20_000,
    `${indicator} ${score}`,
  ).then(() => {});
}

const running = (...args: string[]) => kotaCommand(args, { KOTA_API_URL: url, KOTA_ADMIN_TOKEN: ADMIN });
const offline = (...args: string[]) => kotaCommand(args, { KOTA_DATA_DIR: dataDir, KOTA_HTTP_PORT: "9" });

interface Receipt {
  receipt: {
    state: string;
    score: number | null;
    report: { value: number; author: string; revision: number; via: string } | null;
  };
  recomputed: number | null;
}
const receiptOf = (dimension: string, aspect: string, indicator: string) =>
  api.get<Receipt>(
    `/v1/scores/receipt?area=leith&dimension=${dimension}&aspect=${aspect}&indicator=${indicator}`,
  );

describe("reports", () => {
  it("of the city's folder give the four dimensions that no sensor measures their scores", async () => {
    await scored("unemployment_rate", 78.33333333333333);
    const rows = await api.scores("?area=city");
    for (const dimension of ["governance", "branding", "economy", "community"]) {
      const row = rows.find((each) => each.dimension === dimension && each.aspect === null);
      expect([dimension, row?.score]).toEqual([dimension, expect.any(Number)]);
    }
    expect((await receiptOf("governance", "openness", "open_data_current")).receipt).toMatchObject({
      state: "not_reported",
      score: null,
    });
    expect((await receiptOf("governance", "permits", "permits_in_time")).receipt).toMatchObject({
      state: "expired",
      score: null,
      report: { value: 71 },
    });
  });

  it("over HTTP become a score with a receipt that names the author", async () => {
    const response = await fetch(`${url}/v1/reports`, {
      method: "POST",
      headers: { authorization: `Bearer ${ADMIN}`, "content-type": "application/json" },
      body: JSON.stringify({ ...plain, indicator: "open_data_current", value: 75 }),
    });
    expect(response.status).toBe(200);
    await scored("open_data_current", 70);
    const { receipt, recomputed } = await receiptOf("governance", "openness", "open_data_current");
    expect(receipt).toMatchObject({
      state: "reported",
      report: { value: 75, author: "Office for tests", via: "http", revision: 1 },
    });
    expect(recomputed).toBeCloseTo(70);
  });

  it("over MQTT become a score, and one that does not fit becomes a rejection with the reason", async () => {
    const client = await connectAsync(mqttUrl);
    const topic = "kota/v1/report/permits_in_time";
    await client.publishAsync(topic, JSON.stringify({ ...plain, value: 80 }), { qos: 1 });
    await client.publishAsync(topic, JSON.stringify({ ...plain, value: 80, unit: "1" }), { qos: 1 });
    await client.endAsync();
    await scored("permits_in_time", 60);
    expect((await receiptOf("governance", "permits", "permits_in_time")).receipt.report).toMatchObject({
      value: 80,
      via: "mqtt",
    });
    const [rejection] = await eventually(
      async () => {
        const found = await api.rejections("?code=report_refused");
        return found.length > 0 ? found : undefined;
      },
      10_000,
      "the rejection",
    );
    expect(rejection).toMatchObject({
      topic,
      reason: expect.stringContaining("unit: expected '%', got '1'"),
    });
  });

  it("of a table correct earlier ones; a table with a wrong line is not taken", async () => {
    const file = join(dataDir, "corrected.csv");
    const header = "indicator,area,value,unit,period,author,evidence,quality,source";
    const row = (value: string) =>
      `${header}\nrequests_in_time,city,${value},%,last-month,Office for tests,https://example.org/test,A,Register\n`;
    writeFileSync(file, row("most"));
    const wrong = await running("report", file);
    expect(wrong.code).not.toBe(0);
    expect(wrong.err).toContain(`${file}:2: value: expected a number`);

    writeFileSync(file, row("90"));
    const dry = await running("report", "--dry-run", file);
    expect(JSON.parse(dry.out)).toMatchObject({ dryRun: true, corrected: 1 });
    const taken = await running("report", file);
    expect(JSON.parse(taken.out)).toMatchObject({ rows: 1, corrected: 1, new: 0 });
    await scored("requests_in_time", 85);
    const again = await running("report", file);
    expect(JSON.parse(again.out)).toMatchObject({ corrected: 0, unchanged: 1 });
    const explained = await running("explain", "leith", "--dimension", "governance");
    expect(explained.out).toContain("by Office for tests");
    expect(explained.out).toContain("corrects 84 % by Kota Contoh citizen service (example)");
  });

  it("are all there after a crash, and the folder does not take a correction back", async () => {
    await kota.end("SIGKILL");
    await start();
    await scored("requests_in_time", 85);
    await scored("open_data_current", 70);
    await scored("permits_in_time", 60);
    expect((await receiptOf("governance", "service", "requests_in_time")).receipt.report).toMatchObject({
      value: 90,
      revision: 2,
    });
  });

  it("are in what is explained and verified while no kota runs", async () => {
    await kota.end("SIGTERM");
    const explained = await offline("explain", "leith", "--dimension", "governance");
    expect(explained.out).toContain("75 % for");
    expect(await offline("verify")).toMatchObject({ code: 0 });
  });
});
