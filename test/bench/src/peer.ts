import { setTimeout as sleep } from "node:timers/promises";
import { type Native, SERVERS, startNative } from "../../../infra/native/servers.mjs";
import { countReadings } from "./influx.ts";
import { untilInstalled } from "./installed.ts";
import { prepareLoad } from "./load.ts";
import { eventTimeOf, type LoadPlan } from "./load-plan.ts";
import { type Machine, machine } from "./machine.ts";
import { progress } from "./progress.ts";
import { untilFlowing } from "./round.ts";
import type { SystemUnderTest } from "./system.ts";
import { HALVES, type Half, telegrafOnServers } from "./telegraf.ts";

export interface PeerOptions {
  readonly devices: number;
  readonly rate: number;
  /** Of each trial. */
  readonly seconds: number;
  readonly kills: number;
}

/** What became of a load while one half of the peer was ended again and again, or InfluxDB was away. */
interface PeerTrial {
  readonly fault: string;
  /** All of them are acknowledged to the load generator by Mosquitto, or the trial fails. */
  readonly acknowledged: number;
  readonly stored: number;
  readonly lost: number;
}

export interface PeerResult {
  readonly benchmark: "peer";
  readonly machine: Machine;
  readonly options: PeerOptions;
  readonly trials: readonly PeerTrial[];
}

const HOUR_MS = 3_600_000;
const STILL_MS = 20_000;
const POLL_MS = 500;

/** Whether Telegraf, configured as it is in the comparison, keeps what it was given: the guarantee behind its speed. */
export async function benchPeer(options: PeerOptions): Promise<PeerResult> {
  await untilInstalled([...SERVERS, "telegraf"]);
  progress("starting Mosquitto, Kafka and InfluxDB of this run's own");
  const native = await startNative();
  try {
    const under = await telegrafOnServers(native);
    const telegraf = await under.start();
    try {
      const start = Date.now() - HOUR_MS;
      const messages = options.rate * options.seconds;
      const load: Omit<LoadPlan, "start"> = {
        ...{ host: "127.0.0.1", port: native.mosquitto.port, topicPrefix: under.topicPrefix },
        ...{ messages, devices: options.devices, connections: 4, window: 2000, rate: options.rate },
        stepMs: 10,
      };
      await untilFlowing(native, under, telegraf, { ...load, connections: 1, messages: 1, rate: 0, start });
      const ended = (half: Half, signal: NodeJS.Signals) => async () => {
        for (let kill = 1; kill <= options.kills; kill++) {
          await sleep(((options.seconds * 1000) / (options.kills + 1)) * (0.5 + Math.random()));
          await telegraf.restart(half, signal);
        }
      };
      const faults: [fault: string, act: () => Promise<void>][] = [
        ...HALVES.flatMap((half): [string, () => Promise<void>][] => [
          [`kill -9 of ${half}, ${options.kills} times`, ended(half, "SIGKILL")],
          [`SIGTERM of ${half}, ${options.kills} times`, ended(half, "SIGTERM")],
        ]),
        [
          `InfluxDB away for ${Math.round(options.seconds / 3)} s`,
          async () => {
            await sleep((options.seconds * 1000) / 3);
            await native.kill("influxdb");
            await sleep((options.seconds * 1000) / 3);
            await native.start("influxdb");
          },
        ],
      ];
      const trials: PeerTrial[] = [];
      for (const [n, [fault, act]] of faults.entries()) {
        const steps = Math.ceil(messages / options.devices) * load.stepMs;
        const plan = { ...load, start: start + 60_000 + n * (steps + 1000) };
        progress(`${fault}, under ${options.rate} messages a second`);
        const sending = (await prepareLoad(plan)).go();
        await Promise.all([sending, act()]);
        const stored = await untilStill(native, under, plan);
        trials.push({ fault, acknowledged: messages, stored, lost: messages - stored });
      }
      return { benchmark: "peer", machine: machine(), options, trials };
    } finally {
      await telegraf.stop();
    }
  } finally {
    progress("stopping the servers");
    await native.stop();
  }
}

async function untilStill(native: Native, under: SystemUnderTest, plan: LoadPlan): Promise<number> {
  let stored = -1;
  for (let changedAt = Date.now(); Date.now() - changedAt < STILL_MS; await sleep(POLL_MS)) {
    const now = await countReadings(native.influxdb, under, eventTimeOf(plan));
    if (now >= plan.messages) return now;
    if (now !== stored) changedAt = Date.now();
    stored = now;
  }
  return stored;
}
