import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/** What one stage costs. */
interface Cost {
  /** Processor time of a message, in millionths of the calibration's. */
  readonly cpu: number;
  /** Memory allocated for a message, bytes. */
  readonly bytes: number;
}

type Costs = Readonly<Record<string, Cost>>;

const FILE = fileURLToPath(new URL("../budget.json", import.meta.url));
const PROCESS = fileURLToPath(new URL("budget-process.js", import.meta.url));
/** Processor time differs from machine to machine, also in these units; what is allocated hardly does. */
const MARGIN = { cpu: 1.6, bytes: 1.25 } as const;

export interface BudgetResult {
  readonly report: string;
  readonly isKept: boolean;
}

/** Measures the stages and holds them to `budget.json`; with `update` writes that file. */
export async function checkBudget(update: boolean): Promise<BudgetResult> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    "--expose-gc",
    // So large that nothing is collected while a stage runs: what is allocated can then be read off.
    "--min-semi-space-size=512",
    "--max-semi-space-size=512",
    PROCESS,
  ]);
  const measured = JSON.parse(stdout) as Readonly<Record<string, Cost & { readonly microseconds: number }>>;
  const rounded: Costs = Object.fromEntries(
    Object.entries(measured).map(([name, { cpu, bytes }]) => [
      name,
      { cpu: Number(cpu.toFixed(1)), bytes: Math.round(bytes) },
    ]),
  );
  if (update) writeFileSync(FILE, `${JSON.stringify(rounded, null, 2)}\n`);
  const budget = JSON.parse(readFileSync(FILE, "utf8")) as Costs;
  const over: string[] = [];
  const lines = ["stage      cpu  budget  ratio   bytes  budget  ratio   µs/message here"];
  for (const [name, { cpu, bytes, microseconds }] of Object.entries(measured)) {
    const allowed = budget[name];
    const ratio = { cpu: cpu / (allowed?.cpu ?? 0), bytes: bytes / (allowed?.bytes ?? 0) };
    for (const kind of ["cpu", "bytes"] as const) {
      if (!(ratio[kind] <= MARGIN[kind])) {
        over.push(
          `${name}: ${kind} is ${ratio[kind].toFixed(2)} times its budget; ${MARGIN[kind]} are allowed. If that has to be, 'pnpm bench budget --update' and say why in the commit.`,
        );
      }
    }
    lines.push(
      [
        name.padEnd(9),
        cpu.toFixed(1).padStart(5),
        String(allowed?.cpu ?? "none").padStart(7),
        ratio.cpu.toFixed(2).padStart(6),
        bytes.toFixed(0).padStart(7),
        String(allowed?.bytes ?? "none").padStart(7),
        ratio.bytes.toFixed(2).padStart(6),
        microseconds.toFixed(2).padStart(9),
      ].join(" "),
    );
  }
  return { report: [...lines, ...over].join("\n"), isKept: over.length === 0 };
}
