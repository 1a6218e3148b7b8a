import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SERVICE_NAMES, type ServiceName } from "@kota/runtime";
import { inject } from "vitest";
import { freePort } from "../../infra/native/servers.mjs";
import { eventually, type KotaProcess, killAll, startKota } from "./kota-process.ts";

const mosquittoUrl = inject("mosquittoUrl");
const kafkaBrokers = inject("kafkaBrokers");
const influxdb = inject("influxdb");

/** Names of the servers that are not to be had here; empty: all are. */
export const MISSING_SERVERS = [
  ...(mosquittoUrl ? [] : ["Mosquitto"]),
  ...(kafkaBrokers ? [] : ["Kafka"]),
  ...(influxdb ? [] : ["InfluxDB"]),
].join(", ");

/** On a machine that is busy with other things. */
const READY_WITHIN_MS = 180_000;

/** Every service as a process of its own, on real servers. */
export interface KotaStack {
  readonly mqttUrl: string;
  readonly apiUrl: string;
  /** The process that runs now. */
  process(name: ServiceName): KotaProcess | undefined;
  /** `kill -9`, and another one; resolves when that is ready. */
  replace(name: ServiceName): Promise<void>;
  /** Kills what still runs, and removes its data. */
  stop(): Promise<void>;
}

export async function startStack(): Promise<KotaStack> {
  const processes = new Map<ServiceName, KotaProcess>();
  const ports = new Map<ServiceName, number>();
  const dataDir = mkdtempSync(join(tmpdir(), "kota-stack-"));

  function start(name: ServiceName): void {
    processes.set(
      name,
      startKota(["run", name], {
        KOTA_MQTT_URL: mosquittoUrl ?? "",
        KOTA_KAFKA_BROKERS: (kafkaBrokers ?? []).join(","),
        KOTA_INFLUX_URL: influxdb?.url ?? "",
        KOTA_INFLUX_ORG: influxdb?.org ?? "",
        KOTA_INFLUX_BUCKET: influxdb?.bucket ?? "",
        KOTA_INFLUX_TOKEN: influxdb?.token ?? "",
        KOTA_HTTP_PORT: String(ports.get(name)),
        KOTA_DATA_DIR: dataDir,
      }),
    );
  }

  const isReady = async (name: ServiceName) =>
    (await fetch(`http://127.0.0.1:${ports.get(name)}/readyz`)).ok ? true : undefined;

  for (const name of SERVICE_NAMES) ports.set(name, await freePort());
  for (const name of SERVICE_NAMES) start(name);
  async function ready(name: ServiceName): Promise<void> {
    try {
      await eventually(() => isReady(name), READY_WITHIN_MS, `readiness of ${name}`);
    } catch (error) {
      const printed = processes.get(name)?.output.slice(-20).join("\n");
      throw new Error(`${String(error)}; it printed:\n${printed}`);
    }
  }

  async function stop(): Promise<void> {
    killAll();
    await rm(dataDir, { recursive: true, force: true });
  }

  try {
    for (const name of SERVICE_NAMES) await ready(name);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    mqttUrl: mosquittoUrl ?? "",
    apiUrl: `http://127.0.0.1:${ports.get("api")}`,
    process: (name) => processes.get(name),
    async replace(name) {
      await processes.get(name)?.end("SIGKILL");
      start(name);
      await ready(name);
    },
    stop,
  };
}
