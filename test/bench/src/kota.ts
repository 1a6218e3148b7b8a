import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { freePort, type Native } from "../../../infra/native/servers.mjs";
import { TOPIC_PREFIX } from "./bench-city.ts";
import { type Child, startChild } from "./child.ts";
import type { System, SystemUnderTest } from "./system.ts";

const BIN = "packages/cli/bin/kota.js";
const KOTA = fileURLToPath(new URL(`../../../${BIN}`, import.meta.url));
const SERVICES = ["ingest", "normalize", "store", "score"];
const READY_TIMEOUT_MS = 60_000;

/** Node's arguments that write a processor profile of `name` at its end into `dir`. */
function profiling(dir: string | null, name: string): string[] {
  return dir === null
    ? []
    : ["--cpu-prof", `--cpu-prof-dir=${dir}`, `--cpu-prof-name=${name}-${Date.now()}.cpuprofile`];
}

/** kota's services, each a process of its own, on real servers. */
export function kotaOnServers(
  native: Native,
  options: {
    readonly city: string;
    readonly dataDir: string;
    readonly profileDir: string | null;
    /** Another built checkout, to be run instead of this one; null: this one. */
    readonly checkout: string | null;
    /** Of each service; default: one. Those of ingest share the load. */
    readonly instances?: number;
  },
): SystemUnderTest {
  const { checkout, instances = 1 } = options;
  const members = SERVICES.flatMap((service) =>
    Array.from({ length: instances }, (_, n) => ({
      service,
      name: n === 0 ? service : `${service}-${n + 1}`,
    })),
  );
  const program = checkout === null ? KOTA : join(checkout, BIN);
  return {
    name: checkout === null ? "kota" : `kota in ${basename(checkout)}`,
    topicPrefix: TOPIC_PREFIX,
    bucket: native.influxdb.bucket,
    field: "pm2_5",
    async start(): Promise<System> {
      const children = new Map<string, Child>();
      const stop = async () => {
        await Promise.all([...children.values()].map((child) => child.stop()));
      };
      try {
        const ports = new Map<string, number>();
        for (const { service, name } of members) {
          const port = await freePort();
          ports.set(name, port);
          children.set(
            name,
            startChild(
              `kota ${name}`,
              process.execPath,
              [...profiling(options.profileDir, name), program, "run", service],
              {
                KOTA_CITY: options.city,
                KOTA_DATA_DIR: options.dataDir,
                KOTA_EVENT_LOG: "kafka",
                KOTA_KAFKA_BROKERS: native.kafka.brokers.join(","),
                KOTA_TIME_SERIES: "influxdb",
                KOTA_INFLUX_URL: native.influxdb.url,
                KOTA_INFLUX_ORG: native.influxdb.org,
                KOTA_INFLUX_BUCKET: native.influxdb.bucket,
                KOTA_INFLUX_TOKEN: native.influxdb.token,
                KOTA_MQTT_URL: native.mosquitto.url,
                ...(instances > 1
                  ? { KOTA_MQTT_CLIENT_ID: `kota-${name}`, KOTA_MQTT_SHARE_GROUP: "kota" }
                  : {}),
                KOTA_HTTP_PORT: String(port),
                KOTA_LOG_FORMAT: "json",
              },
            ),
          );
        }
        for (const [service, port] of ports) {
          const child = children.get(service);
          if (child) await untilReady(`http://127.0.0.1:${port}`, child);
        }
      } catch (error) {
        await stop();
        throw error;
      }
      return {
        pids: new Map([...children].map(([service, { pid }]) => [service, pid])),
        assertRunning() {
          for (const child of children.values()) child.assertRunning();
        },
        stop,
      };
    },
  };
}

export interface EmbeddedKota extends System {
  readonly apiUrl: string;
  readonly mqttPort: number;
}

/** `kota start`: everything in one process, with nothing else. */
export async function startEmbedded(options: {
  readonly city: string;
  readonly dataDir: string;
  readonly profileDir: string | null;
  /** With the recordings and the simulated devices of the city; left out: without. */
  readonly simulates?: boolean;
}): Promise<EmbeddedKota> {
  const child = startChild(
    "kota start",
    process.execPath,
    [...profiling(options.profileDir, "start"), KOTA, "start"],
    {
      KOTA_CITY: options.city,
      KOTA_DATA_DIR: join(options.dataDir, "data"),
      KOTA_SIMULATE: String(options.simulates ?? false),
      KOTA_HTTP_PORT: "0",
      KOTA_MQTT_PORT: "0",
    },
  );
  try {
    const apiUrl = await child.line(/page and API\s+(http:\S+)/);
    const mqttPort = Number(await child.line(/MQTT broker\s+mqtt:\S+:(\d+)/));
    await untilReady(apiUrl, child);
    return {
      apiUrl,
      mqttPort,
      pids: new Map([["kota", child.pid]]),
      assertRunning: () => child.assertRunning(),
      stop: () => child.stop(),
    };
  } catch (error) {
    await child.stop();
    throw error;
  }
}

/** Readings in the time series with an event time in the range, of all devices. */
export async function countByApi(
  { apiUrl }: Pick<EmbeddedKota, "apiUrl">,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<number> {
  const response = await fetch(`${apiUrl}/v1/readings/count?from=${from}&to=${to}`);
  return ((await response.json()) as { count: number }).count;
}

async function untilReady(url: string, child: Child): Promise<void> {
  for (const deadline = Date.now() + READY_TIMEOUT_MS; Date.now() < deadline; await sleep(100)) {
    child.assertRunning();
    const response = await fetch(`${url}/readyz`).catch(() => undefined);
    await response?.arrayBuffer();
    if (response?.ok) return;
  }
  throw new Error(`kota at ${url} is not ready after ${READY_TIMEOUT_MS / 1000} s:\n${child.output()}`);
}
