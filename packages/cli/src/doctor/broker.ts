import { KotaError, messageOf } from "@kota/model";
import type { Config } from "@kota/runtime";
import mqtt, { type IClientOptions, type MqttClient } from "mqtt";
import { isLoopback } from "./exposure.ts";
import { type Finding, ok, warn } from "./finding.ts";

/** What a broker is, as far as it decides whether something can be lost or overheard. */
export interface BrokerFacts {
  readonly url: string;
  /** As it says itself under `$SYS/broker/version`; null: it does not say. */
  readonly version: string | null;
  readonly speaksMqtt5: boolean;
  /** Topic filters that it does not deliver at QoS 1. */
  readonly refused: readonly string[];
  /** Messages it has thrown away since its start, by `$SYS/broker/publish/messages/dropped`; null: it does not say. */
  readonly dropped: number | null;
  /** Whether a client without a login may read everything. */
  readonly isOpen: boolean;
  /** The largest packet it takes, as it says itself; null: no limit of its own. */
  readonly maximumPacketBytes: number | null;
}

const CONNECT_MS = 5000;
/** Retained topics come at once; a broker that has none is not waited for longer. */
const STATUS_MS = 1500;
const VERSION = "$SYS/broker/version";
const DROPPED = "$SYS/broker/publish/messages/dropped";

/**
 * Connects as a passing client, never with the client id of ingest: that would take its session over.
 * @throws KotaError `broker_unavailable`
 */
export async function describeBroker(
  config: Pick<Config, "mqttUsername" | "mqttPassword"> & { readonly mqttUrl: string },
  filters: readonly string[],
): Promise<BrokerFacts> {
  const { mqttUrl: url, mqttUsername: username, mqttPassword: password } = config;
  const login: IClientOptions = {
    ...(username === null ? {} : { username }),
    ...(password === null ? {} : { password }),
  };
  let speaksMqtt5 = true;
  const client = await connect(url, { ...login, protocolVersion: 5 })
    .catch(() => {
      speaksMqtt5 = false;
      return connect(url, { ...login, protocolVersion: 4 });
    })
    .catch((cause: unknown) => {
      throw new KotaError(
        "broker_unavailable",
        `The MQTT broker at ${shownUrl(url)} does not let kota in: ${messageOf(cause)}. See KOTA_MQTT_URL, KOTA_MQTT_USERNAME and KOTA_MQTT_PASSWORD.`,
        { cause },
      );
    });
  try {
    const status = new Map<string, string>();
    client.on("message", (topic, payload) => {
      if (topic === VERSION || topic === DROPPED) status.set(topic, payload.toString());
    });
    await client.subscribeAsync([VERSION, DROPPED], { qos: 0 }).catch(() => {});
    const deadline = Date.now() + STATUS_MS;
    while (status.size < 2 && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 20));
    const refused: string[] = [];
    for (const filter of filters) {
      const granted = await client.subscribeAsync(filter, { qos: 1 }).catch(() => []);
      if (granted[0]?.qos !== 1) refused.push(filter);
    }
    const dropped = Number(status.get(DROPPED) ?? Number.NaN);
    return {
      url: shownUrl(url),
      version: status.get(VERSION) ?? null,
      speaksMqtt5,
      refused,
      dropped: Number.isNaN(dropped) ? null : dropped,
      isOpen: await letsStrangersRead(url),
      maximumPacketBytes: packetLimits.get(client) ?? null,
    };
  } finally {
    await client.endAsync(true).catch(() => {});
  }
}

export function brokerFindings(facts: BrokerFacts, maxPayloadBytes: number): Finding[] {
  const { url, version, speaksMqtt5, refused, dropped, isOpen, maximumPacketBytes } = facts;
  const findings = [
    ok("MQTT broker", `${version ?? "answers"}, MQTT ${speaksMqtt5 ? "5" : "3.1.1"}, at ${url}`),
  ];
  if (!speaksMqtt5) {
    findings.push(
      warn(
        "MQTT 5",
        "the broker speaks only MQTT 3.1.1, where it decides how many messages are under way (Mosquitto: 20)",
        "Use a broker with MQTT 5, or raise its limit (Mosquitto: max_inflight_messages 2000).",
      ),
    );
  }
  if (refused.length > 0) {
    findings.push(
      warn(
        "subscriptions",
        `the broker does not deliver ${refused.join(", ")} at QoS 1`,
        "Let kota's user read these topics, or change mqtt.subscribe in city.yaml.",
      ),
    );
  }
  if (dropped !== null && dropped > 0) {
    findings.push(
      warn(
        "dropped messages",
        `the broker has thrown away ${dropped} messages since its start`,
        "Give its queues room for the longest outage (Mosquitto: max_queued_messages 0, max_queued_bytes), and see which client they were for.",
      ),
    );
  }
  if (isOpen && !isLoopback(new URL(url).hostname)) {
    findings.push(
      warn(
        "logins",
        "a client without a login may read every topic of the broker",
        "Close it: allow_anonymous false, passwords or certificates, and an ACL for each device.",
      ),
    );
  }
  if (maximumPacketBytes !== null && maximumPacketBytes < maxPayloadBytes) {
    findings.push(
      warn(
        "packet size",
        `the broker takes packets of ${maximumPacketBytes} bytes, the city payloads of ${maxPayloadBytes}`,
        "Raise max_packet_size of the broker, or lower limits.maxPayloadBytes in city.yaml.",
      ),
    );
  }
  return findings;
}

const packetLimits = new WeakMap<MqttClient, number>();

async function connect(url: string, options: IClientOptions): Promise<MqttClient> {
  const client = mqtt.connect(url, {
    ...options,
    clientId: `kota-doctor-${process.pid}-${Math.trunc(performance.now())}`,
    clean: true,
    reconnectPeriod: 0,
    connectTimeout: CONNECT_MS,
  });
  return new Promise((resolve, reject) => {
    client.once("connect", ({ properties }) => {
      if (properties?.maximumPacketSize !== undefined) packetLimits.set(client, properties.maximumPacketSize);
      resolve(client);
    });
    client.once("error", reject);
    client.once("close", () => reject(new Error("it closed the connection")));
  });
}

async function letsStrangersRead(url: string): Promise<boolean> {
  let stranger: MqttClient | undefined;
  try {
    stranger = await connect(withoutLogin(url), { protocolVersion: 4 });
    const [granted] = await stranger.subscribeAsync("#", { qos: 0 });
    return granted !== undefined && granted.qos !== 128;
  } catch {
    return false;
  } finally {
    await stranger?.endAsync(true).catch(() => {});
  }
}

function withoutLogin(url: string): string {
  const bare = new URL(url);
  bare.username = "";
  bare.password = "";
  return bare.href;
}

/** Without the password that an address may carry. */
function shownUrl(url: string): string {
  return withoutLogin(url).replace(/\/$/, "");
}
