import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** A program that is measured. */
export interface Child {
  readonly pid: number;
  /** The last lines that it printed. */
  output(): string;
  /** The first group of the first line that matches, printed already or to come. */
  line(pattern: RegExp): Promise<string>;
  /** Throws when it has ended. */
  assertRunning(): void;
  /** Resolves when it has ended after a signal (SIGTERM), or a SIGKILL where that does not help. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

const KEPT_LINES = 40;
const PATIENCE_MS = 20_000;
const LINE_TIMEOUT_MS = 60_000;

export function startChild(
  name: string,
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Child {
  // No setting of the caller's own kota may reach the measured one.
  const inherited = Object.entries(process.env).filter(([key]) => !key.startsWith("KOTA_"));
  const child = spawn(command, args, {
    env: { ...Object.fromEntries(inherited), ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const killed = () => child.kill("SIGKILL");
  process.once("exit", killed);
  child.once("exit", () => process.off("exit", killed));
  const lines: string[] = [];
  const listeners = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on("line", (line) => {
      lines.push(line);
      if (lines.length > KEPT_LINES) lines.shift();
      for (const listener of listeners) listener();
    });
  }
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  const output = () => lines.join("\n");

  return {
    pid: child.pid ?? 0,
    output,
    async line(pattern) {
      const deadline = Date.now() + LINE_TIMEOUT_MS;
      for (;;) {
        for (const line of lines) {
          const found = pattern.exec(line)?.[1];
          if (found !== undefined) return found;
        }
        if (hasEnded() || Date.now() > deadline)
          throw new Error(`${name} has not printed ${pattern}:\n${output()}`);
        await new Promise<void>((resolve) => {
          const timer = setTimeout(wake, 500);
          function wake() {
            clearTimeout(timer);
            listeners.delete(wake);
            resolve();
          }
          listeners.add(wake);
        });
      }
    },
    assertRunning() {
      if (hasEnded()) {
        throw new Error(`${name} ended with ${child.exitCode ?? child.signalCode}:\n${output()}`);
      }
    },
    async stop(signal = "SIGTERM") {
      if (hasEnded()) return;
      const exit = once(child, "exit");
      child.kill(signal);
      const timer = setTimeout(() => child.kill("SIGKILL"), PATIENCE_MS);
      await exit;
      clearTimeout(timer);
    },
  };
}
