import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { benchAdapters } from "./adapters.ts";
import { checkBudget } from "./budget.ts";
import { benchEmbedded } from "./embedded.ts";
import {
  adaptersReport,
  embeddedReport,
  scoresReport,
  stackReport,
  webReport,
  webSoakReport,
} from "./report.ts";
import { benchScores } from "./scores.ts";
import { benchStack } from "./stack.ts";
import { benchWeb, soakWeb } from "./web.ts";

const HELP = `pnpm bench stack      kota against Telegraf: MQTT to Kafka to InfluxDB, on real servers of this run's own
pnpm bench embedded   kota start: one process with its own broker, log and store
pnpm bench budget     what a message costs each stage, held to budget.json; some 15 seconds, needs nothing installed
pnpm bench adapters   from the bytes of a message to checked readings, of each adapter of JSON, on one core
pnpm bench web        the page of the example city in Chromium, beside a steady load
pnpm bench scores     the scorer: how soon a reading is in a score, at what cost, and how fast a year is scored again

  --messages N      measured messages, of a round or a city size (300000)
  --warm-up N       messages before them that do not count (50000)
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
    messages: { type: "string", default: "300000" },
    "warm-up": { type: "string", default: "50000" },
    devices: { type: "string" },
    connections: { type: "string", default: "8" },
    window: { type: "string", default: "500" },
    rounds: { type: "string", default: "3" },
    only: { type: "string" },
    against: { type: "string" },
    rate: { type: "string" },
    seconds: { type: "string" },
    series: { type: "string", default: "100000" },
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

async function main(): Promise<void> {
  const [benchmark] = positionals;
  if (options.help || benchmark === undefined) {
    console.log(HELP);
    return;
  }
  if (
    positionals.length > 1 ||
    !["stack", "embedded", "budget", "adapters", "web", "scores"].includes(benchmark)
  ) {
    usage(`there is no benchmark '${positionals.join(" ")}'`);
  }
  if (benchmark === "budget") {
    const { report, isKept } = await checkBudget(options.update);
    console.log(report);
    if (!isKept) process.exitCode = 1;
    return;
  }
  if (benchmark === "adapters") {
    const result = benchAdapters(
      {
        messages: whole("messages", options.messages),
        rounds: whole("rounds", options.rounds),
        devices: whole("devices", options.devices ?? "1000"),
        only: options.only ?? null,
      },
      (text) => console.error(text),
    );
    console.log(adaptersReport(result));
    if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(result, null, 2)}\n`);
    return;
  }
  const profileDir = options.profile === undefined ? null : resolve(options.profile);
  if (profileDir !== null) mkdirSync(profileDir, { recursive: true });
  const load = {
    messages: whole("messages", options.messages),
    warmUp: whole("warm-up", options["warm-up"], 0),
    connections: whole("connections", options.connections),
    window: whole("window", options.window),
    profileDir,
  };
  const dir = mkdtempSync(join(tmpdir(), "kota-bench-"));
  const remove = () => rmSync(dir, { recursive: true, force: true });
  process.once("exit", remove);
  // An exit handler each stops what was started; without this a signal would skip them.
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));

  if (benchmark === "scores") {
    const result = await benchScores({
      devices: whole("devices", options.devices ?? "1000"),
      rate: whole("rate", options.rate ?? "5000"),
      seconds: whole("seconds", options.seconds ?? "30"),
      series: whole("series", options.series),
      areas: whole("areas", options.areas),
      hours: whole("hours", options.hours),
      ...{ profileDir, dir },
    });
    console.log(scoresReport(result));
    if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(result, null, 2)}\n`);
    return;
  }
  if (benchmark === "stack") {
    const result = await benchStack({
      ...load,
      dir,
      devices: whole("devices", options.devices ?? "1000"),
      rounds: whole("rounds", options.rounds),
      only: only(options.only),
      against: options.against === undefined ? null : resolve(options.against),
    });
    console.log(stackReport(result));
    if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(result, null, 2)}\n`);
    return;
  }
  if (benchmark === "web") {
    const chosen = {
      dir,
      devices: whole("devices", options.devices ?? "1000"),
      rate: whole("rate", options.rate ?? "1000"),
      seconds: whole("seconds", options.seconds ?? (options.soak ? "3600" : "180"), 30),
    };
    const result = options.soak ? await soakWeb(chosen) : await benchWeb(chosen);
    console.log(result.benchmark === "web" ? webReport(result) : webSoakReport(result));
    if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(result, null, 2)}\n`);
    return;
  }
  const result = await benchEmbedded({
    ...load,
    dir,
    devices: (options.devices ?? "1000,100000").split(",").map((text) => whole("devices", text)),
    rate: whole("rate", options.rate ?? "5000"),
    latencySeconds: whole("seconds", options.seconds ?? "30"),
  });
  console.log(embeddedReport(result));
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(result, null, 2)}\n`);
}

main().catch((error: unknown) => {
  console.error(`bench: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
});
