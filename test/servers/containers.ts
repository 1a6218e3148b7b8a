import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { GenericContainer, type StartedTestContainer, Wait } from "testcontainers";
import type { Servers } from "./servers.ts";

/** Whether a Docker engine answers. */
export function dockerAnswers(): boolean {
  try {
    execFileSync("docker", ["info"], { stdio: "ignore", timeout: 10_000 });
    return true;
  } catch {
    return false;
  }
}

/** The same servers, in the versions that docker-compose.yml names, as containers. */
export async function startContainers(): Promise<Servers> {
  const started: StartedTestContainer[] = [];
  const start = async (container: GenericContainer) => {
    const running = await container.start();
    started.push(running);
    return running;
  };
  const mosquitto = await start(
    new GenericContainer("eclipse-mosquitto:2.0")
      .withExposedPorts(1883)
      .withCopyFilesToContainer([
        {
          source: fileURLToPath(new URL("../../infra/mosquitto/mosquitto.conf", import.meta.url)),
          target: "/mosquitto/config/mosquitto.conf",
        },
      ])
      .withWaitStrategy(Wait.forListeningPorts()),
  );
  // A client is told to connect to the advertised listener, so the port outside has to be known before the start.
  const kafkaPort = 29_092;
  const kafka = await start(
    new GenericContainer("apache/kafka:4.1.0")
      .withExposedPorts({ container: kafkaPort, host: kafkaPort })
      .withEnvironment({
        KAFKA_NODE_ID: "1",
        KAFKA_PROCESS_ROLES: "broker,controller",
        KAFKA_LISTENERS: `PLAINTEXT://:${kafkaPort},CONTROLLER://:9093`,
        KAFKA_ADVERTISED_LISTENERS: `PLAINTEXT://127.0.0.1:${kafkaPort}`,
        KAFKA_CONTROLLER_LISTENER_NAMES: "CONTROLLER",
        KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
        KAFKA_CONTROLLER_QUORUM_VOTERS: "1@localhost:9093",
        KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: "1",
        KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: "0",
        KAFKA_AUTO_CREATE_TOPICS_ENABLE: "false",
        KAFKA_MESSAGE_MAX_BYTES: String(2 * 1024 * 1024),
      })
      .withWaitStrategy(Wait.forLogMessage(/Kafka Server started/)),
  );
  const influx = { org: "kota", bucket: "kota", token: "kota-dev-token" };
  const influxdb = await start(
    new GenericContainer("influxdb:2.7.12")
      .withExposedPorts(8086)
      .withEnvironment({
        DOCKER_INFLUXDB_INIT_MODE: "setup",
        DOCKER_INFLUXDB_INIT_USERNAME: "kota",
        DOCKER_INFLUXDB_INIT_PASSWORD: "kota-dev-password",
        DOCKER_INFLUXDB_INIT_ORG: influx.org,
        DOCKER_INFLUXDB_INIT_BUCKET: influx.bucket,
        DOCKER_INFLUXDB_INIT_ADMIN_TOKEN: influx.token,
      })
      .withWaitStrategy(Wait.forHttp("/health", 8086)),
  );
  return {
    mosquittoUrl: `mqtt://${mosquitto.getHost()}:${mosquitto.getMappedPort(1883)}`,
    kafkaBrokers: [`${kafka.getHost()}:${kafkaPort}`],
    influxdb: { url: `http://${influxdb.getHost()}:${influxdb.getMappedPort(8086)}`, ...influx },
    stop: async () => {
      await Promise.all(started.map((container) => container.stop()));
    },
  };
}
