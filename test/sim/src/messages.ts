import type { Device, Reading } from "@kota/model";
import type { Random } from "./random.ts";

/** What has to become of a message. */
type Fate = "stored" | "rejected" | "refused";

export interface SimMessage {
  readonly device: string;
  readonly time: number;
  readonly values: Readonly<Record<string, number>>;
  readonly fate: Fate;
  /** When the device sends it. */
  readonly sentAt: number;
}

/** A value that is possible, and that the simulated time series refuses all the same. */
const REFUSED = 123.456;
const IMPOSSIBLE = -1000;
const HOUR_MS = 3_600_000;
/** No reading comes later than this. */
const LATEST_MS = 5 * HOUR_MS;

export function isRefused({ values }: Pick<Reading, "values">): boolean {
  return Object.values(values).includes(REFUSED);
}

export function keyOf({ device, time }: Pick<SimMessage, "device" | "time">): string {
  return `${device}@${time}`;
}

export function payloadOf({ device, time, values }: SimMessage): Uint8Array {
  return Buffer.from(JSON.stringify({ device, time, values }));
}

/** The identity in the payload of a message or of a refused reading. */
export function keyOfPayload(payload: string | Uint8Array): string {
  const text = typeof payload === "string" ? payload : Buffer.from(payload).toString();
  return keyOf(JSON.parse(text) as SimMessage);
}

/**
 * What devices send over a while, by send time: mostly at once, some hours late, some twice, some that cannot be, in
 * bursts with silence between.
 */
export function messagesOf(
  devices: readonly Device[],
  random: Random,
  begin: number,
  spanMs: number,
): SimMessage[] {
  const messages: SimMessage[] = [];
  const taken = new Set<string>();
  const bursts = 3 + random.below(12);
  for (let burst = 0; burst < bursts; burst++) {
    const at = begin + random.next() * spanMs;
    const size = 1 + random.below(20);
    for (let n = 0; n < size; n++) {
      const { id: device, kind, area } = random.of(devices);
      const sentAt = at + random.next() * 2000;
      let time = Math.floor(sentAt - latenessOf(random));
      while (taken.has(keyOf({ device, time }))) time--;
      taken.add(keyOf({ device, time }));
      // A reading that is scored and refused by the time series has no one right score.
      const fate: Fate = random.chance(0.05)
        ? "rejected"
        : area === null && random.chance(0.2)
          ? "refused"
          : "stored";
      const message = { device, time, fate, sentAt, values: valuesOf(kind, fate, random) };
      messages.push(message);
      if (random.chance(0.05)) messages.push({ ...message, sentAt: sentAt + random.next() * HOUR_MS });
    }
  }
  return messages.sort((a, b) => a.sentAt - b.sentAt);
}

function latenessOf(random: Random): number {
  const kind = random.next();
  if (kind < 0.75) return random.next() * 60_000;
  return random.next() * (kind < 0.93 ? HOUR_MS : LATEST_MS);
}

function valuesOf(kind: string, fate: Fate, random: Random): Record<string, number> {
  const value = (from: number, to: number) => Math.round(random.between(from, to) * 10) / 10;
  const values = allOf(kind, value);
  const [first = ""] = Object.keys(values);
  if (fate === "rejected") values[first] = IMPOSSIBLE;
  if (fate === "refused") values[first] = REFUSED;
  return values;
}

function allOf(kind: string, value: (from: number, to: number) => number): Record<string, number> {
  switch (kind) {
    case "air":
      return { pm2_5: value(1, 80), pm10: value(5, 120) };
    case "meter":
      return { energy_total: value(100, 200), power: value(50, 3000) };
    case "noise":
      return { noise_laeq: value(35, 85) };
    default:
      return { fill_level: value(0, 100) };
  }
}
