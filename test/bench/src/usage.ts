import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

const TICKS_PER_SECOND = Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" }));

/** Processes by the name that they have in a report. */
export type Pids = ReadonlyMap<string, number>;

/** Processor time of each process since it began, user and system, seconds. All its threads count: compiler and garbage collector too. */
export function cpuSeconds(pids: Pids): Map<string, number> {
  return new Map([...pids].map(([name, pid]) => [name, cpuSecondsOf(pid)]));
}

function cpuSecondsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** Largest resident memory of each process since it began, megabytes. */
export function peakMegabytes(pids: Pids): Map<string, number> {
  return new Map(
    [...pids].map(([name, pid]) => {
      const status = readFileSync(`/proc/${pid}/status`, "utf8");
      return [name, Number(/^VmHWM:\s*(\d+) kB/m.exec(status)?.[1]) / 1024];
    }),
  );
}

/** Resident memory, megabytes. */
export interface Memory {
  readonly all: number;
  /** Pages of files that are mapped, programs and databases: the system takes them back when it needs them. */
  readonly fileBacked: number;
}

const MEMORY_SAMPLE_MS = 200;

/** Follows the resident memory of processes, added up. `stop` says what it was when it was largest, between two looks. */
export function watchMemory(pids: Pids): { stop(): Memory } {
  let peak: Memory = { all: 0, fileBacked: 0 };
  const look = () => {
    const now = { all: 0, fileBacked: 0 };
    for (const pid of pids.values()) {
      const status = readFileSync(`/proc/${pid}/status`, "utf8");
      now.all += Number(/^VmRSS:\s*(\d+) kB/m.exec(status)?.[1] ?? 0) / 1024;
      now.fileBacked += Number(/^RssFile:\s*(\d+) kB/m.exec(status)?.[1] ?? 0) / 1024;
    }
    if (now.all > peak.all) peak = now;
  };
  const timer = setInterval(look, MEMORY_SAMPLE_MS);
  look();
  return {
    stop() {
      clearInterval(timer);
      return peak;
    },
  };
}

/** Per process, what `after` has more than `before`, in microseconds for each of `messages`. */
export function microsecondsPerMessage(
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
  messages: number,
): Record<string, number> {
  return Object.fromEntries(
    [...after].map(([name, seconds]) => [name, ((seconds - (before.get(name) ?? 0)) * 1e6) / messages]),
  );
}

const QUIET_SAMPLE_MS = 500;
const QUIET_SHARE = 0.06;
const QUIET_LIMIT_MS = 15_000;

/**
 * Waits until the processes do little more than idle, so that work which lags behind the stored reading is counted too.
 * Gives up after a while: some never rest.
 */
export async function quiet(pids: Pids): Promise<void> {
  const sum = () => [...cpuSeconds(pids).values()].reduce((total, seconds) => total + seconds, 0);
  let last = sum();
  let calm = 0;
  for (const deadline = Date.now() + QUIET_LIMIT_MS; calm < 2 && Date.now() < deadline; ) {
    await sleep(QUIET_SAMPLE_MS);
    const now = sum();
    calm = now - last < (QUIET_SHARE * QUIET_SAMPLE_MS) / 1000 ? calm + 1 : 0;
    last = now;
  }
}
