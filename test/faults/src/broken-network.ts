import { connect, createServer, type Server, type Socket } from "node:net";

/** What happens to bytes on their way; both directions alike. */
export type Weather =
  | "clear"
  /** Connections stay open and nothing comes through, as behind a pulled cable: neither side is told. */
  | "silent"
  /** Every byte comes later. */
  | "slow";

const LATENCY_MS = 250;

/** A TCP proxy between a service and a server. */
export class BrokenNetwork {
  readonly #server: Server;
  readonly #pairs = new Set<readonly [Socket, Socket]>();
  readonly #sockets = new Set<Socket>();
  readonly #abandoned = new WeakSet<readonly [Socket, Socket]>();
  readonly #held: (() => void)[] = [];
  #weather: Weather = "clear";

  private constructor(target: number) {
    this.#server = createServer({ noDelay: true }, (near) => this.#join(near, target));
  }

  static async before(target: number): Promise<BrokenNetwork> {
    const network = new BrokenNetwork(target);
    await new Promise<void>((done) => network.#server.listen(0, "127.0.0.1", done));
    return network;
  }

  get port(): number {
    const address = this.#server.address();
    return address !== null && typeof address === "object" ? address.port : 0;
  }

  set weather(weather: Weather) {
    this.#weather = weather;
    if (weather === "silent") return;
    // A cable that is plugged in again finds both ends of old connections still there: nothing was lost on them but time.
    for (const pass of this.#held.splice(0)) pass();
  }

  /** Connections that are open now are silent for ever; new ones are not: the way changed, and nobody was told. */
  abandonOpen(): void {
    for (const pair of this.#pairs) this.#abandoned.add(pair);
  }

  /** Breaks every connection with a RST, after half of what comes next has gone through: in the midst of a packet. */
  resetInMidPacket(): void {
    for (const [near, far] of this.#pairs) {
      const cut = (data: Buffer, other: Socket) => {
        other.write(data.subarray(0, data.length >> 1), () => {
          near.resetAndDestroy();
          far.resetAndDestroy();
        });
      };
      near.removeAllListeners("data");
      far.removeAllListeners("data");
      near.once("data", (data) => cut(data, far));
      far.once("data", (data) => cut(data, near));
    }
  }

  /** Forgets what is held back and breaks what is open. */
  async close(): Promise<void> {
    this.#held.length = 0;
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((done) => this.#server.close(done));
  }

  #join(near: Socket, target: number): void {
    const far = connect({ port: target, host: "127.0.0.1", noDelay: true });
    const pair = [near, far] as const;
    this.#pairs.add(pair);
    for (const socket of pair) {
      this.#sockets.add(socket);
      socket.once("close", () => this.#sockets.delete(socket));
    }
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      from.on("data", (data) => {
        if (!this.#abandoned.has(pair)) this.#carry(() => to.writable && to.write(data));
      });
      from.on("error", () => {});
      from.on("close", () => {
        this.#pairs.delete(pair);
        // A connection that ends behind a pulled cable ends unheard, too.
        if (!this.#abandoned.has(pair)) this.#carry(() => to.destroy());
      });
    }
  }

  #carry(pass: () => unknown): void {
    if (this.#weather === "silent") this.#held.push(() => void pass());
    else if (this.#weather === "slow") setTimeout(() => void pass(), LATENCY_MS);
    else pass();
  }
}
