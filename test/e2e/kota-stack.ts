import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SERVICE_NAMES, type ServiceName } from "@kota/runtime";
import { inject } from "vitest";
import { freePort } from "../../infra/native/servers.mjs";
import { eventually, type KotaProcess, startKota } from "./kota-process.ts";

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

/** What a stack stands on. */
export interface StackServers {
  readonly mqttUrl: string;
  readonly kafkaBrokers: readonly string[];
  readonly influxdb: {
    readonly url: string;
    readonly org: string;
    readonly bucket: string;
    readonly token: string;
  };
}

/** Those that all tests of a run share: what another test sent to the same devices is there, too. */
function sharedServers(): StackServers {
  if (!mosquittoUrl || !kafkaBrokers || !influxdb) throw new Error(`missing: ${MISSING_SERVERS}`);
  return { mqttUrl: mosquittoUrl, kafkaBrokers, influxdb };
}

export async function startStack(servers = sharedServers()): Promise<KotaStack> {
  const processes = new Map<ServiceName, KotaProcess>();
  const ports = new Map<ServiceName, number>();
  const dataDir = mkdtempSync(join(tmpdir(), "kota-stack-"));

  function start(name: ServiceName): void {
    processes.set(
      name,
      startKota(["run", name], {
        KOTA_MQTT_URL: servers.mqttUrl,
        KOTA_KAFKA_BROKERS: servers.kafkaBrokers.join(","),
        KOTA_INFLUX_URL: servers.influxdb.url,
        KOTA_INFLUX_ORG: servers.influxdb.org,
        KOTA_INFLUX_BUCKET: servers.influxdb.bucket,
        KOTA_INFLUX_TOKEN: servers.influxdb.token,
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
    await Promise.all([...processes.values()].map((process) => process.end("SIGKILL")));
    await rm(dataDir, { recursive: true, force: true });
  }

  try {
    for (const name of SERVICE_NAMES) await ready(name);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    mqttUrl: servers.mqttUrl,
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
