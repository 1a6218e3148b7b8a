import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { SERVERS, startNative } from "../../../infra/native/servers.mjs";
import { makeBenchCity } from "./bench-city.ts";
import { timesOfNow } from "./event-times.ts";
import { untilInstalled } from "./installed.ts";
import { kotaOnServers } from "./kota.ts";
import { type Machine, machine, versionOf } from "./machine.ts";
import { progress } from "./progress.ts";
import { type Round, type RoundOptions, runRound } from "./round.ts";
import type { SystemUnderTest } from "./system.ts";
import { telegrafOnServers } from "./telegraf.ts";

export interface StackOptions extends RoundOptions {
  readonly only: "kota" | "telegraf" | null;
  /** Another built checkout of kota that takes turns too; null: none. */
  readonly against: string | null;
  readonly profileDir: string | null;
  /** Temporary, of this run alone. */
  readonly dir: string;
}

export interface StackResult {
  readonly benchmark: "stack";
  readonly machine: Machine;
  readonly versions: Readonly<Record<string, string>>;
  readonly options: Omit<StackOptions, "dir" | "profileDir">;
  readonly rounds: readonly Round[];
}

const LIB = fileURLToPath(new URL("../../../infra/native/lib.sh", import.meta.url));

/** kota and Telegraf in turn, on the same servers, under the same load. */
export async function benchStack(options: StackOptions): Promise<StackResult> {
  await untilInstalled([...SERVERS, ...(options.only === "kota" ? [] : (["telegraf"] as const))]);
  progress("starting Mosquitto, Kafka and InfluxDB of this run's own");
  const native = await startNative();
  try {
    const city = join(options.dir, "city");
    makeBenchCity(city, options.devices);
    const kota = (checkout: string | null) =>
      kotaOnServers(native, {
        city,
        dataDir: join(options.dir, "data"),
        profileDir: checkout === null ? options.profileDir : null,
        checkout,
      });
    const systems: SystemUnderTest[] = [];
    if (options.only !== "telegraf") systems.push(kota(null));
    if (options.against !== null) systems.push(kota(options.against));
    if (options.only !== "kota") systems.push(await telegrafOnServers(native));
    const times = timesOfNow(options.devices);
    const rounds: Round[] = [];
    for (let round = 1; round <= options.rounds; round++) {
      // Each is first as often as the other: who comes second finds warmer servers.
      for (const system of round % 2 === 1 ? systems : systems.toReversed()) {
        rounds.push(await runRound(native, system, round, options, times));
      }
    }
    const { dir: _dir, profileDir: _profileDir, ...shown } = options;
    return {
      benchmark: "stack",
      machine: machine(),
      versions: versions(options),
      options: shown,
      rounds,
    };
  } finally {
    progress("stopping the servers");
    await native.stop();
  }
}

function versions({ only }: StackOptions): Record<string, string> {
  const pinned = (name: string) =>
    new RegExp(`${name}_VERSION=(\\S+)`).exec(readFileSync(LIB, "utf8"))?.[1] ?? "unknown";
  return {
    mosquitto: versionOf("mosquitto", ["-h"]),
    kafka: pinned("KAFKA"),
    influxdb: pinned("INFLUXDB"),
    ...(only === "kota" ? {} : { telegraf: pinned("TELEGRAF") }),
  };
}
