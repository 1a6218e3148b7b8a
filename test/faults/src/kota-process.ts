import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const KOTA = fileURLToPath(new URL("../../../packages/cli/bin/kota.js", import.meta.url));
const KEPT_LINES = 400;
const LAST_LINES = 10;
/** How soon a busy machine starts it is no part of any guarantee. */
const START_TIMEOUT_MS = 180_000;

export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly seconds: number;
  /** The last lines of its log. */
  readonly said: string;
}

/** A running `kota` command. */
export class KotaProcess {
  readonly #child: ChildProcess;
  readonly lines: string[] = [];

  constructor(args: readonly string[], env: Readonly<Record<string, string>>) {
    // No setting of the caller's own kota may reach this one.
    const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("KOTA_"));
    this.#child = spawn(process.execPath, [KOTA, ...args], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...Object.fromEntries(inherited), KOTA_LOG_FORMAT: "json", ...env },
    });
    const killed = () => this.#child.kill("SIGKILL");
    process.once("exit", killed);
    this.#child.once("exit", () => process.off("exit", killed));
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      if (stream === null) continue;
      createInterface({ input: stream }).on("line", (line) => {
        this.lines.push(line);
        if (this.lines.length > KEPT_LINES) this.lines.shift();
      });
    }
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get ended(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** Resident memory, megabytes. */
  get megabytes(): number {
    const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${this.pid}/status`, "utf8")) ?? [];
    return Number(kilobytes) / 1024;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Sends the signal and resolves with how it ended. */
  async end(signal: NodeJS.Signals): Promise<Ending> {
    const begun = performance.now();
    if (!this.ended) {
      const exit = once(this.#child, "exit");
      this.#child.kill(signal);
      await exit;
    }
    return this.#ending(begun);
  }

  /** Resolves with how it ended by itself. */
  async exited(timeoutMs: number): Promise<Ending> {
    const begun = performance.now();
    while (!this.ended) {
      if (performance.now() - begun > timeoutMs)
        throw new Error(
          `kota has not ended after ${timeoutMs / 1000} s:\n${this.lines.slice(-20).join("\n")}`,
        );
      await sleep(20);
    }
    return this.#ending(begun);
  }

  #ending(begun: number): Ending {
    const { exitCode: code, signalCode: signal } = this.#child;
    const said = this.lines.slice(-LAST_LINES).join("\n");
    return { code, signal, seconds: (performance.now() - begun) / 1000, said };
  }

  /** The first group of the first line that matches, printed already or to come. */
  async line(pattern: RegExp, timeoutMs = 60_000): Promise<string> {
    for (const deadline = Date.now() + timeoutMs; ; await sleep(20)) {
      for (const line of this.lines) {
        const found = pattern.exec(line)?.[1];
        if (found !== undefined) return found;
      }
      if (this.ended || Date.now() > deadline) {
        throw new Error(`kota has not printed ${pattern}:\n${this.lines.slice(-20).join("\n")}`);
      }
    }
  }

  async ready(url: string, timeoutMs = START_TIMEOUT_MS): Promise<void> {
    let last = "no answer";
    for (const deadline = Date.now() + timeoutMs; Date.now() < deadline; await sleep(50)) {
      if (this.ended) throw new Error(`kota ended:\n${this.lines.slice(-20).join("\n")}`);
      const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(5000) }).catch(
        () => undefined,
      );
      if (response?.ok) {
        await response.arrayBuffer();
        return;
      }
      if (response !== undefined) last = await response.text();
    }
    throw new Error(`kota at ${url} is not ready after ${timeoutMs / 1000} s: ${last}`);
  }
}
