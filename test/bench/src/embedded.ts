import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { makeBenchCity, TOPIC_PREFIX } from "./bench-city.ts";
import { FULL_SPEED, timesOfNow } from "./event-times.ts";
import { countByApi, type EmbeddedKota, startEmbedded } from "./kota.ts";
import { type LatencySamples, measureLatency } from "./latency.ts";
import { prepareLoad } from "./load.ts";
import { eventTimeOf, type LoadPlan } from "./load-plan.ts";
import { type Machine, machine } from "./machine.ts";
import { percentile, sum } from "./numbers.ts";
import { progress } from "./progress.ts";
import { cpuSeconds, type Memory, microsecondsPerMessage, quiet, watchMemory } from "./usage.ts";

export interface EmbeddedOptions {
  readonly messages: number;
  readonly warmUp: number;
  readonly devices: readonly number[];
  readonly connections: number;
  readonly window: number;
  /** Messages per second while latency is measured. */
  readonly rate: number;
  readonly latencySeconds: number;
  readonly profileDir: string | null;
  /** Temporary, of this run alone. */
  readonly dir: string;
}

/** From publish until seen, milliseconds. */
export interface Latency {
  readonly samples: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** What the embedded default is held to, on two cores. */
export const EMBEDDED_GOALS = { messagesPerSecond: 40_000, countedP99: 250, memory: 400 };

/** One city size. */
export interface EmbeddedRun {
  readonly devices: number;
  /** Acknowledged, so durable: messages a second at full speed. */
  readonly acknowledgedPerSecond: number;
  /** From the first packet until the API counts every message. */
  readonly seconds: number;
  readonly messagesPerSecond: number;
  /** From the last acknowledgement until the API counts every message. */
  readonly behindSeconds: number;
  /** Microseconds a message, the whole process. */
  readonly cpu: number;
  /** Of the load generator. */
  readonly loadCpu: number;
  /** When it was largest, from the start on. */
  readonly memory: Memory;
  readonly latency: { readonly rate: number } & Readonly<Record<keyof LatencySamples, Latency>>;
}

export interface EmbeddedResult {
  readonly benchmark: "embedded";
  readonly machine: Machine;
  readonly options: Omit<EmbeddedOptions, "dir" | "profileDir">;
  readonly runs: readonly EmbeddedRun[];
}

const WARM_UP_OF_DEVICE = 2;
const POLL_MS = 200;
const STORED_TIMEOUT_MS = 300_000;

/** `kota start` in one process with its own broker, log and store. */
export async function benchEmbedded(options: EmbeddedOptions): Promise<EmbeddedResult> {
  const runs: EmbeddedRun[] = [];
  for (const devices of options.devices) runs.push(await runEmbedded(devices, options));
  const { dir: _dir, profileDir: _profileDir, ...shown } = options;
  return { benchmark: "embedded", machine: machine(), options: shown, runs };
}

async function runEmbedded(devices: number, options: EmbeddedOptions): Promise<EmbeddedRun> {
  const say = (text: string) => progress(`${devices} devices: ${text}`);
  const dir = join(options.dir, `devices-${devices}`);
  const city = join(dir, "city");
  makeBenchCity(city, devices);
  say("starting kota");
  const kota = await startEmbedded({ city, dataDir: dir, profileDir: options.profileDir });
  const memory = watchMemory(kota.pids);
  try {
    const load: Omit<LoadPlan, "messages" | "start" | "stepMs"> = {
      host: "127.0.0.1",
      port: kota.mqttPort,
      topicPrefix: TOPIC_PREFIX,
      devices,
      connections: options.connections,
      window: options.window,
      rate: 0,
    };
    const times = timesOfNow(devices);
    if (options.warmUp > 0) {
      // A device's first message is not what its others are: it is adopted, and a place is made for it everywhere.
      const warmUp = Math.max(options.warmUp, WARM_UP_OF_DEVICE * devices);
      say(`warming up with ${warmUp} messages`);
      const plan = { ...load, ...times(warmUp, FULL_SPEED) };
      await Promise.all([(await prepareLoad(plan)).go(), untilCounted(kota, plan)]);
    }

    await quiet(kota.pids);
    const plan = { ...load, ...times(options.messages, FULL_SPEED) };
    const ready = await prepareLoad(plan);
    say(`sending ${options.messages} messages as fast as they are acknowledged`);
    const before = cpuSeconds(kota.pids);
    const begun = performance.now();
    const sending = ready.go();
    const counted = untilCounted(kota, plan);
    const [sent] = await Promise.all([sending, counted]);
    const seconds = (performance.now() - begun) / 1000;
    await quiet(kota.pids);
    const cpu = sum(Object.values(microsecondsPerMessage(before, cpuSeconds(kota.pids), options.messages)));
    say(
      `acknowledged after ${sent.seconds.toFixed(1)} s, counted after ${seconds.toFixed(1)} s, ${cpu.toFixed(1)} µs of processor a message`,
    );

    say(`measuring latency at ${options.rate} messages a second for ${options.latencySeconds} s`);
    const background = await prepareLoad({
      ...load,
      rate: options.rate,
      ...times(options.rate * options.latencySeconds, options.rate),
    });
    const running = background.go();
    const samples = await measureLatency(kota, running);
    return {
      devices,
      acknowledgedPerSecond: options.messages / sent.seconds,
      seconds,
      messagesPerSecond: options.messages / seconds,
      behindSeconds: Math.max(0, seconds - sent.seconds),
      cpu,
      loadCpu: (sent.cpuSeconds * 1e6) / options.messages,
      memory: memory.stop(),
      latency: {
        rate: options.rate,
        acknowledged: latencyOf(samples.acknowledged),
        latest: latencyOf(samples.latest),
        counted: latencyOf(samples.counted),
        score: latencyOf(samples.score),
      },
    };
  } finally {
    memory.stop();
    await kota.stop();
  }
}

async function untilCounted(kota: EmbeddedKota, plan: LoadPlan): Promise<void> {
  const { from, to } = eventTimeOf(plan);
  let count = 0;
  for (const deadline = Date.now() + STORED_TIMEOUT_MS; Date.now() < deadline; await sleep(POLL_MS)) {
    kota.assertRunning();
    count = await countByApi(kota, { from, to });
    if (count > plan.messages) throw new Error(`kota counts ${count} readings of ${plan.messages}`);
    if (count === plan.messages) return;
  }
  throw new Error(`kota counts ${count} of ${plan.messages} messages after ${STORED_TIMEOUT_MS / 1000} s`);
}

function latencyOf(milliseconds: readonly number[]): Latency {
  return {
    samples: milliseconds.length,
    p50: percentile(milliseconds, 0.5),
    p95: percentile(milliseconds, 0.95),
    p99: percentile(milliseconds, 0.99),
  };
}
