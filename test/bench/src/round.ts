import { setTimeout as sleep } from "node:timers/promises";
import type { Native } from "../../../infra/native/servers.mjs";
import { type EventTimes, FULL_SPEED } from "./event-times.ts";
import { countReadings } from "./influx.ts";
import { type LoadResult, prepareLoad } from "./load.ts";
import { eventTimeOf, type LoadPlan } from "./load-plan.ts";
import { sum } from "./numbers.ts";
import { progress } from "./progress.ts";
import type { System, SystemUnderTest } from "./system.ts";
import { cpuSeconds, microsecondsPerMessage, type Pids, peakMegabytes, quiet } from "./usage.ts";

export interface RoundOptions {
  readonly messages: number;
  readonly warmUp: number;
  readonly devices: number;
  readonly connections: number;
  readonly window: number;
  readonly rounds: number;
}

/** One system, one round. */
export interface Round {
  readonly system: string;
  readonly round: number;
  /** From the first packet until a query counts every message. */
  readonly seconds: number;
  /** From the first packet until the MQTT broker has acknowledged the last one to the load generator. */
  readonly sentSeconds: number;
  readonly messagesPerSecond: number;
  /** Processor time of each of its processes, microseconds a message. */
  readonly cpu: Readonly<Record<string, number>>;
  /** Peak resident memory of each of its processes, megabytes. */
  readonly memory: Readonly<Record<string, number>>;
  /** The same of what both use, the load generator included. */
  readonly serverCpu: Readonly<Record<string, number>>;
}

const POLL_MS = 200;
const STORED_TIMEOUT_MS = 180_000;
const FLOW_TIMEOUT_MS = 60_000;

/** Starts the system anew, warms it up, and measures one load. */
export async function runRound(
  native: Native,
  under: SystemUnderTest,
  round: number,
  options: RoundOptions,
  times: EventTimes,
): Promise<Round> {
  const say = (text: string) => progress(`round ${round} of ${options.rounds}, ${under.name}: ${text}`);
  const load: Omit<LoadPlan, "messages" | "start" | "stepMs"> = {
    host: "127.0.0.1",
    port: native.mosquitto.port,
    topicPrefix: under.topicPrefix,
    devices: options.devices,
    connections: options.connections,
    window: options.window,
    rate: 0,
  };
  say("starting");
  const system = await under.start();
  try {
    await untilFlowing(native, under, system, { ...load, connections: 1, ...times(1, FULL_SPEED) });
    if (options.warmUp > 0) {
      say(`warming up with ${options.warmUp} messages`);
      await sendAndWait(native, under, system, { ...load, ...times(options.warmUp, FULL_SPEED) });
    }
    const servers: Pids = new Map([
      ["mosquitto", native.mosquitto.pid],
      ["kafka", native.kafka.pid],
      ["influxdb", native.influxdb.pid],
    ]);
    await quiet(new Map([...system.pids, ...servers]));
    const plan = { ...load, ...times(options.messages, FULL_SPEED) };
    const ready = await prepareLoad(plan);
    say(`sending ${options.messages} messages`);
    const before = cpuSeconds(system.pids);
    const serversBefore = cpuSeconds(servers);
    const begun = performance.now();
    let sent: LoadResult | undefined;
    const sending = ready.go().then((result) => {
      sent = result;
    });
    await Promise.all([sending, untilStored(native, under, system, plan)]);
    const seconds = (performance.now() - begun) / 1000;
    const serversAfter = cpuSeconds(servers);
    await quiet(system.pids);
    const after = cpuSeconds(system.pids);
    const perMessage = (from: Map<string, number>, to: Map<string, number>) =>
      microsecondsPerMessage(from, to, options.messages);
    const result: Round = {
      system: under.name,
      round,
      seconds,
      sentSeconds: sent?.seconds ?? Number.NaN,
      messagesPerSecond: options.messages / seconds,
      cpu: perMessage(before, after),
      memory: Object.fromEntries(peakMegabytes(system.pids)),
      serverCpu: {
        ...perMessage(serversBefore, serversAfter),
        load: ((sent?.cpuSeconds ?? Number.NaN) * 1e6) / options.messages,
      },
    };
    say(
      `all stored after ${seconds.toFixed(1)} s, ${sum(Object.values(result.cpu)).toFixed(1)} µs of processor a message`,
    );
    return result;
  } finally {
    await system.stop();
  }
}

/** Sends the same message until it is stored: then subscriptions and consumers are there. */
export async function untilFlowing(
  native: Native,
  under: SystemUnderTest,
  system: System,
  plan: LoadPlan,
): Promise<void> {
  for (const deadline = Date.now() + FLOW_TIMEOUT_MS; Date.now() < deadline; ) {
    system.assertRunning();
    await (await prepareLoad(plan)).go();
    for (let poll = 0; poll < 10; poll++) {
      if ((await countReadings(native.influxdb, under, eventTimeOf(plan))) > 0) return;
      await sleep(POLL_MS);
    }
  }
  throw new Error(`${under.name} has stored nothing after ${FLOW_TIMEOUT_MS / 1000} s`);
}

async function sendAndWait(
  native: Native,
  under: SystemUnderTest,
  system: System,
  plan: LoadPlan,
): Promise<void> {
  const load = await prepareLoad(plan);
  await Promise.all([load.go(), untilStored(native, under, system, plan)]);
}

async function untilStored(
  native: Native,
  under: SystemUnderTest,
  system: System,
  plan: LoadPlan,
): Promise<void> {
  let stored = 0;
  for (const deadline = Date.now() + STORED_TIMEOUT_MS; Date.now() < deadline; await sleep(POLL_MS)) {
    system.assertRunning();
    stored = await countReadings(native.influxdb, under, eventTimeOf(plan));
    if (stored > plan.messages)
      throw new Error(`${under.name} stored ${stored} readings of ${plan.messages}`);
    if (stored === plan.messages) return;
  }
  throw new Error(
    `${under.name} has stored ${stored} of ${plan.messages} messages after ${STORED_TIMEOUT_MS / 1000} s`,
  );
}
