import { KotaError } from "@kota/model";
import type { Random } from "./random.ts";
import type { VirtualTime } from "./virtual-time.ts";

/** What may go wrong, and how often. Chances are for each call of a port. */
export interface Weather {
  /** The process dies: before the effect, or after it and before it hears of it. */
  crash: number;
  /** The call fails and has no effect. */
  fail: number;
  /** The call fails and has its effect: only the answer is lost. */
  loseAnswer: number;
  /** The call takes seconds. */
  slow: number;
  /** What a call takes at most otherwise, each way. Milliseconds. */
  latency: number;
}

export const CALM: Weather = { crash: 0, fail: 0, loseAnswer: 0, slow: 0, latency: 0 };

/** What is beyond a port, and whether it is there. */
export interface Peer {
  readonly name: string;
  readonly unavailable: "log_unavailable" | "store_unavailable";
  /** Every call fails until this time. */
  downUntil: number;
}

const SLOW_MS = 20_000;
/** What a process has sent when it dies may arrive so much later. */
const LANDS_AFTER_DEATH = 0.3;

function never(): Promise<never> {
  return new Promise(() => {});
}

/** A run of a process, from its start to its end, as far as the world outside can tell. */
export class Session {
  alive = true;
  readonly #time: VirtualTime;
  readonly #random: Random;
  readonly #weather: () => Weather;
  readonly #onCrash: () => void;

  constructor(time: VirtualTime, random: Random, weather: () => Weather, onCrash: () => void) {
    this.#time = time;
    this.#random = random;
    this.#weather = weather;
    this.#onCrash = onCrash;
  }

  /** From now on, nothing that it does has an effect, and nothing answers it. */
  crash(): void {
    if (!this.alive) return;
    this.alive = false;
    this.#onCrash();
  }

  /**
   * Calls what is outside of the process. `effect` happens at one moment, or not at all; the caller may learn of neither.
   * @param partly does a part of the effect, where that can happen
   */
  async call<T>(peer: Peer, effect: () => T, partly?: () => void): Promise<T> {
    if (!this.alive) return never();
    const weather = this.#weather();
    const random = this.#random;
    const wait = () => random.next() * (random.chance(weather.slow) ? SLOW_MS : weather.latency);
    if (random.chance(weather.crash)) {
      this.crash();
      if (random.chance(LANDS_AFTER_DEATH)) effect();
      return never();
    }
    await this.#time.pause(wait());
    if (!this.alive) return never();
    if (this.#time.now < peer.downUntil || random.chance(weather.fail)) {
      if (partly && random.chance(0.3)) partly();
      throw new KotaError(peer.unavailable, `${peer.name} does not answer`);
    }
    const result = effect();
    if (random.chance(weather.crash)) {
      this.crash();
      return never();
    }
    if (random.chance(weather.loseAnswer)) {
      throw new KotaError(peer.unavailable, `the answer of ${peer.name} is lost`);
    }
    await this.#time.pause(wait());
    return this.alive ? result : never();
  }

  /** A question that the process asks again and again: answered at once, so that days of them cost nothing. */
  async ask<T>(peer: Peer, answer: () => T): Promise<T> {
    if (!this.alive) return never();
    if (this.#time.now < peer.downUntil)
      throw new KotaError(peer.unavailable, `${peer.name} does not answer`);
    return answer();
  }
}
