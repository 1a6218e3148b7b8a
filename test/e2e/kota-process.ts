import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

export const KOTA = fileURLToPath(new URL("../../packages/cli/bin/kota.js", import.meta.url));

/** A running `kota` command, as a user would start it. */
export interface KotaProcess {
  readonly child: ChildProcess;
  /** Everything it has printed, both streams. */
  readonly output: string[];
  /** The match of a line, printed already or to come. */
  line(pattern: RegExp, timeoutMs?: number): Promise<RegExpMatchArray>;
  /** Resolves with how it ended by itself. */
  ended(): Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  /** Sends the signal and resolves with how it ended. */
  end(signal: NodeJS.Signals): Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

const running = new Set<ChildProcess>();

export function startKota(args: readonly string[], env: Readonly<Record<string, string>>): KotaProcess {
  const inherited = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith("KOTA_")),
  );
  const child = spawn(process.execPath, [KOTA, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...inherited, KOTA_LOG_FORMAT: "json", ...env } as NodeJS.ProcessEnv,
  });
  running.add(child);
  child.once("exit", () => running.delete(child));
  const output: string[] = [];
  const listeners = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on("line", (line) => {
      output.push(line);
      for (const listener of listeners) listener();
    });
  }
  child.once("exit", () => {
    for (const listener of listeners) listener();
  });

  async function ended() {
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    return { code: child.exitCode, signal: child.signalCode };
  }

  return {
    child,
    output,
    line(pattern, timeoutMs = 30_000) {
      return new Promise((resolve, reject) => {
        const timer = setTimeout(
          () => finish(new Error(`no line ${pattern} within ${timeoutMs} ms`)),
          timeoutMs,
        );
        const look = () => {
          for (const line of output) {
            const match = line.match(pattern);
            if (match) return finish(match);
          }
          if (child.exitCode !== null || child.signalCode !== null)
            finish(new Error(`kota ended before a line ${pattern}`));
        };
        const finish = (result: RegExpMatchArray | Error) => {
          clearTimeout(timer);
          listeners.delete(look);
          if (result instanceof Error)
            reject(new Error(`${result.message}; it printed:\n${output.slice(-40).join("\n")}`));
          else resolve(result);
        };
        listeners.add(look);
        look();
      });
    },
    ended,
    async end(signal) {
      const exit = ended();
      child.kill(signal);
      return await exit;
    },
  };
}

/** Nothing outlives a test file. */
export function killAll(): void {
  for (const child of running) child.kill("SIGKILL");
}

/** Calls `probe` until it gives a value, or fails with what it last said. */
export async function eventually<T>(
  probe: () => Promise<T | undefined>,
  timeoutMs: number,
  what: string,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  let last: unknown;
  while (Date.now() < deadline) {
    try {
      const value = await probe();
      if (value !== undefined) return value;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${what} did not happen within ${timeoutMs} ms${last ? ` (last: ${String(last)})` : ""}`);
}
