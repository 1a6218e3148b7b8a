import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { KotaError } from "@kota/model";
import { describe, expect, it } from "vitest";
import { loadConfig } from "./config.ts";

const defaults = { city: "city", dataDir: ".kota" };

function problem(env: Record<string, string>): string {
  try {
    loadConfig(env, defaults);
  } catch (error) {
    if (error instanceof KotaError && error.code === "config_invalid") return error.message;
    throw error;
  }
  return "";
}

describe("the settings", () => {
  it("have defaults that run everything in one process", () => {
    const config = loadConfig({}, defaults, "/somewhere");
    expect(config).toMatchObject({
      eventLog: "embedded",
      timeSeries: "duckdb",
      mqttUrl: null,
      httpPort: 8080,
      mqttPort: 1883,
    });
    expect(config.city).toBe("/somewhere/city");
  });

  it("come from the file that KOTA_CONFIG names, and the environment wins", () => {
    const file = join(mkdtempSync(join(tmpdir(), "kota-")), "kota.yaml");
    writeFileSync(file, "httpPort: 9000\nmqttPort: 2000\n");
    const config = loadConfig({ KOTA_CONFIG: file, KOTA_MQTT_PORT: "3000" }, defaults);
    expect(config).toMatchObject({ httpPort: 9000, mqttPort: 3000 });
  });

  it("split a list of brokers at commas", () => {
    expect(loadConfig({ KOTA_KAFKA_BROKERS: "a:1, b:2" }, defaults).kafkaBrokers).toEqual(["a:1", "b:2"]);
  });

  it("take one access token or several, and none that is easily guessed", () => {
    const good = "a-token-of-good-length";
    expect(loadConfig({}, defaults)).toMatchObject({ ingestToken: null, adminToken: null });
    expect(loadConfig({ KOTA_INGEST_TOKEN: `${good}, ${good}2` }, defaults).ingestToken).toEqual([
      good,
      `${good}2`,
    ]);
    expect(problem({ KOTA_ADMIN_TOKEN: "admin" })).toMatch(/KOTA_ADMIN_TOKEN.*at least 16/);
    expect(problem({ KOTA_ADMIN_TOKEN: `${good},` })).toContain("KOTA_ADMIN_TOKEN");
  });

  it("name the variable of every value that cannot be used", () => {
    const text = problem({ KOTA_HTTP_PORT: "eighty", KOTA_EVENT_LOG: "rabbit" });
    expect(text).toContain("KOTA_HTTP_PORT");
    expect(text).toContain("KOTA_EVENT_LOG");
  });

  it("refuse a variable that does not exist, so that a typing error does not pass in silence", () => {
    expect(problem({ KOTA_HTP_PORT: "80" })).toContain("KOTA_HTP_PORT: there is no such setting");
  });

  it("refuse an unknown key in the file", () => {
    const file = join(mkdtempSync(join(tmpdir(), "kota-")), "kota.yaml");
    writeFileSync(file, "httPort: 1\n");
    expect(problem({ KOTA_CONFIG: file })).toContain("httPort");
  });
});
