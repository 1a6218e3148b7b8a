import { setTimeout as sleep } from "node:timers/promises";
import { freePort, SERVERS, startNative } from "../../../../infra/native/servers.mjs";
import { BrokenNetwork } from "../broken-network.ts";
import type { Row, Surroundings } from "../row.ts";
import type { Stack } from "../stack.ts";
import type { Trial } from "../trial.ts";
import { onStack } from "./on-stack.ts";

type Hop = "mqtt" | "influx" | "kafka";

const announcedPorts = new WeakMap<Surroundings, number>();

const NAMES = {
  mqtt: "ingest and Mosquitto",
  influx: "store and InfluxDB",
  kafka: "every service and Kafka",
} as const;

function between(
  hop: Hop,
  id: string,
  fault: string,
  guarantee: string,
  act: (trial: Trial<Stack>, network: BrokenNetwork, surroundings: Surroundings) => Promise<void>,
): Row {
  const networks = new WeakMap<Surroundings, BrokenNetwork>();
  return onStack({
    id,
    fault: `${fault} between ${NAMES[hop]}`,
    guarantee,
    ...(hop === "kafka"
      ? {
          async native(surroundings: Surroundings) {
            const announced = await freePort();
            announcedPorts.set(surroundings, announced);
            return startNative({
              servers: SERVERS,
              // Clients go to the address that Kafka announces, so that one is the broken network's.
              kafkaProperties: [`advertised.listeners=PLAINTEXT://127.0.0.1:${announced}`],
            });
          },
        }
      : {}),
    async arrange(surroundings, native) {
      const ports = { mqtt: native.mosquitto.port, influx: native.influxdb.port, kafka: native.kafka.port };
      const network = await BrokenNetwork.before(ports[hop], announcedPorts.get(surroundings));
      networks.set(surroundings, network);
      const address = `127.0.0.1:${network.port}`;
      const options = {
        mqtt: { mqttUrl: `mqtt://${address}` },
        influx: { influxUrl: `http://${address}` },
        kafka: { kafkaBrokers: [address] },
      }[hop];
      return { options, close: () => network.close() };
    },
    async act(trial, surroundings) {
      const network = networks.get(surroundings);
      if (network) await act(trial, network, surroundings);
    },
  });
}

async function resets(trial: Trial<Stack>, network: BrokenNetwork, { options }: Surroundings): Promise<void> {
  for (let n = 0; n < options.kills; n++) {
    network.resetInMidPacket();
    await trial.recovered();
  }
}

async function silence(
  trial: Trial<Stack>,
  network: BrokenNetwork,
  { options }: Surroundings,
): Promise<void> {
  network.weather = "silent";
  await sleep(options.outage * 1000);
  network.weather = "clear";
  await trial.recovered();
}

async function latency(
  trial: Trial<Stack>,
  network: BrokenNetwork,
  { options }: Surroundings,
): Promise<void> {
  network.weather = "slow";
  await sleep(options.outage * 1000);
  const seconds = await trial.recovered();
  trial.expect(seconds < 15, `with 250 ms latency a reading took ${seconds.toFixed(1)} s to be stored`);
  network.weather = "clear";
  await trial.recovered();
}

async function halfOpen(trial: Trial<Stack>, network: BrokenNetwork): Promise<void> {
  network.abandonOpen();
  await trial.recovered();
}

/** Bad before it is hardly there at all: for half as long each. */
async function badLine(
  trial: Trial<Stack>,
  network: BrokenNetwork,
  { options }: Surroundings,
): Promise<void> {
  network.weather = "lossy";
  await sleep(options.outage * 500);
  const seconds = await trial.recovered();
  trial.note(`with 5 % of loss a reading took ${seconds.toFixed(1)} s to be stored`);
  network.weather = "trickle";
  await sleep(options.outage * 500);
  network.weather = "clear";
  await trial.recovered();
}

export const NETWORK_ROWS: readonly Row[] = [
  between(
    "mqtt",
    "F10a",
    "RST in the midst of a packet",
    "acknowledgements never cross connections; exact",
    resets,
  ),
  between("mqtt", "F10b", "nothing comes through for a while", "exact; goes on with what comes", silence),
  between(
    "mqtt",
    "F10c",
    "250 ms of latency each way",
    "keeps up, as thousands are under way at once",
    latency,
  ),
  between(
    "mqtt",
    "F10d",
    "the connection is half-open for ever",
    "noticed by keepalive within 90 s; exact",
    halfOpen,
  ),
  between("influx", "F10e", "RST in the midst of a packet", "the write is made again; exact", resets),
  between("influx", "F10f", "nothing comes through for a while", "exact; readings wait in the log", silence),
  between(
    "influx",
    "F10g",
    "the connection is half-open for ever",
    "the write times out and is made again; exact",
    halfOpen,
  ),
  between("mqtt", "F10h", "5 % of loss, then a byte a second", "exact", badLine),
  between("influx", "F10i", "5 % of loss, then a byte a second", "exact", badLine),
  between("kafka", "F10j", "RST in the midst of a packet", "appends are made again; exact", resets),
  between(
    "kafka",
    "F10k",
    "nothing comes through for a while",
    "nothing is acknowledged meanwhile; exact",
    silence,
  ),
  between("kafka", "F10l", "250 ms of latency each way", "keeps up", latency),
  between(
    "kafka",
    "F10m",
    "the connection is half-open for ever",
    "requests time out and are made again; exact",
    halfOpen,
  ),
  between("kafka", "F10n", "5 % of loss, then a byte a second", "exact", badLine),
];
