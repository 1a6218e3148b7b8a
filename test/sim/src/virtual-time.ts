import { syncBuiltinESMExports } from "node:module";
import timersPromises from "node:timers/promises";

type Callback = (...args: unknown[]) => void;

class Timer {
  at: number;
  readonly order: number;
  readonly call: () => void;
  readonly everyMs: number | null;
  over = false;

  constructor(at: number, order: number, call: () => void, everyMs: number | null) {
    this.at = at;
    this.order = order;
    this.call = call;
    this.everyMs = everyMs;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }
}

const REPLACED = [
  "setTimeout",
  "clearTimeout",
  "setInterval",
  "clearInterval",
  "setImmediate",
  "clearImmediate",
] as const;

/** Turns of Node's own event loop run what is left of promises between two timers. */
const nodesImmediate = setImmediate;

/**
 * Time that passes only when it is told to. While it is installed, the timers, the date and the chance of this process
 * are its own: so services that know nothing of it run in it, a day in a moment, and the same way for the same seed.
 * What is left are promises, whose order is Node's and does not change.
 */
export class VirtualTime {
  now: number;
  #timers: Timer[] = [];
  #order = 0;
  #uninstall: (() => void) | undefined;

  constructor(now: number) {
    this.now = now;
  }

  install(random: () => number): void {
    const { now: nodesNow } = Date;
    const nodesRandom = Math.random;
    const nodes = REPLACED.map((name) => [name, globalThis[name]] as const);
    const after = (fn: Callback, ms = 0, ...args: unknown[]) => this.#add(() => fn(...args), ms, null);
    const cancel = (timer: unknown) => {
      if (timer instanceof Timer) timer.over = true;
    };
    Object.assign(globalThis, {
      setTimeout: after,
      setInterval: (fn: Callback, ms = 0, ...args: unknown[]) => this.#add(() => fn(...args), ms, ms),
      setImmediate: (fn: Callback, ...args: unknown[]) => after(fn, 0, ...args),
      clearTimeout: cancel,
      clearInterval: cancel,
      clearImmediate: cancel,
    });
    const nodesPromises = {
      setTimeout: timersPromises.setTimeout,
      setImmediate: timersPromises.setImmediate,
    };
    Object.assign(timersPromises, {
      setTimeout: (ms?: number) => this.pause(ms ?? 0),
      setImmediate: () => this.pause(0),
    });
    syncBuiltinESMExports();
    const nodesPerformanceNow = performance.now;
    performance.now = () => this.now;
    Date.now = () => this.now;
    Math.random = random;
    this.#uninstall = () => {
      Object.assign(globalThis, Object.fromEntries(nodes));
      Object.assign(timersPromises, nodesPromises);
      syncBuiltinESMExports();
      performance.now = nodesPerformanceNow;
      Date.now = nodesNow;
      Math.random = nodesRandom;
    };
  }

  uninstall(): void {
    this.#uninstall?.();
    this.#timers = [];
  }

  pause(ms: number): Promise<void> {
    return new Promise((resolve) => this.#add(resolve, ms, null));
  }

  /** Lets `ms` pass, timer after timer, each with all that follows from it. */
  async pass(ms: number): Promise<void> {
    const until = this.now + ms;
    await settle();
    for (let timer = this.#next(until); timer !== undefined; timer = this.#next(until)) {
      this.now = Math.max(this.now, timer.at);
      if (timer.everyMs === null) this.#remove(timer);
      else timer.at = this.now + Math.max(1, timer.everyMs);
      timer.call();
      await settle();
    }
    this.now = until;
  }

  #add(call: () => void, ms: number, everyMs: number | null): Timer {
    const timer = new Timer(this.now + Math.max(0, ms || 0), this.#order++, call, everyMs);
    this.#timers.push(timer);
    return timer;
  }

  #remove(timer: Timer): void {
    const index = this.#timers.indexOf(timer);
    const last = this.#timers.pop();
    if (last !== undefined && last !== timer) this.#timers[index] = last;
  }

  #next(until: number): Timer | undefined {
    let first: Timer | undefined;
    for (let index = 0; index < this.#timers.length; index++) {
      const timer = this.#timers[index];
      if (timer === undefined) break;
      if (timer.over) {
        this.#remove(timer);
        index--;
      } else if (
        timer.at <= until &&
        (first === undefined || timer.at < first.at || (timer.at === first.at && timer.order < first.order))
      ) {
        first = timer;
      }
    }
    return first;
  }
}

function settle(): Promise<void> {
  return new Promise((resolve) => nodesImmediate(resolve));
}
