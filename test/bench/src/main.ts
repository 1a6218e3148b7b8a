import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { benchAdapters } from "./adapters.ts";
import { checkBudget } from "./budget.ts";
import { benchEmbedded } from "./embedded.ts";
import { benchPeer } from "./peer.ts";
import { peerReport } from "./peer-report.ts";
import {
  adaptersReport,
  embeddedReport,
  scoresReport,
  stackReport,
  webReport,
  webSoakReport,
} from "./report.ts";
import { benchScale } from "./scale.ts";
import { scaleReport } from "./scale-report.ts";
import { benchScores } from "./scores.ts";
import { soak } from "./soak.ts";
import { soakReport } from "./soak-report.ts";
import { benchStack } from "./stack.ts";
import { benchWeb, soakWeb } from "./web.ts";

const HELP = `pnpm bench            stack, then embedded: what the README's figures are; the tables, and all of it as JSON
pnpm bench stack      kota against Telegraf: MQTT to Kafka to InfluxDB, on real servers of this run's own
pnpm bench embedded   kota start: one process with its own broker, log and store
pnpm bench soak       a steady load for half an hour: memory, file handles and what waits have to stay
pnpm bench scale      1, 2 and 4 of each service over 1 to 24 partitions; the scorer's memory up to a million series
pnpm bench peer       whether Telegraf, as it is configured for the comparison, loses anything when it is killed
pnpm bench budget     what a message costs each stage, held to budget.json; some 15 seconds, needs nothing installed
pnpm bench adapters   from the bytes of a message to checked readings, of each adapter of JSON, on one core
pnpm bench web        the page of the example city in Chromium, beside a steady load
pnpm bench scores     the scorer: how soon a reading is in a score, at what cost, and how fast a year is scored again

Servers and Telegraf that are missing are installed by infra/native/install.sh first.

  --messages N      measured messages, of a round or a city size (300000; stack 600000)
  --warm-up N       messages before them that do not count (50000; stack 300000)
  --devices N       devices; for embedded also a list (1000; embedded 1000,100000)
  --connections N   MQTT connections of the load generator (8)
  --window N        unacknowledged messages on each (500)
  --json FILE       writes the whole result as JSON too
  --profile DIR     writes a processor profile of every process of kota there (slows it down)

stack
  --rounds N        rounds of each system, in turn (3)
  --only NAME       kota or telegraf: that one alone (adapters: the id of one)
  --against DIR     another built checkout of kota takes turns too: before and after in one run

embedded
  --rate N          messages a second while latency is measured (5000)
  --seconds N       for how long (30)

soak
  --on NAME         embedded or stack (embedded)
  --minutes N       for how long (30)
  --rate N          messages a second (half of the most, which is found first with --messages)

scale
  --instances LIST  of each service (1,2,4)
  --partitions LIST of a topic (1,6,24)
  --series LIST     of the scorer, for its memory (1000,10000,100000,1000000)

peer
  --rate N          messages a second (2000)
  --seconds N       of each trial (30)
  --kills N         how often it is ended in a trial (3)

budget
  --update          writes what was measured into budget.json

web
  --rate N          messages a second while the page is open (1000)
  --seconds N       for how long its memory is watched (180; with --soak 3600)
  --soak            watches its memory and measures nothing else

scores (also --devices)
  --rate N          messages a second while latency is measured (5000)
  --seconds N       for how long, and for how long the scorer alone is measured (30)
  --series N        series that the scorer alone has, with an hour of a reading a minute each (100000)
  --areas N         areas of the city that is scored again (20)
  --hours N         for so many hours (8760)

test/bench/README.md says what is measured, and what is fair and unfair about it.`;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    messages: { type: "string" },
    "warm-up": { type: "string" },
    devices: { type: "string" },
    connections: { type: "string", default: "8" },
    window: { type: "string", default: "500" },
    rounds: { type: "string", default: "3" },
    only: { type: "string" },
    against: { type: "string" },
    rate: { type: "string" },
    seconds: { type: "string" },
    series: { type: "string" },
    on: { type: "string", default: "embedded" },
    minutes: { type: "string", default: "30" },
    instances: { type: "string", default: "1,2,4" },
    partitions: { type: "string", default: "1,6,24" },
    kills: { type: "string", default: "3" },
    areas: { type: "string", default: "20" },
    hours: { type: "string", default: "8760" },
    json: { type: "string" },
    profile: { type: "string" },
    update: { type: "boolean", default: false },
    soak: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  },
});

function whole(name: string, text: string, min = 1): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < min) {
    usage(`--${name}: expected a whole number of at least ${min}, got '${text}'`);
  }
  return value;
}

function usage(problem: string): never {
  console.error(`${problem}\n\n${HELP}`);
  process.exit(2);
}

function only(name: string | undefined): "kota" | "telegraf" | null {
  if (name === undefined) return null;
  if (name === "kota" || name === "telegraf") return name;
  return usage(`--only: expected kota or telegraf, got '${name}'`);
}

function wholes(name: string, text: string): number[] {
  return text.split(",").map((each) => whole(name, each));
}

function place(name: string): "embedded" | "stack" {
  if (name === "embedded" || name === "stack") return name;
  return usage(`--on: expected embedded or stack, got '${name}'`);
}

/** A result for a person and as data. */
interface Outcome {
  readonly report: string;
  readonly result: object;
}

const load = (messages = "300000", warmUp = "50000") => ({
  messages: whole("messages", options.messages ?? messages),
  warmUp: whole("warm-up", options["warm-up"] ?? warmUp, 0),
  connections: whole("connections", options.connections),
  window: whole("window", options.window),
});
const devices = () => whole("devices", options.devices ?? "1000");
const rate = (otherwise: string) => whole("rate", options.rate ?? otherwise);
const seconds = (otherwise: string, min = 1) => whole("seconds", options.seconds ?? otherwise, min);

type Where = { readonly dir: string; readonly profileDir: string | null };

const BENCHMARKS: Readonly<Record<string, (where: Where) => Promise<Outcome>>> = {
  async stack(where) {
    const result = await benchStack({
      // Long enough that what V8 compiles for a process that is to run for months is little of it.
      ...load("600000", "300000"),
      ...where,
      devices: devices(),
      rounds: whole("rounds", options.rounds),
      only: only(options.only),
      against: options.against === undefined ? null : resolve(options.against),
    });
    return { report: stackReport(result), result };
  },
  async embedded(where) {
    const result = await benchEmbedded({
      ...load(),
      ...where,
      devices: wholes("devices", options.devices ?? "1000,100000"),
      rate: rate("5000"),
      latencySeconds: seconds("30"),
    });
    return { report: embeddedReport(result), result };
  },
  async soak(where) {
    const result = await soak({
      ...load(),
      ...where,
      on: place(options.on),
      minutes: whole("minutes", options.minutes),
      devices: devices(),
      rate: options.rate === undefined ? null : rate(options.rate),
    });
    if (Object.values(result.verdict).some(({ isFlat }) => !isFlat)) process.exitCode = 1;
    return { report: soakReport(result), result };
  },
  async scale({ dir }) {
    const result = await benchScale({
      ...load(),
      dir,
      devices: devices(),
      instances: wholes("instances", options.instances),
      partitions: wholes("partitions", options.partitions),
      series: wholes("series", options.series ?? "1000,10000,100000,1000000"),
    });
    return { report: scaleReport(result), result };
  },
  async peer() {
    const result = await benchPeer({
      ...{ devices: devices(), rate: rate("2000"), seconds: seconds("30") },
      kills: whole("kills", options.kills),
    });
    return { report: peerReport(result), result };
  },
  async web({ dir }) {
    const chosen = {
      ...{ dir, devices: devices(), rate: rate("1000") },
      seconds: seconds(options.soak ? "3600" : "180", 30),
    };
    const result = options.soak ? await soakWeb(chosen) : await benchWeb(chosen);
    return { report: result.benchmark === "web" ? webReport(result) : webSoakReport(result), result };
  },
  async scores(where) {
    const result = await benchScores({
      ...where,
      ...{ devices: devices(), rate: rate("5000"), seconds: seconds("30") },
      series: whole("series", options.series ?? "100000"),
      areas: whole("areas", options.areas),
      hours: whole("hours", options.hours),
    });
    return { report: scoresReport(result), result };
  },
  async adapters() {
    const result = benchAdapters(
      {
        ...{ messages: load().messages, rounds: whole("rounds", options.rounds) },
        ...{ devices: devices(), only: options.only ?? null },
      },
      (text) => console.error(text),
    );
    return { report: adaptersReport(result), result };
  },
};
/** Without a name: what is compared with others, and what a user starts with. */
const USUAL = ["stack", "embedded"];

async function main(): Promise<void> {
  if (options.help) {
    console.log(HELP);
    return;
  }
  const [name] = positionals;
  if (positionals.length > 1 || (name !== undefined && name !== "budget" && !(name in BENCHMARKS))) {
    usage(`there is no benchmark '${positionals.join(" ")}'`);
  }
  if (name === "budget") {
    const { report, isKept } = await checkBudget(options.update);
    console.log(report);
    if (!isKept) process.exitCode = 1;
    return;
  }
  const profileDir = options.profile === undefined ? null : resolve(options.profile);
  if (profileDir !== null) mkdirSync(profileDir, { recursive: true });
  // An exit handler each stops what was started; without this a signal would skip them.
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));
  // Each process that is started is to end with this one: with more than ten Node warns of a leak.
  process.setMaxListeners(0);
  const results: object[] = [];
  for (const each of name === undefined ? USUAL : [name]) {
    const dir = mkdtempSync(join(tmpdir(), "kota-bench-"));
    process.once("exit", () => rmSync(dir, { recursive: true, force: true }));
    const outcome = await BENCHMARKS[each]?.({ dir, profileDir });
    if (outcome === undefined) continue;
    console.log(name === undefined ? `${outcome.report}\n` : outcome.report);
    results.push(outcome.result);
  }
  const json = JSON.stringify(name === undefined ? results : results[0], null, 2);
  if (options.json !== undefined) writeFileSync(options.json, `${json}\n`);
  else if (name === undefined) console.log(json);
}

main().catch((error: unknown) => {
  console.error(`bench: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
});
