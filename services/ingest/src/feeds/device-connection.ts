import { once } from "node:events";
import type { Socket } from "node:net";
import type { Client } from "aedes";
import type { Intake } from "../accept.ts";
import { createAckWindow, type DeliveryGroup, encodePubacks } from "./ack-window.ts";
import { createPacketLimit } from "./packet-limit.ts";
import { createPublishSplitter, type Publish } from "./publish-splitter.ts";
import type { Senders } from "./senders.ts";
import type { Unacknowledged } from "./unacknowledged.ts";

export interface DeviceConnectionDependencies {
  readonly intake: Pick<Intake, "hasRoom" | "room">;
  readonly senders: Senders;
  /** A packet that announces more closes its connection. Bytes. */
  readonly maxPacketBytes: number;
  /**
   * Resolves when the message is durable, or need not be. Null: it is neither taken nor refused.
   * @throws Error which closes the connection
   */
  readonly accept: (message: Publish, client: Client) => Promise<void> | null;
  readonly onAcknowledged: (messages: number) => void;
  readonly onTooLarge: (bytes: number) => void;
}

export interface DeviceConnection {
  /** The broker beneath has answered its CONNECT. */
  ready(): void;
}

const CONNECT = 1;
const MQTT_3_1_1 = 4;

/**
 * Takes the QoS 0 and QoS 1 messages of one connection of the embedded broker where they lie in its bytes, and acknowledges
 * them together. The broker gets all other packets: each message through its streams, packets and callbacks, and each
 * acknowledgement as a write, is what a process under load would spend a fifth of its time on.
 *
 * The broker reads with `read()`, so that is where to get in between. It is also where to stop while the log stands still:
 * the broker itself slows a connection down, but does not stop it.
 *
 * @param handle gives the connection to the broker
 */
export function openDeviceConnection(
  socket: Socket,
  handle: (socket: Socket) => Client,
  deps: DeviceConnectionDependencies,
): { readonly client: Client; readonly connection: DeviceConnection } {
  const { intake, senders } = deps;
  const overLimit = createPacketLimit(deps.maxPacketBytes);
  const splitter = createPublishSplitter(MQTT_3_1_1);
  const window = createAckWindow();
  const read = socket.read.bind(socket);
  let earlier: Unacknowledged | undefined;
  let begun = false;
  // Its first packet is no CONNECT: the broker says so, and closes.
  let isForeign = false;
  let next: Publish | Buffer | null = null;
  let waiting = false;
  let releasing = false;
  let watched: Promise<void> | undefined;

  function refuse(error: unknown): void {
    if (!client.closed) (client as unknown as NodeJS.EventEmitter).emit("error", error);
  }

  function readAgainAfter(room: Promise<unknown>): null {
    if (waiting) return null;
    waiting = true;
    const again = () => {
      waiting = false;
      socket.emit("readable");
    };
    room.then(again, again);
    return null;
  }

  /** Writes the acknowledgements that may go, all in one write, once for all messages that just became durable. */
  function release(): void {
    releasing = false;
    if (socket.destroyed) return;
    const messageIds = window.takeDurable();
    if (messageIds.length === 0) return;
    socket.write(encodePubacks(messageIds));
    deps.onAcknowledged(messageIds.length);
  }

  function durable(group: DeliveryGroup): void {
    group.durable = true;
    if (releasing) return;
    releasing = true;
    queueMicrotask(release);
  }

  function take(message: Publish): void {
    const { messageId, topic, payload, redelivered } = message;
    stayAlive(client);
    const known = redelivered && messageId !== 0 ? earlier?.recall(messageId, topic, payload) : undefined;
    const stored = known ?? deps.accept(message, client);
    if (stored === null) return;
    if (messageId !== 0) {
      const group = window.open(message, stored);
      if (group) stored.then(() => durable(group), refuse);
    } else if (stored !== watched) {
      watched = stored;
      stored.catch(refuse);
    }
  }

  socket.read = (size?: number): Buffer | null => {
    // Node's own way to ask for more from the network: it returns no data.
    if (size === 0) return read(size);
    for (;;) {
      if (!intake.hasRoom) return readAgainAfter(intake.room());
      // Who does not read its acknowledgements is not read from.
      if (socket.writableNeedDrain) return readAgainAfter(once(socket, "drain"));
      next ??= splitter.next();
      if (next === null) {
        const chunk: Buffer | null = read(size);
        if (chunk === null) return null;
        const announced = overLimit(chunk);
        if (announced > 0) {
          deps.onTooLarge(announced);
          socket.destroy();
          return null;
        }
        if (!begun) {
          begun = true;
          isForeign = (chunk[0] ?? 0) >> 4 !== CONNECT;
        }
        if (isForeign) return chunk;
        splitter.push(chunk);
        continue;
      }
      const taken = next;
      if (Buffer.isBuffer(taken)) {
        next = null;
        return taken;
      }
      // What comes right behind the CONNECT waits for its answer.
      if (earlier === undefined) return null;
      next = null;
      try {
        take(taken);
      } catch (error) {
        refuse(error);
        return null;
      }
    }
  };

  const client = handle(socket);
  return {
    client,
    connection: {
      ready() {
        const { id } = client;
        earlier = senders.connected(id, window);
        socket.once("close", () => senders.left(id, window));
        socket.emit("readable");
      },
    },
  };
}

/** A device that publishes need not ping ([MQTT-3.1.2-24]); the broker, which counts packets for that, does not see these. */
function stayAlive(client: Client): void {
  (client as unknown as { _keepaliveTimer: NodeJS.Timeout | null })._keepaliveTimer?.refresh();
}
