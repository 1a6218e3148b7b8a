import { execFile } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { MESSAGES, READINGS } from "@kota/event-log";
import { type Native, startNative } from "../../../infra/native/servers.mjs";
import { makeBenchCity } from "./bench-city.ts";
import { timesOfNow } from "./event-times.ts";
import { kotaOnServers } from "./kota.ts";
import { type Machine, machine } from "./machine.ts";
import { progress } from "./progress.ts";
import { type Round, type RoundOptions, runRound } from "./round.ts";
import type { ScoreLoadResult } from "./score-load-process.ts";

export interface ScaleOptions extends Omit<RoundOptions, "rounds"> {
  readonly instances: readonly number[];
  readonly partitions: readonly number[];
  /** The scorer's memory is measured with so many. */
  readonly series: readonly number[];
  /** Temporary, of this run alone. */
  readonly dir: string;
}

/** So many of each service, over so many partitions of the two topics that every message goes through. */
interface ScaleRound extends Round {
  readonly instances: number;
  readonly partitions: number;
}

interface ScaleMemory extends ScoreLoadResult {
  readonly series: number;
}

export interface ScaleResult {
  readonly benchmark: "scale";
  readonly machine: Machine;
  readonly options: Omit<ScaleOptions, "dir">;
  readonly rounds: readonly ScaleRound[];
  readonly memory: readonly ScaleMemory[];
}

const KAFKA_TOOL = fileURLToPath(new URL("../../../infra/native/kafka.sh", import.meta.url));
const SCORE_PROCESS = fileURLToPath(new URL("score-load-process.js", import.meta.url));
const READINGS_AN_HOUR = 6;
/** More than Node takes by itself, so that it is the scorer that is measured and not the collector's distress. */
const HEAP_MEGABYTES = 12_000;

/** What more processes and more partitions give, and what more series cost. */
export async function benchScale(options: ScaleOptions): Promise<ScaleResult> {
  const { dir: _dir, ...shown } = options;
  const memory: ScaleMemory[] = [];
  for (const series of options.series) memory.push(await memoryOf(series));
  const rounds: ScaleRound[] = [];
  for (const partitions of options.partitions) {
    const instances = options.instances.filter((count) => count <= partitions);
    if (instances.length > 0) rounds.push(...(await roundsOver(partitions, instances, options)));
  }
  return { benchmark: "scale", machine: machine(), options: shown, rounds, memory };
}

async function roundsOver(
  partitions: number,
  counts: readonly number[],
  options: ScaleOptions,
): Promise<ScaleRound[]> {
  progress(`starting servers of this run's own, with ${partitions} partitions a topic`);
  const native = await startNative();
  try {
    // A topic keeps the number of partitions that it was made with.
    for (const { name } of [MESSAGES, READINGS]) await makeTopic(native, name, partitions);
    const city = join(options.dir, "city");
    makeBenchCity(city, options.devices);
    const times = timesOfNow(options.devices);
    const rounds: ScaleRound[] = [];
    for (const [n, instances] of counts.entries()) {
      progress(`${instances} of each service, ${partitions} partitions`);
      const under = kotaOnServers(native, {
        ...{ city, instances, dataDir: join(options.dir, "data"), profileDir: null, checkout: null },
      });
      const round = await runRound(native, under, n + 1, { ...options, rounds: counts.length }, times);
      rounds.push({ ...round, instances, partitions });
    }
    return rounds;
  } finally {
    await native.stop();
  }
}

async function makeTopic({ kafka }: Native, topic: string, partitions: number): Promise<void> {
  await promisify(execFile)(KAFKA_TOOL, [
    ...["topics", "--bootstrap-server", kafka.brokers.join(",")],
    ...["--create", "--topic", topic, "--partitions", String(partitions)],
  ]);
}

async function memoryOf(series: number): Promise<ScaleMemory> {
  progress(`the scorer with ${series} series, ${READINGS_AN_HOUR} readings of each an hour`);
  const { stdout } = await promisify(execFile)(process.execPath, [
    `--max-old-space-size=${HEAP_MEGABYTES}`,
    ...[SCORE_PROCESS, series, 10, Math.max(10, series / 600), READINGS_AN_HOUR].map(String),
  ]);
  const result = JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as ScoreLoadResult;
  return { series, ...result };
}
