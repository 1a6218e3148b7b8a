import { connectAsync, type MqttClient } from "mqtt";
import { noise } from "./pace.ts";

export interface LoadOptions {
  readonly url: string;
  readonly username?: string | null;
  readonly password?: string | null;
  readonly messages: number;
  readonly devices: number;
  readonly connections: number;
  /** Unacknowledged messages per connection. */
  readonly window: number;
  /** Messages per second in all; 0: as fast as they are acknowledged. */
  readonly rate: number;
  /** Device ids are `<prefix>-0001` … */
  readonly prefix: string;
  /** Event time of each device's first reading, Unix milliseconds; the next ones follow a second apart. */
  readonly start: number;
  readonly onProgress?: (acknowledged: number) => void;
}

export interface LoadResult {
  readonly sent: number;
  readonly acknowledged: number;
  readonly seconds: number;
  readonly perSecond: number;
}

/**
 * Publishes messages of about 160 bytes with five values on `kota/v1/load/<device>` at QoS 1. Every message is a
 * reading of its own: device and time never repeat, so that what arrives can be counted. A connection that is lost
 * is opened again, and what was not acknowledged on it is sent again.
 */
export async function publishLoad(options: LoadOptions): Promise<LoadResult> {
  const clients = await Promise.all(
    Array.from({ length: options.connections }, (_, n) =>
      connectAsync(options.url, {
        clientId: `kota-load-${options.prefix}-${process.pid}-${n}`,
        clean: false,
        reconnectPeriod: 200,
        ...(options.username ? { username: options.username } : {}),
        ...(options.password ? { password: options.password } : {}),
      }),
    ),
  );
  const begun = performance.now();
  let sent = 0;
  let acknowledged = 0;

  async function publishFrom(client: MqttClient, connection: number): Promise<void> {
    const inFlight = new Set<Promise<void>>();
    for (let n = connection; n < options.messages; n += options.connections) {
      if (options.rate > 0) {
        const due = (n / options.rate) * 1000 - (performance.now() - begun);
        if (due > 1) await new Promise((resolve) => setTimeout(resolve, due));
      }
      if (inFlight.size >= options.window) await Promise.race(inFlight);
      sent++;
      const publication = publishUntilAcknowledged(client, ...messageOf(options, n)).then(() => {
        inFlight.delete(publication);
        acknowledged++;
        if (acknowledged % 1000 === 0) options.onProgress?.(acknowledged);
      });
      inFlight.add(publication);
    }
    await Promise.all(inFlight);
  }

  await Promise.all(clients.map((client, n) => publishFrom(client, n)));
  const seconds = (performance.now() - begun) / 1000;
  await Promise.all(clients.map((client) => client.endAsync()));
  return {
    sent,
    acknowledged,
    seconds: Number(seconds.toFixed(3)),
    perSecond: Math.round(acknowledged / seconds),
  };
}

/** MQTT.js gives up on a publication when the connection breaks while it is being sent again; its identity makes a repeat harmless. */
async function publishUntilAcknowledged(client: MqttClient, topic: string, payload: string): Promise<void> {
  for (;;) {
    try {
      await client.publishAsync(topic, payload, { qos: 1 });
      return;
    } catch (error) {
      if (client.disconnecting || client.disconnected) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

function messageOf(options: LoadOptions, n: number): [topic: string, payload: string] {
  const device = `${options.prefix}-${String(n % options.devices).padStart(4, "0")}`;
  const step = Math.floor(n / options.devices);
  const level = noise(device, step);
  const values = {
    pm2_5: Math.round(level * 300) / 10,
    pm10: Math.round(level * 500) / 10,
    temperature: Math.round(level * 200) / 10,
    humidity: Math.round(level * 1000) / 10,
    battery: Math.round(level * 100),
  };
  return [
    `kota/v1/load/${device}`,
    JSON.stringify({ device, time: new Date(options.start + step * 1000).toISOString(), values }),
  ];
}
