/** What has to become of a message. */
type Fate = "stored" | "rejected";

/** A message of the load. Its identity is (device, time); no two have the same. */
export interface LoadMessage {
  readonly device: string;
  readonly time: number;
  /** Unique for the device, so that a value in the wrong place shows. */
  readonly value: number;
  readonly fate: Fate;
}

/** A sequence of messages without end: the n-th is the same at every call. */
export interface LoadPlan {
  readonly devices: readonly string[];
  message(n: number): LoadMessage;
}

export const METRIC = "energy_total";
export const TOPIC_PREFIX = "kota/v1/";

const STEP_MS = 50;
/** One message in so many has a value that no meter can have, and must end as a rejection. */
const BAD_EVERY = 97;
const HOUR_MS = 3_600_000;

export function planOf(prefix: string, devices: number, now: number): LoadPlan {
  const names = Array.from({ length: devices }, (_, index) => `${prefix}-${String(index).padStart(3, "0")}`);
  const start = now - HOUR_MS;
  return {
    devices: names,
    message(n) {
      const seq = Math.floor(n / devices);
      const bad = n % BAD_EVERY === BAD_EVERY - 1;
      return {
        device: names[n % devices] ?? "",
        time: start + seq * STEP_MS,
        value: bad ? -1 : seq + (n % devices) / 1000,
        fate: bad ? "rejected" : "stored",
      };
    },
  };
}

export function topicOf({ device }: LoadMessage): string {
  return TOPIC_PREFIX + device;
}

export function payloadOf({ device, time, value }: LoadMessage): string {
  return JSON.stringify({ device, time, values: { [METRIC]: value, power: 100 } });
}

/** The same for a message, for the reading that it became, and for its rejection. */
export function keyOf({ device, time }: Pick<LoadMessage, "device" | "time">): string {
  return `${device}@${time}`;
}

/** The identity in a payload that {@link payloadOf} made. */
export function keyOfPayload(payload: string): string {
  const { device, time } = JSON.parse(payload) as LoadMessage;
  return keyOf({ device, time });
}
