// Measures the stages, as a process of its own: what else runs in a process would be on its account.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { calibrate } from "./budget-calibration.ts";
import { openStages } from "./budget-stages.ts";
import { median } from "./numbers.ts";

const MESSAGES = 20_000;
const WARM_UP = 3;
const REPETITIONS = 7;
const SWEEP_MS = 50;

function cpuMicroseconds(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

function allocated(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

async function main(): Promise<void> {
  const collect = globalThis.gc;
  if (collect === undefined) throw new Error("start it with --expose-gc");
  const dir = mkdtempSync(join(tmpdir(), "kota-budget-"));
  const stages = await openStages(dir, MESSAGES);
  const names = Object.keys(stages.all);
  const cpu = new Map<string, number[]>(names.map((name) => [name, []]));
  const bytes = new Map<string, number[]>(names.map((name) => [name, []]));
  const unit: number[] = [];
  for (let n = 0; n < WARM_UP + REPETITIONS; n++) {
    await stages.prepare();
    const begun = cpuMicroseconds();
    calibrate();
    if (n >= WARM_UP) unit.push(cpuMicroseconds() - begun);
    for (const [name, run] of Object.entries(stages.all)) {
      collect();
      // What was collected is given back beside, on the account of whoever runs then, and counted at the next collection.
      await sleep(SWEEP_MS);
      collect();
      const before = allocated();
      const at = cpuMicroseconds();
      await run();
      const used = cpuMicroseconds() - at;
      const more = allocated() - before;
      if (n < WARM_UP) continue;
      cpu.get(name)?.push(used / MESSAGES);
      bytes.get(name)?.push(more / MESSAGES);
    }
  }
  await stages.close();
  rmSync(dir, { recursive: true, force: true });
  // What others do on the machine only ever adds to processor time, so the least is nearest to the truth.
  const microsecond = Math.min(...unit);
  const result = Object.fromEntries(
    names.map((name) => [
      name,
      {
        cpu: (Math.min(...(cpu.get(name) ?? [])) / microsecond) * 1e6,
        bytes: median(bytes.get(name) ?? []),
        microseconds: Math.min(...(cpu.get(name) ?? [])),
      },
    ]),
  );
  console.log(JSON.stringify(result));
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
