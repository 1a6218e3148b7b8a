import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nativeAvailable } from "../../../infra/native/servers.mjs";
import type { Outcome } from "./report.ts";
import type { Row, RowOptions } from "./row.ts";
import type { Servers } from "./servers.ts";

export interface RunOptions extends RowOptions {
  readonly servers: Servers;
  readonly say: (text: string) => void;
}

/** Runs one row in a temporary folder. A row that throws has failed; one that cannot be run here says why. */
export async function runRow(row: Row, options: RunOptions): Promise<Outcome> {
  const begun = performance.now();
  const seconds = () => (performance.now() - begun) / 1000;
  const why = missing(row);
  if (why !== "") return { row, result: null, why, seconds: 0 };
  const dir = mkdtempSync(join(tmpdir(), `kota-fault-${row.id}-`));
  const say = (text: string) => options.say(`${row.id}: ${text}`);
  try {
    const result = await row.run({ ...options, options, dir, say });
    if (result.failures.length > 0) await options.servers.discard();
    return { row, result, why: "", seconds: seconds() };
  } catch (error) {
    await options.servers.discard();
    const failure = error instanceof Error ? error.message : String(error);
    return { row, result: { ...NOTHING, failures: [failure] }, why: "", seconds: seconds() };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Why a row cannot be run here; empty when it can. */
export function missing(row: Row): string {
  const absent = row.needs.filter((need) =>
    need === "root" ? process.getuid?.() !== 0 : !nativeAvailable(need),
  );
  if (absent.length === 0) return "";
  return `needs ${absent.join(", ")}; servers are installed by infra/native/install.sh`;
}

const NOTHING = {
  sent: 0,
  acknowledged: 0,
  stored: 0,
  rejected: 0,
  logDuplicates: 0,
  lost: 0,
  ghosts: 0,
  examples: [],
  recoverySeconds: null,
  notes: [],
};
