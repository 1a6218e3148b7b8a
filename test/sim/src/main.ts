import { parseArgs } from "node:util";
import { runSeed, SABOTAGES } from "./run-seed.ts";

const HELP = `pnpm sim   a small city in virtual time, in which processes crash and everything else goes wrong, from a seed

  --seed N       the first seed (1); the same seed gives the same run
  --runs N       how many, one after the other (1)
  --break NAME   breaks the pipeline on purpose, to see that it is noticed: ${SABOTAGES.join(", ")}

Exit status 1: something did not hold; its seed is printed. test/sim/README.md has more.`;

const { values: options } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    runs: { type: "string", default: "1" },
    break: { type: "string" },
    help: { type: "boolean", short: "h", default: false },
  },
});

const TELL_EVERY_MS = 10_000;

function usage(problem: string): never {
  console.error(`${problem}\n\n${HELP}`);
  process.exit(2);
}

function whole(name: "seed" | "runs"): number {
  const value = Number(options[name]);
  if (Number.isInteger(value) && value >= 1) return value;
  return usage(`--${name}: expected a whole number of at least 1, got '${options[name]}'`);
}

async function main(): Promise<void> {
  if (options.help) {
    console.log(HELP);
    return;
  }
  const sabotage = SABOTAGES.find((name) => name === options.break) ?? null;
  if (options.break !== undefined && sabotage === null) usage(`--break: there is no '${options.break}'`);
  const [first, runs] = [whole("seed"), whole("runs")];
  const begun = performance.now();
  const total = { messages: 0, scores: 0, hours: 0, crashes: 0, restarts: 0, logDuplicates: 0 };
  const failed: number[] = [];
  let told = begun;
  for (let seed = first; seed < first + runs; seed++) {
    const result = await runSeed(seed, sabotage);
    for (const name of Object.keys(total) as (keyof typeof total)[]) total[name] += result[name];
    if (result.violations.length > 0) {
      failed.push(seed);
      console.log(`seed ${seed} does not hold:\n  ${result.violations.join("\n  ")}`);
      console.log(`  again: pnpm sim --seed ${seed}${sabotage === null ? "" : ` --break ${sabotage}`}`);
    }
    if (performance.now() - told >= TELL_EVERY_MS) {
      told = performance.now();
      console.error(`${seed - first + 1} of ${runs}, ${failed.length} failed`);
    }
  }
  const seconds = (performance.now() - begun) / 1000;
  console.log(
    `${runs} seeds in ${seconds.toFixed(1)} s: ${total.messages} messages, ${total.scores} scores, ${total.hours.toFixed(0)} virtual hours, ` +
      `${total.crashes} crashes, ${total.restarts} restarts, ${total.logDuplicates} duplicates in the log; ` +
      `${failed.length === 0 ? "all hold" : `${failed.length} do not hold: ${failed.slice(0, 20).join(", ")}`}`,
  );
  process.exit(failed.length === 0 ? 0 : 1);
}

main().catch((error: unknown) => {
  console.error(`sim: ${error instanceof Error ? error.stack : String(error)}`);
  process.exit(1);
});
