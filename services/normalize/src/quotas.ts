import { type CitySettings, IMPORT_SOURCE, isReplayed, type Message, type Rejection } from "@kota/model";
import type { Normalized } from "./normalize-message.ts";
import { rejectionOf } from "./rejection-of.ts";

/** The quotas of one batch. What it charges counts only once it is kept, so that a batch that is tried again is charged once. */
interface QuotaBatch {
  /** The results, without those of messages beyond a quota, and with the rejections that stand in their place. */
  judge(messages: readonly Message[], results: readonly Normalized[]): readonly Normalized[];
  /** The batch is in the log. */
  keep(): void;
}

export interface Quotas {
  begin(partition: number): QuotaBatch;
  /** The partition is another member's now. */
  forget(partition: number): void;
}

type QuotaSettings = CitySettings["quotas"];

/** How many messages of each device came in a minute. */
interface Minute {
  readonly minute: number;
  readonly counts: Map<string, number>;
}

/** The newest of the messages that are not kept whole, and how many there are. */
interface Sample {
  readonly index: number;
  readonly count: number;
  readonly message: Message;
  readonly result: Normalized;
}

const MINUTE_MS = 60_000;
/** Of what is beyond a quota and beyond what is kept whole, a beginning for a person to look at. Bytes. */
const SAMPLE_BYTES = 256;

/**
 * Counts the messages of each device by the minute of their receipt, not by the clock, so that a log that is read late is
 * judged as it came. Each partition counts for itself: a device's messages are nearly always in one, and partitions are read
 * at their own pace, by several processes. A minute that is over is forgotten after the next one.
 */
export function createQuotas(settings: QuotaSettings): Quotas {
  const quotaOf = quotaReader(settings);
  const minutes = new Map<number, { now: Minute; before: Minute }>();

  function minuteIn(partition: number, minute: number): Minute | undefined {
    let of = minutes.get(partition);
    if (!of || minute > of.now.minute) {
      const before = of?.now.minute === minute - 1 ? of.now : emptyMinute(minute - 1);
      of = { now: emptyMinute(minute), before };
      minutes.set(partition, of);
    }
    if (minute === of.now.minute) return of.now;
    return minute === of.before.minute ? of.before : undefined;
  }

  return {
    begin(partition) {
      const charged = new Map<Minute, Map<string, number>>();

      /** How many there are with this one. */
      function charge(minute: Minute, key: string): number {
        let counts = charged.get(minute);
        if (!counts) {
          counts = new Map();
          charged.set(minute, counts);
        }
        const count = (counts.get(key) ?? minute.counts.get(key) ?? 0) + 1;
        counts.set(key, count);
        return count;
      }

      /** How far a message is beyond the quota of its device; of several devices: of the one that is the least beyond. */
      function excessOf(
        message: Message,
        devices: readonly string[],
      ): { excess: number; device: string } | null {
        const minute = minuteIn(partition, Math.floor(message.receivedAt / MINUTE_MS));
        if (!minute) return null;
        let least = Number.POSITIVE_INFINITY;
        let leastDevice: string | undefined;
        for (const device of devices) {
          const quota = quotaOf(device);
          const excess = quota === null ? 0 : charge(minute, device) - quota;
          if (excess >= least) continue;
          least = excess;
          leastDevice = device;
        }
        return leastDevice !== undefined && least > 0 ? { excess: least, device: leastDevice } : null;
      }

      return {
        judge(messages, results) {
          const judged: Normalized[] = [];
          /** By device: where the rejection of those that are not kept whole goes, what it shows, and how many it stands for. */
          const sampled = new Map<string, Sample>();
          results.forEach((result, index) => {
            const message = messages[index];
            const over = message && !isExempt(message) ? excessOf(message, devicesOf(message, result)) : null;
            if (!message || !over) {
              judged.push(result);
              return;
            }
            const { device, excess } = over;
            if (excess <= settings.keptPerMinute) {
              judged.push(rejected(message, result, device, quotaOf(device) ?? 0, null));
              return;
            }
            const known = sampled.get(device);
            sampled.set(device, {
              index: known?.index ?? judged.length,
              count: (known?.count ?? 0) + 1,
              message,
              result,
            });
            if (!known) judged.push(result);
          });
          // Once for each device and not for each message: a flood is when there is no time.
          for (const [device, { index, count, message, result }] of sampled)
            judged[index] = rejected(message, result, device, quotaOf(device) ?? 0, count);
          return judged;
        },
        keep() {
          for (const [minute, counts] of charged) {
            for (const [key, count] of counts) minute.counts.set(key, count);
          }
          charged.clear();
        },
      };
    },
    forget: (partition) => void minutes.delete(partition),
  };
}

function emptyMinute(minute: number): Minute {
  return { minute, counts: new Map() };
}

/** What was handed in from files comes as fast as it can, and who replays wants to have it. */
function isExempt(message: Message): boolean {
  return message.source === IMPORT_SOURCE || isReplayed(message);
}

/** The devices that a message is charged to; for one that nobody can read, its topic stands in. */
function devicesOf(message: Message, { readings, rejection }: Normalized): readonly string[] {
  if (readings === null) return [rejection.device ?? message.topic];
  const [first] = readings;
  if (first === undefined) return [];
  if (readings.length === 1 || readings.every(({ device }) => device === first.device)) return [first.device];
  return [...new Set(readings.map(({ device }) => device))];
}

/** @param standsFor how many are not kept whole, with this one as their sample; null: it stands for itself, whole */
function rejected(
  message: Message,
  result: Normalized,
  device: string,
  quota: number,
  standsFor: number | null,
): Normalized {
  const { adapter } = result;
  const limit = `${device} may send ${quota} messages a minute, and this one is beyond.`;
  const what =
    standsFor === null
      ? "It can be replayed."
      : `It stands for ${standsFor} that are not kept whole; they are in the log of messages as long as that keeps them.`;
  const whole = rejectionOf(message, {
    code: "quota_exceeded",
    reason: `${limit} ${what} Slow the device down, or raise its quota in city.yaml (quotas).`,
    adapter,
    device: result.readings === null ? result.rejection.device : device,
  });
  const rejection: Rejection =
    standsFor === null ? whole : { ...whole, payload: sampleOf(message), count: standsFor };
  return { readings: null, rejection, adapter };
}

function sampleOf({ payload }: Message): string {
  return Buffer.from(payload.buffer, payload.byteOffset, Math.min(payload.byteLength, SAMPLE_BYTES)).toString(
    "base64",
  );
}

/** The quota of a device by its own name, else by the longest beginning with a `*` behind it, else that of all. */
function quotaReader({ perMinute, devices }: QuotaSettings): (device: string) => number | null {
  const exact = new Map(Object.entries(devices).filter(([name]) => !name.endsWith("*")));
  const beginnings = Object.entries(devices)
    .filter(([name]) => name.endsWith("*"))
    .map(([name, quota]) => ({ beginning: name.slice(0, -1), quota }))
    .sort((a, b) => b.beginning.length - a.beginning.length);
  return (device) => {
    const own = exact.get(device);
    if (own !== undefined) return own;
    const matching = beginnings.find(({ beginning }) => device.startsWith(beginning));
    return matching ? matching.quota : perMinute;
  };
}
