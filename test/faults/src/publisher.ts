import { connect, type Socket } from "node:net";
import { generate, parser } from "mqtt-packet";

const RECONNECT_MS = 200;
const CONNECT_TIMEOUT_MS = 5000;
const MAX_PACKET_ID = 65_535;

export interface PublisherOptions {
  readonly url: string;
  readonly clientId: string;
  /** The n-th message of the load was acknowledged. */
  readonly onAcknowledged: (n: number) => void;
}

interface Outgoing {
  readonly n: number;
  readonly topic: string;
  readonly payload: string;
}

/**
 * An MQTT 3.1.1 connection that publishes at QoS 1 and never gives up: when it breaks it is opened again, and all that is
 * unacknowledged is sent again at once, in order, as a duplicate. (MQTT.js would send it again one by one, each after the
 * acknowledgement of the one before, and its pace would be measured instead of kota's.)
 */
export class Publisher {
  readonly #options: PublisherOptions;
  readonly #open = new Map<number, Outgoing>();
  #lastId = 0;
  #socket: Socket | undefined;
  #connected = false;
  #closed = false;

  constructor(options: PublisherOptions) {
    this.#options = options;
    this.#connect();
  }

  /** Messages that are not acknowledged. */
  get underWay(): number {
    return this.#open.size;
  }

  publish(n: number, topic: string, payload: string): void {
    do this.#lastId = (this.#lastId % MAX_PACKET_ID) + 1;
    while (this.#open.has(this.#lastId));
    const outgoing = { n, topic, payload };
    this.#open.set(this.#lastId, outgoing);
    if (this.#connected) this.#write(this.#lastId, outgoing, false);
  }

  close(): void {
    this.#closed = true;
    this.#socket?.destroy();
  }

  #connect(): void {
    const { hostname, port } = new URL(this.#options.url);
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    const incoming = parser({ protocolVersion: 4 });
    const giveUp = setTimeout(() => socket.destroy(), CONNECT_TIMEOUT_MS);
    incoming.on("packet", (packet) => {
      if (packet.cmd === "connack" && packet.returnCode === 0) {
        clearTimeout(giveUp);
        this.#connected = true;
        socket.cork();
        for (const [id, outgoing] of this.#open) this.#write(id, outgoing, true);
        socket.uncork();
      } else if (packet.cmd === "puback") {
        const outgoing = this.#open.get(packet.messageId ?? 0);
        if (outgoing === undefined) return;
        this.#open.delete(packet.messageId ?? 0);
        this.#options.onAcknowledged(outgoing.n);
      }
    });
    socket.on("data", (data) => incoming.parse(data));
    socket.once("connect", () =>
      socket.write(
        generate({
          cmd: "connect",
          clientId: this.#options.clientId,
          protocolId: "MQTT",
          protocolVersion: 4,
          clean: true,
          keepalive: 0,
        }),
      ),
    );
    // What is wrong shows in the close that follows; broken connections are what this is for.
    socket.on("error", () => {});
    socket.once("close", () => {
      clearTimeout(giveUp);
      this.#connected = false;
      if (!this.#closed) setTimeout(() => !this.#closed && this.#connect(), RECONNECT_MS);
    });
    this.#socket = socket;
  }

  #write(messageId: number, { topic, payload }: Outgoing, dup: boolean): void {
    this.#socket?.write(generate({ cmd: "publish", topic, payload, qos: 1, messageId, dup, retain: false }));
  }
}
