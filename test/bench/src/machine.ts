import { execFileSync } from "node:child_process";
import { cpus, totalmem } from "node:os";

/** What the figures were measured on. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGigabytes: number;
  readonly node: string;
}

export function machine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cores: cpus().length,
    memoryGigabytes: Math.round(totalmem() / 2 ** 30),
    node: process.version,
  };
}

export function machineLine({ cpu, cores, memoryGigabytes, node }: Machine): string {
  return `${cpu}, ${cores} cores, ${memoryGigabytes} GB, Node ${node}`;
}

/** The first version number in what a program prints. */
export function versionOf(command: string, args: readonly string[]): string {
  try {
    const text = execFileSync(command, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
    return /\d+\.\d+\.\d+/.exec(text)?.[0] ?? "unknown";
  } catch (error) {
    // Some print their help with a status of failure.
    const { stdout } = error as { stdout?: string };
    return /\d+\.\d+\.\d+/.exec(stdout ?? "")?.[0] ?? "unknown";
  }
}
