import { KotaError, messageOf } from "@kota/model";
import { type Clock, type Metrics, pause } from "@kota/runtime";
import mqtt, { type IClientOptions, type MqttClient } from "mqtt";
import type { Intake } from "../accept.ts";
import { createAckWindow, type DeliveryGroup, encodePubacks } from "./ack-window.ts";
import { DRAIN_MS } from "./feed.ts";
import { type Publish, splitPublishes } from "./split-publishes.ts";
import type { Unacknowledged } from "./unacknowledged.ts";

export interface ConnectionDependencies {
  readonly url: string;
  readonly options: IClientOptions;
  /** As the broker gets them, `$share/…` included. */
  readonly subscriptions: readonly string[];
  readonly shared: boolean;
  readonly intake: Intake;
  readonly clock: Clock;
  readonly metrics: Pick<Metrics, "messagesAcknowledged">;
  /** What connections before this one took and could not acknowledge; and what this one leaves. */
  readonly unacknowledged: Unacknowledged;
  /** The broker let us in and took the subscriptions. */
  readonly onUp: (sessionPresent: boolean) => void;
}

interface Ending {
  readonly reason: KotaError;
  /** How long it was up; 0: never. */
  readonly upMs: number;
  /** The broker does not speak the version of MQTT that was asked for. */
  readonly otherVersion: boolean;
}

/** One MQTT connection, from CONNECT to its close. The next one is a new object: nothing of this one outlives it. */
export interface Connection {
  readonly ended: Promise<Ending>;
  /** Takes no new messages, waits for those under way, acknowledges them, and disconnects so that the session stays. */
  drain(): Promise<void>;
}

/** MQTT reason codes of CONNACK and DISCONNECT that a person has to act on. */
const SESSION_TAKEN_OVER = 142;
const CREDENTIALS_REFUSED = new Set([4, 5, 134, 135]);
const VERSION_REFUSED = new Set([1, 132]);
/** New credentials do not appear from one second to the next, and brokers ban clients that insist. */
const REFUSED_PAUSE_MS = 15_000;
const DISCONNECT_MS = 2_000;
/** After an unsubscribe the broker still sends what it had queued for us: so long without any, and it is over. */
const QUIET_MS = 200;

export function openConnection(deps: ConnectionDependencies): Connection {
  const { intake, clock, metrics } = deps;
  const client = mqtt.connect(deps.url, { ...deps.options, manualConnect: true, reconnectPeriod: 0 });
  const window = createAckWindow();
  let upSince: number | undefined;
  let deliveries = 0;
  let reason: KotaError | undefined;
  let taking = true;
  let closed = false;
  let otherVersion = false;
  let releasing = false;

  const ended = new Promise<Ending>((resolve) => {
    client.once("close", () => {
      closed = true;
      for (const delivery of window.left()) deps.unacknowledged.add(delivery);
      resolve({
        reason: reason ?? closedWithoutAWord(upSince !== undefined, deps.options.clientId),
        upMs: upSince === undefined ? 0 : clock() - upSince,
        otherVersion,
      });
    });
  });

  /** Without an acknowledgement for what is open: the broker delivers that again on the next connection. */
  function drop(why: KotaError): void {
    reason ??= why;
    client.stream.destroy();
  }

  /** Writes the acknowledgements that may go, all in one write, once for all messages that just became durable. */
  function release(): void {
    releasing = false;
    if (closed || client.stream.destroyed) return;
    const messageIds = window.takeDurable();
    if (messageIds.length === 0) return;
    client.stream.write(encodePubacks(messageIds));
    metrics.messagesAcknowledged.inc(messageIds.length);
  }

  function durable(group: DeliveryGroup): void {
    group.durable = true;
    if (releasing) return;
    releasing = true;
    queueMicrotask(release);
  }

  function refused(error: unknown): void {
    drop(
      new KotaError("broker_unavailable", `Messages stay unacknowledged at the broker: ${messageOf(error)}`, {
        cause: error,
      }),
    );
  }

  /** Returns what to wait for before the next message, if anything. */
  function take(message: Publish): Promise<void> | null {
    const { topic, payload, messageId, redelivered, retained } = message;
    // Neither taken nor acknowledged, a QoS 1 message stays in the session. For QoS 0 this is its only chance.
    if (!taking && messageId !== 0) return null;
    const known =
      redelivered && messageId !== 0 ? deps.unacknowledged.recall(messageId, topic, payload) : undefined;
    const stored = known ?? (retained ? NOTHING_TO_STORE : intake.accept(topic, payload, redelivered));
    if (messageId !== 0) {
      deliveries++;
      const group = window.open(message, stored);
      if (group) stored.then(() => durable(group), refused);
    } else {
      stored.catch(refused);
    }
    return intake.hasRoom ? null : stayAliveUntil(intake.room());
  }

  // Set before the connection is opened: queued messages come right behind the CONNACK.
  splitPublishes(client, take);
  // A broker should turn QoS 2 into the 1 of the subscription; not all do. The last packet of such a message is then sent
  // when it is durable, one message after the other.
  client.handleMessage = ({ topic, payload, dup, retain: retained }, done) => {
    const bytes = typeof payload === "string" ? Buffer.from(payload) : payload;
    const stored = retained ? NOTHING_TO_STORE : intake.accept(topic, bytes, dup);
    stored.then(() => done(), refused);
  };

  /** While messages are held back MQTT.js sees no packet behind them, not even the answer to its ping. */
  async function stayAliveUntil(room: Promise<void>): Promise<void> {
    const ping = () => {
      if (!client.connected) return;
      client.sendPing();
      client.reschedulePing(true);
    };
    const timer = setInterval(ping, (client.keepalive * 1000) / 3);
    await room;
    clearInterval(timer);
  }

  client.on("connect", (connack) => {
    // A session that is new repeats nothing of the one before.
    if (!connack.sessionPresent) deps.unacknowledged.clear();
    subscribe(client, deps.subscriptions).then(
      () => {
        upSince = clock();
        deps.onUp(connack.sessionPresent);
      },
      (error: unknown) => drop(subscriptionRefused(deps.subscriptions, error)),
    );
  });
  client.on("error", (error: Error & { code?: unknown }) => {
    if (typeof error.code === "number" && VERSION_REFUSED.has(error.code)) otherVersion = true;
    reason ??= connectionError(error);
  });
  client.on("disconnect", (packet) => {
    reason ??= disconnected(packet.reasonCode, deps.options.clientId);
  });
  client.connect();

  async function quiet(until: number): Promise<void> {
    let seen = deliveries;
    for (let since = clock(); !closed && clock() < until && clock() - since <= QUIET_MS; await pause(10)) {
      if (deliveries === seen) continue;
      seen = deliveries;
      since = clock();
    }
  }

  return {
    ended,
    async drain() {
      const until = clock() + DRAIN_MS;
      if (deps.shared && client.connected) {
        // The others of the group take over from here; a member that only goes away keeps its part waiting.
        const unsubscribed = client.unsubscribeAsync([...deps.subscriptions]).catch(() => undefined);
        await Promise.race([unsubscribed, pause(DISCONNECT_MS)]);
        await quiet(until);
      }
      taking = false;
      await intake.drained(Math.max(0, until - clock()));
      // One turn of the event loop, in which the last acknowledgements are written.
      await pause(0);
      if (closed) return;
      client.end(!client.connected);
      await Promise.race([ended, pause(DISCONNECT_MS)]);
      client.stream.destroy();
    },
  };
}

/**
 * For a retained message: it is a copy of one that was received when it was sent; sent again because of a subscribe, it would get
 * the time of the subscribe, and an old value would pass for a new one. MQTT 5 brokers are told not to send them, MQTT
 * 3.1.1 brokers cannot be; both mark with `retain` only what they send because of a subscribe.
 */
const NOTHING_TO_STORE = Promise.resolve();

async function subscribe(client: MqttClient, subscriptions: readonly string[]): Promise<void> {
  await client.subscribeAsync([...subscriptions], {
    // Not 2: the broker then turns QoS 2 into 1, and the log and what is behind it make repeats harmless.
    qos: 1,
    // No retained messages, see NOTHING_TO_STORE.
    rh: 2,
  });
}

function connectionError(error: Error & { code?: unknown }): KotaError {
  if (typeof error.code === "number" && CREDENTIALS_REFUSED.has(error.code)) {
    return new KotaError(
      "broker_unavailable",
      `The MQTT broker refuses kota's credentials (${error.message}). Check KOTA_MQTT_USERNAME and KOTA_MQTT_PASSWORD, and what the broker allows that user; kota tries again by itself.`,
      { cause: error, retryAfterMs: REFUSED_PAUSE_MS },
    );
  }
  return new KotaError("broker_unavailable", `The MQTT broker cannot be reached: ${describe(error)}.`, {
    cause: error,
  });
}

/** A broker says why in its last packet, which is lost when it closes while acknowledgements are on their way to it. */
function closedWithoutAWord(wasUp: boolean, clientId: string | undefined): KotaError {
  const hint = wasUp
    ? ` If that happens again and again, another client may use the client id '${clientId}': give each ingest process its own KOTA_MQTT_CLIENT_ID.`
    : "";
  return new KotaError("broker_unavailable", `The connection to the MQTT broker was closed.${hint}`);
}

function disconnected(code: number | undefined, clientId: string | undefined): KotaError {
  return new KotaError(
    "broker_unavailable",
    code === SESSION_TAKEN_OVER
      ? `Another client connected to the MQTT broker with the client id '${clientId}'. Give each ingest process its own KOTA_MQTT_CLIENT_ID.`
      : `The MQTT broker closed the connection (reason code ${code ?? "none"}).`,
  );
}

function subscriptionRefused(subscriptions: readonly string[], error: unknown): KotaError {
  return new KotaError(
    "broker_unavailable",
    `The MQTT broker did not take the subscription to ${subscriptions.join(", ")} (${messageOf(error)}). Check mqtt.subscribe in city.yaml and what the broker allows kota's user.`,
    { cause: error },
  );
}

/** Node gathers the failures of a name with several addresses in an error whose own message is empty. */
function describe(error: Error & { code?: unknown }): string {
  return error.message !== "" ? error.message : String(error.code ?? error.name);
}
