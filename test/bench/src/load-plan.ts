import { generate } from "mqtt-packet";

/** What the load generator sends. Plain data: it goes to another process. */
export interface LoadPlan {
  readonly host: string;
  readonly port: number;
  /** `<topicPrefix><device>` is the topic. */
  readonly topicPrefix: string;
  readonly messages: number;
  readonly devices: number;
  readonly connections: number;
  /** Unacknowledged messages per connection. */
  readonly window: number;
  /** Messages per second in all; 0: as fast as they are acknowledged. */
  readonly rate: number;
  /** Event time of each device's first reading, Unix milliseconds. */
  readonly start: number;
  /** Event time between two readings of a device, milliseconds. The devices are spread evenly over it, as clocks are. */
  readonly stepMs: number;
}

/** The packets of one connection, one after the other, and where each ends. */
export interface PreparedPackets {
  readonly bytes: Buffer;
  readonly ends: readonly number[];
}

const MAX_PACKET_ID = 65_535;
const HOUR_MS = 3_600_000;

export function deviceId(n: number): string {
  return `bench-${String(n).padStart(6, "0")}`;
}

/** The half-open range of event time that a plan's readings lie in. */
export function eventTimeOf(plan: LoadPlan): { readonly from: number; readonly to: number } {
  return { from: plan.start, to: plan.start + Math.ceil(plan.messages / plan.devices) * plan.stepMs };
}

/** Every packet is made before the clock starts, so that sending costs next to nothing. */
export function preparePackets(plan: LoadPlan, connection: number): PreparedPackets {
  const packets: Buffer[] = [];
  const ends: number[] = [];
  let end = 0;
  for (let n = connection; n < plan.messages; n += plan.connections) {
    const index = n % plan.devices;
    const device = deviceId(index);
    const packet = generate({
      cmd: "publish",
      topic: plan.topicPrefix + device,
      payload: payloadOf(index, plan.start + Math.floor((n * plan.stepMs) / plan.devices), n),
      qos: 1,
      messageId: (packets.length % MAX_PACKET_ID) + 1,
      dup: false,
      retain: false,
    });
    packets.push(packet);
    end += packet.length;
    ends.push(end);
  }
  return { bytes: Buffer.concat(packets), ends };
}

/**
 * About 160 bytes of JSON with five values, different from one message of a device to its next: a constant one is a stuck sensor. But a temperature
 * that jumps by degrees between two messages is a broken one, too.
 */
function payloadOf(index: number, time: number, n: number): string {
  const level = (n * 7919 + Math.floor(n / 1000) * 37) % 1000;
  const warmth = 15 + (index % 100) / 20 + 3 * Math.sin((2 * Math.PI * time) / HOUR_MS);
  return JSON.stringify({
    device: deviceId(index),
    time: new Date(time).toISOString(),
    values: {
      pm2_5: 5 + level / 40,
      pm10: 8 + level / 20,
      temperature: Math.round(100 * warmth) / 100,
      humidity: 40 + level / 25,
      battery: 50 + (level % 50),
    },
  });
}
