import { execFile } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { makeBenchCity, TOPIC_PREFIX } from "./bench-city.ts";
import { startEmbedded } from "./kota.ts";
import { measureLatency } from "./latency.ts";
import { prepareLoad } from "./load.ts";
import { type Machine, machine } from "./machine.ts";
import { percentile } from "./numbers.ts";
import { progress } from "./progress.ts";
import type { ScoreLoadResult } from "./score-load-process.ts";
import type { ScoreYearResult } from "./score-year-process.ts";

export interface ScoresOptions {
  readonly devices: number;
  /** Messages a second while the latency is measured, and readings a second while the cost is. */
  readonly rate: number;
  readonly seconds: number;
  readonly series: number;
  readonly areas: number;
  readonly hours: number;
  readonly profileDir: string | null;
  /** Temporary, of this run alone. */
  readonly dir: string;
}

export interface ScoresResult {
  readonly benchmark: "scores";
  readonly machine: Machine;
  readonly options: Omit<ScoresOptions, "dir" | "profileDir">;
  readonly latency: {
    readonly samples: number;
    /** From publish until the live stream has the score, milliseconds. */
    readonly streamP50: number;
    readonly streamP99: number;
    /** From the receipt of a message until its score is in the log: the limits of the buckets that hold the median and the 99th of 100. */
    readonly publishedP50: number;
    readonly publishedP99: number;
  };
  readonly load: ScoreLoadResult;
  /** The same at so many times the rate. */
  readonly dense: ScoreLoadResult;
  readonly year: ScoreYearResult;
}

/** A second rate, at which the devices of a city send every few seconds: what looking at whole areas costs is shared by more readings. */
export const DENSE = 4;
const WINDOW = { connections: 8, window: 500 };

/** The scorer: how soon, at what cost, and how fast over the past. */
export async function benchScores(options: ScoresOptions): Promise<ScoresResult> {
  const { dir: _dir, profileDir: _profileDir, ...shown } = options;
  const { areas, hours, rate, series, seconds } = options;
  const latency = await measureScores(options);
  progress(
    `scoring ${rate} readings a second of ${series} series, for ${seconds} s after an hour of history`,
  );
  const load = await inProcess<ScoreLoadResult>("score-load-process.js", [series, seconds, rate], options);
  const denseRate = DENSE * rate;
  progress(`the same, ${denseRate} readings a second`);
  const dense = await inProcess<ScoreLoadResult>(
    "score-load-process.js",
    [series, seconds, denseRate],
    options,
  );
  progress(`scoring ${hours} hours of ${areas} areas`);
  const year = await inProcess<ScoreYearResult>("score-year-process.js", [areas, hours], options);
  return { benchmark: "scores", machine: machine(), options: shown, latency, load, dense, year };
}

async function measureScores(options: ScoresOptions): Promise<ScoresResult["latency"]> {
  const { devices, rate, seconds, profileDir } = options;
  const city = join(options.dir, "city");
  makeBenchCity(city, devices);
  progress(`starting kota with ${devices} devices`);
  const kota = await startEmbedded({ city, dataDir: options.dir, profileDir });
  try {
    const messages = rate * seconds;
    const load = await prepareLoad({
      ...{
        host: "127.0.0.1",
        port: kota.mqttPort,
        topicPrefix: TOPIC_PREFIX,
        devices,
        messages,
        rate,
        ...WINDOW,
      },
      // Each reading is sent at about its own time: none is late.
      start: Date.now(),
      stepMs: Math.max(1, Math.floor((1000 * devices) / rate)),
    });
    progress(`measuring at ${rate} messages a second for ${seconds} s`);
    const { score } = await measureLatency(kota, load.go());
    const text = await (await fetch(`${kota.apiUrl}/metrics`)).text();
    return {
      samples: score.length,
      streamP50: percentile(score, 0.5),
      streamP99: percentile(score, 0.99),
      publishedP50: bucketOf(text, 0.5),
      publishedP99: bucketOf(text, 0.99),
    };
  } finally {
    await kota.stop();
  }
}

/** The upper limit, in milliseconds, of the bucket that holds this share of the readings. */
function bucketOf(metrics: string, share: number): number {
  const buckets = [...metrics.matchAll(/^kota_reading_to_score_seconds_bucket\{le="([^"]+)"\} (\d+)/gm)].map(
    ([, limit, count]) => ({
      limit: Number(limit === "+Inf" ? Infinity : limit) * 1000,
      count: Number(count),
    }),
  );
  const total = buckets.at(-1)?.count ?? 0;
  return buckets.find(({ count }) => count >= share * total)?.limit ?? Number.NaN;
}

async function inProcess<T>(
  file: string,
  args: readonly number[],
  { profileDir }: Pick<ScoresOptions, "profileDir">,
): Promise<T> {
  const path = fileURLToPath(new URL(file, import.meta.url));
  const profiling = profileDir === null ? [] : ["--cpu-prof", `--cpu-prof-dir=${profileDir}`];
  const { stdout } = await promisify(execFile)(process.execPath, [...profiling, path, ...args.map(String)]);
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as T;
}
