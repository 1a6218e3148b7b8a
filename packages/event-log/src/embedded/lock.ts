import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { join, resolve } from "node:path";
import { KotaError } from "@kota/model";

const heldHere = new Set<string>();

/**
 * Takes a folder for this process alone: offsets are counted in memory, so two processes would give the same one twice.
 * The lock names its process by pid and start time; that of a process that is gone is taken over.
 * @throws KotaError `data_locked`
 */
export function lockFolder(dir: string): () => void {
  mkdirSync(dir, { recursive: true });
  const path = resolve(join(dir, "lock"));
  if (heldHere.has(path)) throw locked(dir, process.pid);
  for (let attempt = 0; ; attempt++) {
    try {
      const file = openSync(path, "wx");
      writeSync(file, `${process.pid} ${startOf(process.pid) ?? ""}`);
      closeSync(file);
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      const owner = ownerOf(path);
      if (owner !== null || attempt > 0) throw locked(dir, owner);
      rmSync(path, { force: true });
    }
  }
  heldHere.add(path);
  return () => {
    heldHere.delete(path);
    rmSync(path, { force: true });
  };
}

function locked(dir: string, pid: number | null): KotaError {
  return new KotaError(
    "data_locked",
    `Another kota${pid === null ? "" : ` (process ${pid})`} uses the data in ${dir}. Stop it, or set KOTA_DATA_DIR to another folder.`,
  );
}

/** The pid in the lock when that very process still runs. */
function ownerOf(path: string): number | null {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    return null;
  }
  const [pid = Number.NaN, start = ""] = text
    .split(" ")
    .map((part, index) => (index === 0 ? Number(part) : part)) as [number, string];
  if (!Number.isInteger(pid) || pid <= 0) return null;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return null;
  }
  const now = startOf(pid);
  return now !== null && start !== "" && now !== start ? null : pid;
}

/** When a process started, in clock ticks since boot; null where the system does not tell. Pids are used again, this pair is not. */
function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? null;
  } catch {
    return null;
  }
}
