import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startNative } from "../../../infra/native/servers.mjs";
import { makeBenchCity, SCORED_VALUES, TOPIC_PREFIX } from "./bench-city.ts";
import { countReadings } from "./influx.ts";
import { countByApi, kotaOnServers, startEmbedded } from "./kota.ts";
import { prepareLoad, type ReadyLoad } from "./load.ts";
import { eventTimeOf, type LoadPlan } from "./load-plan.ts";
import { type Machine, machine } from "./machine.ts";
import { heldBy } from "./process-state.ts";
import { progress } from "./progress.ts";
import { type SoakSample, type SoakVerdict, soakVerdict } from "./soak-verdict.ts";
import type { System } from "./system.ts";

export interface SoakOptions {
  readonly on: "embedded" | "stack";
  readonly minutes: number;
  /** Messages a second; null: half of what is found to be the most. */
  readonly rate: number | null;
  /** So many are sent as fast as they are taken, to find that. */
  readonly messages: number;
  readonly warmUp: number;
  readonly devices: number;
  readonly connections: number;
  readonly window: number;
  readonly profileDir: string | null;
  /** Temporary, of this run alone. */
  readonly dir: string;
}

export interface SoakResult {
  readonly benchmark: "soak";
  readonly machine: Machine;
  readonly options: Omit<SoakOptions, "dir" | "profileDir">;
  /** Messages a second, acknowledged and counted, at full speed; null: it was not asked for. */
  readonly most: number | null;
  readonly rate: number;
  readonly scoredValues: number;
  readonly sent: number;
  readonly minutes: number;
  /** From the last acknowledgement until every message was counted. */
  readonly drainSeconds: number;
  readonly samples: readonly SoakSample[];
  readonly verdict: SoakVerdict;
}

/** A system that is soaked. */
interface Soaked extends System {
  readonly mqttPort: number;
  /** Readings in the time series with an event time in the range. */
  count(range: { readonly from: number; readonly to: number }): Promise<number>;
}

/** Packets are made a minute ahead, so that half an hour of them is never in memory. */
const SLICE_SECONDS = 60;
const SAMPLE_MS = 5000;
const POLL_MS = 200;
const COUNTED_TIMEOUT_MS = 300_000;
const HOUR_MS = 3_600_000;

/** A steady load for a long time: memory, open files and what waits have to stay. */
export async function soak(options: SoakOptions): Promise<SoakResult> {
  makeBenchCity(join(options.dir, "city"), options.devices);
  progress(`starting kota, ${options.on}`);
  const system = await startSoaked(options);
  try {
    const load = {
      host: "127.0.0.1",
      port: system.mqttPort,
      topicPrefix: TOPIC_PREFIX,
      devices: options.devices,
      connections: options.connections,
      window: options.window,
    };
    const most = options.rate === null ? await findMost(system, load, options) : null;
    const rate = options.rate ?? Math.max(1, Math.floor((most ?? 0) / 2));
    progress(`${rate} messages a second for ${options.minutes} minutes`);
    const { sent, minutes, drainSeconds, samples } = await hold(system, load, rate, options.minutes);
    const { dir: _dir, profileDir: _profileDir, ...shown } = options;
    return {
      benchmark: "soak",
      machine: machine(),
      options: shown,
      ...{ most, rate, scoredValues: SCORED_VALUES, sent, minutes, drainSeconds, samples },
      verdict: soakVerdict(samples, { rate, devices: options.devices, scoredValues: SCORED_VALUES }),
    };
  } finally {
    await system.stop();
  }
}

type Target = Omit<LoadPlan, "messages" | "rate" | "start" | "stepMs">;

async function startSoaked({ on, dir, profileDir }: SoakOptions): Promise<Soaked> {
  const city = join(dir, "city");
  if (on === "embedded") {
    const kota = await startEmbedded({ city, dataDir: dir, profileDir });
    return { ...kota, count: (range) => countByApi(kota, range) };
  }
  const native = await startNative();
  try {
    const under = kotaOnServers(native, { city, dataDir: join(dir, "data"), profileDir, checkout: null });
    const system = await under.start();
    return {
      ...system,
      mqttPort: native.mosquitto.port,
      count: (range) => countReadings(native.influxdb, under, range),
      async stop() {
        await system.stop();
        await native.stop();
      },
    };
  } catch (error) {
    await native.stop();
    throw error;
  }
}

/** How many a second are acknowledged and counted when more are always there. Their times are of the hour before. */
async function findMost(
  system: Soaked,
  load: Target,
  { warmUp, messages, devices }: SoakOptions,
): Promise<number> {
  progress(`finding the most: ${messages} messages after ${warmUp} of warm-up`);
  const steps = [warmUp, messages].map((count) => Math.ceil(count / devices));
  const stepMs = Math.max(1, Math.floor((0.95 * HOUR_MS) / ((steps[0] ?? 0) + (steps[1] ?? 0))));
  const begin = Date.now() - HOUR_MS;
  const sendAll = async (count: number, start: number): Promise<number> => {
    const plan = { ...load, messages: count, rate: 0, start, stepMs };
    const ready = await prepareLoad(plan);
    const begun = performance.now();
    await ready.go();
    await untilCounted(system, plan);
    return (performance.now() - begun) / 1000;
  };
  if (warmUp > 0) await sendAll(warmUp, begin);
  const seconds = await sendAll(messages, begin + (steps[0] ?? 0) * stepMs);
  const most = messages / seconds;
  progress(`${Math.round(most)} messages a second at most`);
  return most;
}

async function untilCounted(system: Soaked, plan: LoadPlan): Promise<void> {
  let count = 0;
  for (const deadline = Date.now() + COUNTED_TIMEOUT_MS; Date.now() < deadline; await sleep(POLL_MS)) {
    system.assertRunning();
    count = await system.count(eventTimeOf(plan));
    if (count > plan.messages) throw new Error(`kota counts ${count} readings of ${plan.messages}`);
    if (count === plan.messages) return;
  }
  throw new Error(`kota counts ${count} of ${plan.messages} messages after ${COUNTED_TIMEOUT_MS / 1000} s`);
}

async function hold(
  system: Soaked,
  load: Target,
  rate: number,
  minutes: number,
): Promise<Pick<SoakResult, "sent" | "minutes" | "drainSeconds" | "samples">> {
  const slices = Math.max(1, Math.round((minutes * 60) / SLICE_SECONDS));
  const messages = rate * SLICE_SECONDS;
  const stepMs = Math.max(1, Math.floor((SLICE_SECONDS * 1000) / Math.ceil(messages / load.devices)));
  let start = Date.now();
  const prepare = async (): Promise<{ plan: LoadPlan; ready: ReadyLoad }> => {
    const plan = { ...load, messages, rate, start, stepMs };
    // Slices never share a time, also where a device's step was rounded up to a millisecond.
    start = eventTimeOf(plan).to;
    return { plan, ready: await prepareLoad(plan) };
  };

  const samples: SoakSample[] = [];
  const open: LoadPlan[] = [];
  let acknowledged = 0;
  let acknowledgedNow = 0;
  let counted = 0;
  let isOver = false;
  const begun = performance.now();
  const watch = async (): Promise<void> => {
    while (!isOver) {
      system.assertRunning();
      const sentBefore = acknowledged + acknowledgedNow;
      let now = counted;
      for (const plan of [...open]) {
        const count = await system.count(eventTimeOf(plan));
        now += count;
        // All of a slice are there: it is not asked for again.
        if (count === plan.messages && open.length > 1) {
          open.splice(open.indexOf(plan), 1);
          counted += count;
        }
      }
      const sample = {
        time: performance.now() - begun,
        ...heldBy(system.pids),
        lag: Math.max(0, sentBefore - now),
      };
      samples.push(sample);
      await sleep(SAMPLE_MS);
    }
  };

  let next = prepare();
  const watching = watch();
  const failed = watching.then(() => new Promise<never>(() => {}));
  for (let slice = 1; slice <= slices; slice++) {
    const { plan, ready } = await next;
    if (slice < slices) next = prepare();
    open.push(plan);
    await Promise.race([
      failed,
      ready.go((count) => {
        acknowledgedNow = count;
      }),
    ]);
    acknowledged += plan.messages;
    acknowledgedNow = 0;
    const { own = 0, handles = 0, lag = 0 } = samples.at(-1) ?? {};
    progress(
      `minute ${slice} of ${slices}: ${own.toFixed(0)} MB of its own, ${handles} handles, ${lag} behind`,
    );
  }
  const took = (performance.now() - begun) / 60_000;
  isOver = true;
  await watching;
  const drained = performance.now();
  for (const plan of open) await untilCounted(system, plan);
  return {
    sent: acknowledged,
    minutes: took,
    drainSeconds: (performance.now() - drained) / 1000,
    samples,
  };
}
