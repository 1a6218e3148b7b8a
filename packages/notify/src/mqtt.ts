import type { AlertMessage } from "@kota/alerts";
import { KotaError, messageOf } from "@kota/model";
import mqtt, { type MqttClient } from "mqtt";
import type { Notifier } from "./notifier.ts";

const TIMEOUT_MS = 10_000;
/** MQTT reason codes: bad credentials or not authorised, of 3.1.1 and of 5. */
const REFUSED = new Set([4, 5, 134, 135]);

export interface MqttOptions {
  readonly url: string;
  readonly topic: string;
  readonly username: string | null;
  readonly password: string | null;
}

/** Publishes each message as JSON at QoS 1; it is delivered when the broker has acknowledged it. */
export function mqttNotifier({ url, topic, username, password }: MqttOptions): Notifier {
  let connection: Promise<MqttClient> | undefined;

  function connected(): Promise<MqttClient> {
    connection ??= connect().catch((error: unknown) => {
      connection = undefined;
      throw error;
    });
    return connection;
  }

  async function connect(): Promise<MqttClient> {
    const client = await mqtt.connectAsync(
      url,
      {
        ...(username === null ? {} : { username }),
        ...(password === null ? {} : { password }),
        reconnectPeriod: 0,
        connectTimeout: TIMEOUT_MS,
      },
      // A broker that is away is tried again with the next attempt to deliver.
      false,
    );
    client.on("error", () => {});
    client.once("close", () => {
      connection = undefined;
    });
    return client;
  }

  return {
    async deliver(message: AlertMessage, signal: AbortSignal) {
      try {
        const client = await inTime(connected(), signal);
        await inTime(client.publishAsync(topic, JSON.stringify(message), { qos: 1 }), signal);
      } catch (cause) {
        const open = connection;
        connection = undefined;
        void open?.then((client) => client.endAsync(true)).catch(() => {});
        const code = (cause as { readonly code?: unknown }).code;
        throw new KotaError(
          typeof code === "number" && REFUSED.has(code) ? "delivery_refused" : "delivery_failed",
          `The broker at ${url} did not take the message: ${messageOf(cause)}`,
          { cause },
        );
      }
    },
    async close() {
      const open = connection;
      connection = undefined;
      await open?.then((client) => client.endAsync(true)).catch(() => {});
    },
  };
}

function inTime<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(new Error(`no answer within ${TIMEOUT_MS / 1000} s`));
    if (limit.aborted) return onAbort();
    limit.addEventListener("abort", onAbort, { once: true });
    work.then(resolve, reject).finally(() => limit.removeEventListener("abort", onAbort));
  });
}
