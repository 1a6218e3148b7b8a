import { setTimeout as sleep } from "node:timers/promises";
import { messageOf } from "@kota/model";
import { Load } from "./load.ts";
import { judge } from "./oracle.ts";
import type { LoadPlan } from "./plan.ts";
import type { Result, Surroundings } from "./row.ts";
import type { System, TimeRange } from "./system.ts";
import { firstWholeMinute, MINUTE_MS, verifyScores } from "./verify-scores.ts";

const FLOW_TIMEOUT_MS = 60_000;
export const RECOVERY_TIMEOUT_MS = 120_000;
const SETTLE_TIMEOUT_MS = 120_000;
/** So long without anything new, and nothing more is expected: longer than it takes to find out that connections are dead, one after the other. */
const STILL_MS = 60_000;
const POLL_MS = 100;
/** Messages a second while nothing but the end of a minute is waited for. */
const WAITING_RATE = 100;

export interface TrialOptions<S extends System> {
  readonly surroundings: Surroundings;
  readonly plan: LoadPlan;
  readonly system: S;
  readonly load?: { readonly connections?: number; readonly window?: number };
  /** The guarantee allows that acknowledged messages are lost (a broker in front without a journal): so many at most. */
  readonly mayLose?: (trial: Trial<S>) => number;
  /** What is published afterwards has to be what `kota verify` makes of the stored readings. It takes some minutes. */
  readonly scores?: boolean;
  /** Does the damage. The load runs before, meanwhile and after. */
  readonly act: (trial: Trial<S>) => Promise<void>;
}

/** A load on a system, what was done to the system meanwhile, and what came of it. */
export class Trial<S extends System> {
  readonly system: S;
  readonly load: Load;
  readonly notes: string[] = [];
  readonly failures: string[] = [];
  readonly #plan: LoadPlan;
  readonly #say: (text: string) => void;
  #recovery: number | null = null;

  private constructor(options: TrialOptions<S>, load: Load) {
    this.system = options.system;
    this.load = load;
    this.#plan = options.plan;
    this.#say = options.surroundings.say;
  }

  static async run<S extends System>(options: TrialOptions<S>): Promise<Result> {
    const { surroundings, plan, system } = options;
    const { messages, rate } = surroundings.options;
    const since = Date.now() - 1000;
    const load = new Load({ rate, plan, url: system.mqttUrl, ...options.load });
    const trial = new Trial(options, load);
    try {
      await trial.untilStoredFrom(0, FLOW_TIMEOUT_MS);
      await options.act(trial);
      while (load.sent < messages) await sleep(50);
      if (comparesScores(options)) await trial.untilMinuteIsOver(since);
    } catch (error) {
      trial.failures.push(messageOf(error));
    }
    await load.finish(SETTLE_TIMEOUT_MS);
    if (load.unacknowledged > 0) {
      trial.failures.push(
        `${load.unacknowledged} messages are unacknowledged ${SETTLE_TIMEOUT_MS / 1000} s after the last was sent`,
      );
    }
    return await trial.#verdict(options, since);
  }

  say(text: string): void {
    this.#say(text);
  }

  note(text: string): void {
    this.notes.push(text);
  }

  expect(holds: boolean, otherwise: string): void {
    if (!holds) this.failures.push(otherwise);
  }

  /** The fault is over: measures until every device has something stored that was first sent from now on. */
  async recovered(timeoutMs = RECOVERY_TIMEOUT_MS): Promise<number> {
    const begun = performance.now();
    await this.untilStoredFrom(this.load.sent, timeoutMs);
    const seconds = (performance.now() - begun) / 1000;
    this.#recovery = Math.max(this.#recovery ?? 0, seconds);
    this.#say(`recovered after ${seconds.toFixed(1)} s`);
    return seconds;
  }

  async untilStoredFrom(n: number, timeoutMs: number): Promise<void> {
    const devices = this.system.watched(this.#plan.devices);
    const { time: from } = this.#plan.message(n);
    let missing = devices;
    let problem = "";
    for (const deadline = Date.now() + timeoutMs; Date.now() < deadline; await sleep(POLL_MS)) {
      try {
        // Only those that are still missing; a device whose message was a bad one has to bring its next.
        const newest = await this.system.newest(missing, from);
        missing = missing.filter((device) => !newest.has(device));
        if (missing.length === 0) return;
      } catch (error) {
        problem = ` (${messageOf(error)})`;
      }
    }
    throw new Error(
      `${missing.length} of ${devices.length} devices have nothing new stored after ${timeoutMs / 1000} s${problem}`,
    );
  }

  /** Goes on until one whole minute had readings of this load, and of nothing before it: scores are compared minute by minute. */
  async untilMinuteIsOver(since: number): Promise<void> {
    this.load.rate = Math.min(this.load.rate, WAITING_RATE);
    await sleep(Math.max(0, firstWholeMinute(since) + MINUTE_MS - Date.now()));
  }

  async #verdict(options: TrialOptions<S>, since: number): Promise<Result> {
    const { system, load, failures, notes } = this;
    const { devices } = this.#plan;
    const names = new Set(devices);
    const sent = load.messages;
    const times = sent.map(({ time }) => time);
    const range = {
      from: times.reduce((least, time) => Math.min(least, time), Date.now()) - 3_600_000,
      to: times.reduce((most, time) => Math.max(most, time), 0) + 3_600_000,
    };
    const wanted = { stored: 0, rejected: 0 };
    for (const [n, { fate }] of sent.entries()) if (load.acknowledged(n)) wanted[fate]++;
    await this.#settle(wanted, range, since);
    if (comparesScores(options)) {
      try {
        this.note(await verifyScores(system.api, since));
      } catch (error) {
        failures.push(messageOf(error));
      }
    }
    const stored = await untilAnswered(() => system.stored(devices, range));
    const rejected = await untilAnswered(() => system.rejected(names, since));
    failures.push(...(await system.stop()));
    const logged = await system.logged(names);
    const findings = judge({ sent, stored, rejected, logged, acknowledged: (n) => load.acknowledged(n) });
    const mayLose = options.mayLose?.(this) ?? 0;
    if (findings.lost > mayLose) {
      failures.push(
        `${findings.lost} acknowledged messages are lost, ${mayLose} may be: ${findings.examples.join("; ")}`,
      );
    }
    if (findings.ghosts > 0) {
      failures.push(`${findings.ghosts} are not what they should be: ${findings.examples.join("; ")}`);
    }
    return { ...findings, recoverySeconds: this.#recovery, notes, failures };
  }

  /** Waits for what is still on its way: until all that is wanted is there, or nothing new comes any more. */
  async #settle(
    wanted: { stored: number; rejected: number },
    range: TimeRange,
    since: number,
  ): Promise<void> {
    const { devices } = this.#plan;
    const { system } = this;
    const timeoutMs = SETTLE_TIMEOUT_MS + wanted.stored / 10;
    await untilStill(timeoutMs, wanted.stored, () => system.countStored(devices, range));
    // Rejections go their own way, with pauses of their own between tries.
    const names = new Set(devices);
    await untilStill(
      timeoutMs,
      wanted.rejected,
      async () => new Set(await system.rejected(names, since)).size,
    );
    // One too many would come now.
    await sleep(1000);
  }
}

function comparesScores({
  scores,
  surroundings,
}: Pick<TrialOptions<System>, "scores" | "surroundings">): boolean {
  const which = surroundings.options.scores;
  return which === "all" || (which === "some" && scores === true);
}

async function untilStill(timeoutMs: number, wanted: number, count: () => Promise<number>): Promise<void> {
  let last = -1;
  let changedAt = Date.now();
  for (const deadline = Date.now() + timeoutMs; Date.now() < deadline; await sleep(POLL_MS)) {
    const counted = await count().catch(() => last);
    if (counted >= wanted) return;
    if (counted !== last) changedAt = Date.now();
    else if (Date.now() - changedAt > STILL_MS) return;
    last = counted;
  }
}

/** What was broken may answer with an error once more before it answers. */
async function untilAnswered<T>(ask: () => Promise<T>): Promise<T> {
  for (const deadline = Date.now() + FLOW_TIMEOUT_MS; ; await sleep(POLL_MS)) {
    try {
      return await ask();
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
  }
}
