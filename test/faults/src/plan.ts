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

/** The one whose every value has to be found again. */
export const METRIC = "energy_total";
export const TOPIC_PREFIX = "kota/v1/";

/** One message in so many has a value that no meter can have, and must end as a rejection. */
const BAD_EVERY = 97;
/** Event times begin a little before now, and go on at least as fast as messages are sent. */
const BEGIN_BEFORE_MS = 30_000;

/** @param rate messages a second that all devices send together */
export function planOf(prefix: string, devices: number, now: number, rate: number): LoadPlan {
  const names = Array.from({ length: devices }, (_, index) => `${prefix}-${String(index).padStart(3, "0")}`);
  const start = now - BEGIN_BEFORE_MS;
  const stepMs = Math.max(1, Math.floor((devices * 1000) / rate));
  return {
    devices: names,
    message(n) {
      const seq = Math.floor(n / devices);
      const bad = n % BAD_EVERY === BAD_EVERY - 1;
      return {
        device: names[n % devices] ?? "",
        time: start + seq * stepMs,
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
  // Each moves the score of its area.
  const fill_level = Math.floor(value * 7) % 101;
  return JSON.stringify({ device, time, values: { [METRIC]: value, fill_level } });
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
