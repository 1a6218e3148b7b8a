import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Native } from "../../../infra/native/servers.mjs";
import { type Child, startChild } from "./child.ts";
import { createBucket } from "./influx.ts";
import type { System, SystemUnderTest } from "./system.ts";

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const TOPIC_PREFIX = "telegraf/bench/";
const KAFKA_TOPIC = "telegraf.readings";
const BUCKET = "telegraf";
/** As many as kota's topics have. */
const PARTITIONS = 6;
export const HALVES = ["mqtt-to-kafka", "kafka-to-influxdb"] as const;
export type Half = (typeof HALVES)[number];

/** Both Telegrafs, running. */
interface Telegrafs extends System {
  /** Ends one with the signal and starts it again. */
  restart(half: Half, signal: NodeJS.Signals): Promise<void>;
}

export interface TelegrafUnderTest extends SystemUnderTest {
  start(): Promise<Telegrafs>;
}

/** Telegraf twice: MQTT to Kafka, and Kafka to InfluxDB. Makes its topic and its bucket. */
export async function telegrafOnServers(native: Native): Promise<TelegrafUnderTest> {
  const telegraf = await installedTelegraf();
  await run(`${ROOT}infra/native/kafka.sh`, [
    ...["topics", "--bootstrap-server", native.kafka.brokers.join(",")],
    ...["--create", "--topic", KAFKA_TOPIC, "--partitions", String(PARTITIONS)],
  ]);
  await createBucket(native.influxdb, BUCKET);
  return {
    name: "Telegraf",
    topicPrefix: TOPIC_PREFIX,
    bucket: BUCKET,
    field: "values_pm2_5",
    async start() {
      const children = new Map<Half, Child>();
      const launch = (half: Half) => {
        children.set(
          half,
          startChild(`Telegraf ${half}`, telegraf, ["--config", `${ROOT}infra/telegraf/${half}.conf`], {
            MQTT_URL: native.mosquitto.url,
            MQTT_TOPIC: `${TOPIC_PREFIX}#`,
            KAFKA_BROKERS: native.kafka.brokers.join(","),
            KAFKA_TOPIC,
            INFLUX_URL: native.influxdb.url,
            INFLUX_ORG: native.influxdb.org,
            INFLUX_BUCKET: BUCKET,
            INFLUX_TOKEN: native.influxdb.token,
          }),
        );
      };
      for (const half of HALVES) launch(half);
      return {
        pids: new Map([...children].map(([half, { pid }]) => [half, pid])),
        assertRunning() {
          for (const child of children.values()) child.assertRunning();
        },
        async restart(half, signal) {
          await children.get(half)?.stop(signal);
          launch(half);
        },
        async stop() {
          await Promise.all([...children.values()].map((child) => child.stop()));
        },
      };
    },
  };
}

/** The path of the Telegraf that infra/native installs. */
async function installedTelegraf(): Promise<string> {
  const { stdout } = await run(`${ROOT}infra/native/install.sh`, ["telegraf"]);
  const path = /^telegraf\s+\S+\s+(\/.*)$/m.exec(stdout)?.[1];
  if (path === undefined)
    throw new Error(`infra/native/install.sh telegraf did not say where it is: ${stdout}`);
  return `${path}/telegraf`;
}
