import { setTimeout as sleep } from "node:timers/promises";
import { BrokenNetwork } from "../broken-network.ts";
import type { Row, Surroundings } from "../row.ts";
import type { Stack } from "../stack.ts";
import type { Trial } from "../trial.ts";
import { onStack } from "./on-stack.ts";

type Hop = "mqtt" | "influx";

const NAMES = { mqtt: "ingest and Mosquitto", influx: "store and InfluxDB" } as const;

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
    async arrange(surroundings) {
      const native = await surroundings.servers.get();
      const network = await BrokenNetwork.before(
        hop === "mqtt" ? native.mosquitto.port : native.influxdb.port,
      );
      networks.set(surroundings, network);
      const options =
        hop === "mqtt"
          ? { mqttUrl: `mqtt://127.0.0.1:${network.port}` }
          : { influxUrl: `http://127.0.0.1:${network.port}` };
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
];
