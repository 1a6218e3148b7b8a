import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { type Outcome, report, verdictOf } from "./report.ts";
import { type Row, SCORES_OF, type ScoresOf } from "./row.ts";
import { ROWS } from "./rows.ts";
import { runRow } from "./run-row.ts";
import { Servers } from "./servers.ts";

const HELP = `pnpm faults [ROW …]   faults on real processes and servers, and what came of every message

  ROW               as in --list, or the beginning of one: F10 is F10a to F10g; none: all of them
  --list            the rows and what each guarantees
  --json FILE       writes the result as JSON too
  --messages N      each row sends at least so many (20000)
  --rate N          messages a second (2000)
  --outage N        how long a server is away or a network silent, seconds (20)
  --scores WHICH    compares scores with kota verify, minutes more for each row: none, some (of rows that are about them), all (some)
  --kills N         how often a process is killed in a row that kills (4)

Exit status 1: a guarantee did not hold. test/faults/README.md has more.`;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    list: { type: "boolean", default: false },
    json: { type: "string" },
    messages: { type: "string", default: "20000" },
    rate: { type: "string", default: "2000" },
    outage: { type: "string", default: "20" },
    kills: { type: "string", default: "4" },
    scores: { type: "string", default: "some" },
    help: { type: "boolean", short: "h", default: false },
  },
});

function usage(problem: string): never {
  console.error(`${problem}\n\n${HELP}`);
  process.exit(2);
}

function whole(name: "messages" | "rate" | "outage" | "kills"): number {
  const value = Number(options[name]);
  if (Number.isInteger(value) && value >= 1) return value;
  return usage(`--${name}: expected a whole number of at least 1, got '${options[name]}'`);
}

function scoresOf(): ScoresOf {
  const wanted = SCORES_OF.find((which) => which === options.scores);
  return wanted ?? usage(`--scores: expected one of ${SCORES_OF.join(", ")}, got '${options.scores}'`);
}

function chosen(): readonly Row[] {
  if (positionals.length === 0) return ROWS;
  return positionals.flatMap((name) => {
    const wanted = name.toUpperCase();
    const rows = ROWS.filter(({ id }) => id.toUpperCase() === wanted || id.replace(/[a-z]$/, "") === wanted);
    return rows.length > 0 ? rows : usage(`there is no row '${name}'`);
  });
}

function say(text: string): void {
  process.stderr.write(`${new Date().toISOString().slice(11, 19)}  ${text}\n`);
}

async function main(): Promise<void> {
  if (options.help) {
    console.log(HELP);
    return;
  }
  const rows = chosen();
  if (options.list) {
    for (const { id, fault, guarantee } of rows) console.log(`${id.padEnd(5)} ${fault}\n      ${guarantee}`);
    return;
  }
  // An exit handler each stops what was started; without this a signal would skip them.
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));
  const servers = new Servers();
  const outcomes: Outcome[] = [];
  const settings = {
    messages: whole("messages"),
    rate: whole("rate"),
    outage: whole("outage"),
    kills: whole("kills"),
    scores: scoresOf(),
  };
  try {
    for (const row of rows) {
      say(`${row.id}: ${row.fault}`);
      const outcome = await runRow(row, { ...settings, servers, say });
      outcomes.push(outcome);
      say(`${row.id}: ${verdictOf(outcome)} after ${outcome.seconds.toFixed(0)} s`);
      for (const failure of outcome.result?.failures ?? []) say(`${row.id}: ${failure}`);
    }
  } finally {
    await servers.discard();
  }
  console.log(report(outcomes));
  if (options.json !== undefined) {
    const rows = outcomes.map((outcome) => ({
      row: outcome.row.id,
      fault: outcome.row.fault,
      guarantee: outcome.row.guarantee,
      verdict: verdictOf(outcome),
      seconds: outcome.seconds,
      ...outcome.result,
    }));
    writeFileSync(options.json, `${JSON.stringify({ settings, rows }, null, 2)}\n`);
  }
  process.exit(outcomes.some((outcome) => verdictOf(outcome) === "BROKEN") ? 1 : 0);
}

main().catch((error: unknown) => {
  console.error(`faults: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
});
