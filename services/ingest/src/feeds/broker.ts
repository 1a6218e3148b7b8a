import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { KotaError, matchesTopic, messageOf } from "@kota/model";
import { type Config, type Logger, type Metrics, pause } from "@kota/runtime";
import { Aedes, type Client } from "aedes";
import type { Intake } from "../accept.ts";
import { type DeviceConnection, openDeviceConnection } from "./device-connection.ts";
import { DRAIN_MS, type Feed, type ListenAddress } from "./feed.ts";
import type { Publish } from "./publish-splitter.ts";
import { createSenders } from "./senders.ts";

export interface BrokerFeedDependencies {
  readonly config: Pick<Config, "mqttHost" | "mqttPort">;
  /** Topics outside of these filters are passed on to subscribers and not put into the log. */
  readonly filters: readonly string[];
  readonly maxPayloadBytes: number;
  readonly intake: Intake;
  readonly logger: Logger;
  readonly metrics: Pick<Metrics, "messagesAcknowledged">;
}

/** A packet that announces more than this closes its connection: nothing a sensor sends is near it, and it is held in memory. */
const MAX_PACKET_BYTES = 16 * 1024 * 1024;
/** What a connection may have buffered in each direction before it counts as full. */
const SOCKET_BUFFER_BYTES = 256 * 1024;
/** A subscriber with more unsent bytes than this misses messages until it has caught up. */
const SLOW_SUBSCRIBER_BYTES = SOCKET_BUFFER_BYTES / 2;

const NOTHING_TO_STORE = Promise.resolve();

/** CONNACK return code of MQTT 3.1.1. */
const UNACCEPTABLE_PROTOCOL_VERSION = 1;

const MOST_TOPIC_LEVELS = 100;

const BROKER_OPTIONS = {
  // 23 is what MQTT 3.1 promised; gateways use longer ones.
  maxClientsIdLength: 256,
  // The most that the matcher beneath takes.
  maxTopicLevels: MOST_TOPIC_LEVELS,
  // A device that comes back sends everything unacknowledged right behind its CONNECT, before it is answered.
  queueLimit: 10_000,
  // A subscriber that reads nothing holds up a publisher for at most this long, once.
  drainTimeout: 5_000,
};

/**
 * The embedded MQTT broker (3.1.1). Every publish is held until the log has it, and only then acknowledged and passed
 * on to subscribers; when the log refuses, the connection closes without an acknowledgement and the device sends again.
 * Connections are not read while too much waits for the log, so a log that stands still fills no memory.
 */
export function createBrokerFeed(deps: BrokerFeedDependencies): Feed {
  const { config, intake, logger, metrics } = deps;
  const matches = (topic: string) => deps.filters.some((filter) => matchesTopic(filter, topic));
  const sockets = new Set<Socket>();
  const behind = new WeakSet<Client>();
  const broker = new Aedes(BROKER_OPTIONS);
  const senders = createSenders();
  let server: Server | undefined;
  let address: ListenAddress | undefined;
  let stage: "taking" | "draining" | "closed" = "taking";

  const subscribers = new Set<Client>();
  const connections = new WeakMap<Client, DeviceConnection>();

  function refuseReserved(client: Client | null, topic: string): void {
    if (!topic.startsWith("$SYS/")) return;
    logger.warn({ client: client?.id, topic }, "refused a publish to $SYS, which belongs to the broker");
    throw new Error("$SYS is reserved");
  }

  function accept(message: Publish, client: Client): Promise<void> | null {
    const { topic, payload, messageId, redelivered } = message;
    // While draining, a publish is neither taken nor refused: closing its connection would cost the acknowledgements
    // that are still to come on it.
    if (stage === "draining") return null;
    if (stage === "closed") throw new Error("kota is stopping");
    requireTopicName(topic);
    refuseReserved(client, topic);
    const stored = matches(topic) ? intake.accept(topic, payload, redelivered) : NOTHING_TO_STORE;
    const retain = message.retained && payload.length <= deps.maxPayloadBytes;
    if (retain || subscribers.size > 0) {
      const qos = messageId === 0 ? 0 : 1;
      // A copy of what is kept: the payload is a view of all that came with it.
      const forward = { topic, payload: retain ? Buffer.from(payload) : payload, qos, retain } as const;
      const passOn = () => broker.publish({ cmd: "publish", dup: false, ...forward }, logPassedOn);
      // What is refused closes its connection, and is passed on to nobody.
      stored.then(passOn, () => {});
    }
    return stored;
  }

  function logPassedOn(error?: Error): void {
    if (error) logger.debug({ reason: error.message }, "a message was not passed on to its subscribers");
  }

  // Wills and QoS 2: everything else is taken before the broker sees it.
  broker.authorizePublish = (client, packet, done) => {
    const { topic, qos } = packet;
    if (stage === "draining") return;
    // Closing a connection makes the broker publish its will; at shutdown that would be a false last word.
    if (stage === "closed") return done(new Error("kota is stopping"));
    try {
      refuseReserved(client, topic);
    } catch (error) {
      return done(error as Error);
    }
    if (!matches(topic)) return done(null);
    const payload = typeof packet.payload === "string" ? Buffer.from(packet.payload) : packet.payload;
    if (payload.length > deps.maxPayloadBytes) packet.retain = false;
    intake.accept(topic, payload, packet.dup === true).then(
      () => {
        if (qos > 0) metrics.messagesAcknowledged.inc();
        done(null);
      },
      (error: Error) => done(error),
    );
  };

  // Sessions end with their connection: the broker keeps no queue for those who are away, which would grow without
  // bound in memory. The log is what remembers.
  broker.preConnect = (_client, packet, done) => {
    packet.clean = true;
    done(null, true);
  };

  broker.authorizeForward = (client, packet) => {
    if (client.conn.writableLength < SLOW_SUBSCRIBER_BYTES) {
      behind.delete(client);
      return packet;
    }
    if (!behind.has(client)) {
      behind.add(client);
      logger.warn(
        { client: client.id },
        "a subscriber reads too slowly and misses messages until it has caught up",
      );
    }
    return null;
  };

  broker.on("clientReady", (client) => connections.get(client)?.ready());
  broker.on("subscribe", (_subscriptions, client) => subscribers.add(client));
  broker.on("clientDisconnect", (client) => subscribers.delete(client));
  broker.on("clientError", (client, error) => {
    logger.debug({ client: client.id, reason: error.message }, "an MQTT connection ended with an error");
  });
  broker.on("connectionError", (client, error) => {
    const unsupported = (error as { errorCode?: number }).errorCode === UNACCEPTABLE_PROTOCOL_VERSION;
    logger.warn(
      { address: (client.conn as Socket).remoteAddress, reason: error.message },
      unsupported
        ? "a client was refused: the embedded broker speaks MQTT 3.1 and 3.1.1; for MQTT 5 point KOTA_MQTT_URL to a broker that has it"
        : "an MQTT connection ended before it was set up",
    );
  });
  // Not in the broker's typed events: what it cannot put down to one client. Without a listener it would end the process.
  (broker as NodeJS.EventEmitter).on("error", (error: unknown) => {
    logger.error({ err: error }, "the embedded broker reports an error");
  });

  function connected(socket: Socket): void {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    const { client, connection } = openDeviceConnection(socket, (one) => broker.handle(one), {
      ...{ intake, senders, accept },
      maxPacketBytes: MAX_PACKET_BYTES,
      onAcknowledged: (messages) => metrics.messagesAcknowledged.inc(messages),
      onTooLarge(bytes) {
        logger.warn(
          { address: socket.remoteAddress, bytes, limit: MAX_PACKET_BYTES },
          "closed an MQTT connection that announced a packet larger than any message may be",
        );
      },
    });
    connections.set(client, connection);
  }

  return {
    get address() {
      return address;
    },
    async start() {
      await broker.listen();
      server = createServer({ noDelay: true, highWaterMark: SOCKET_BUFFER_BYTES }, connected);
      try {
        address = await listen(server, config.mqttHost, config.mqttPort);
      } catch (error) {
        broker.close();
        throw error;
      }
      server.on("error", (error) => logger.error({ err: error }, "the MQTT listener reports an error"));
      logger.info(address, "the embedded MQTT broker listens");
    },
    async stop() {
      if (!address || stage !== "taking") return;
      stage = "draining";
      const closed = new Promise((resolve) => server?.close(resolve));
      await intake.drained(DRAIN_MS);
      // One turn of the event loop, so that the last acknowledgements are on their way.
      await pause(10);
      stage = "closed";
      await new Promise<void>((resolve) => broker.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
    notReady: () => (address && stage === "taking" ? [] : ["The embedded MQTT broker is not listening."]),
  };
}

async function listen(server: Server, host: string, port: number): Promise<ListenAddress> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => reject(listenError(error, host, port)));
    server.listen(port, host, resolve);
  });
  server.removeAllListeners("error");
  const bound = server.address() as AddressInfo;
  return { host: bound.address, port: bound.port };
}

function listenError(cause: NodeJS.ErrnoException, host: string, port: number): KotaError {
  if (cause.code === "EADDRINUSE") {
    return new KotaError(
      "port_in_use",
      `Port ${port} on ${host}, where the embedded MQTT broker should listen, is taken by another program. Set KOTA_MQTT_PORT to a free port (0 takes any), or stop that program; to use an MQTT broker that already runs there, set KOTA_MQTT_URL=mqtt://${host}:${port}.`,
      { cause },
    );
  }
  return new KotaError(
    "config_invalid",
    `The embedded MQTT broker cannot listen on ${host}:${port} (${messageOf(cause)}). Check KOTA_MQTT_HOST and KOTA_MQTT_PORT.`,
    { cause },
  );
}

/** @throws Error for what nobody may publish to */
function requireTopicName(topic: string): void {
  if (topic.includes("#") || topic.includes("+")) throw new Error("a topic has no wildcards in PUBLISH");
  if (topic.length > MOST_TOPIC_LEVELS && topic.split("/").length > MOST_TOPIC_LEVELS)
    throw new Error("the topic has too many levels");
}
