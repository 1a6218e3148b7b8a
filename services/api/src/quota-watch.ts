import type { Rejection } from "@kota/model";
import type { Clock } from "@kota/runtime";

/** A device that was beyond its quota lately. */
export interface OverQuota {
  readonly device: string | null;
  readonly topic: string;
  /** Receive time of the first and of the last message beyond it, Unix milliseconds. */
  readonly since: number;
  readonly last: number;
  /** So many messages were held back since then. */
  readonly messages: number;
}

export interface QuotaWatch {
  take(rejection: Rejection): void;
  /** Devices that are held back at this time, the noisiest first. */
  over(): readonly OverQuota[];
}

/** A device is shown as released when nothing of it was held back for so long: the minute is over, and the next one too. */
const RELEASED_MS = 120_000;
const MOST = 1000;

export function createQuotaWatch(clock: Clock): QuotaWatch {
  const devices = new Map<string, { -readonly [K in keyof OverQuota]: OverQuota[K] }>();

  function release(): void {
    const before = clock() - RELEASED_MS;
    for (const [key, { last }] of devices) if (last < before) devices.delete(key);
  }

  return {
    take({ code, device, topic, time, count = 1 }) {
      if (code !== "quota_exceeded") return;
      const key = device ?? `/${topic}`;
      const known = devices.get(key);
      if (known) {
        known.messages += count;
        known.last = Math.max(known.last, time);
        return;
      }
      if (devices.size >= MOST) release();
      if (devices.size < MOST) devices.set(key, { device, topic, since: time, last: time, messages: count });
    },
    over() {
      release();
      return [...devices.values()].sort((a, b) => b.messages - a.messages);
    },
  };
}
