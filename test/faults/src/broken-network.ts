import { connect, createServer, type Server, type Socket } from "node:net";

/** What happens to bytes on their way; both directions alike. */
export type Weather =
  | "clear"
  /** Connections stay open and nothing comes through, as behind a pulled cable: neither side is told. */
  | "silent"
  /** Every byte comes later. */
  | "slow"
  /** One piece in twenty is lost, and comes, with all that is behind it, when TCP has sent it again. */
  | "lossy"
  /** A byte a second comes through, each way. */
  | "trickle";

const LATENCY_MS = 250;
const LOSS = 0.05;
/** Linux sends again after at least this long. */
const SENT_AGAIN_MS = 200;

/** A TCP proxy between a service and a server. */
export class BrokenNetwork {
  readonly #server: Server;
  readonly #pairs = new Set<readonly [Socket, Socket]>();
  readonly #sockets = new Set<Socket>();
  readonly #abandoned = new WeakSet<readonly [Socket, Socket]>();
  readonly #held: (() => void)[] = [];
  /** Each direction of each connection, with what waits in it. */
  readonly #ways = new Set<Way>();
  #drip: NodeJS.Timeout | undefined;
  #weather: Weather = "clear";

  private constructor(target: number) {
    this.#server = createServer({ noDelay: true }, (near) => this.#join(near, target));
  }

  /** @param port where it listens; left out: anywhere */
  static async before(target: number, port = 0): Promise<BrokenNetwork> {
    const network = new BrokenNetwork(target);
    await new Promise<void>((done) => network.#server.listen(port, "127.0.0.1", done));
    return network;
  }

  get port(): number {
    const address = this.#server.address();
    return address !== null && typeof address === "object" ? address.port : 0;
  }

  set weather(weather: Weather) {
    this.#weather = weather;
    clearInterval(this.#drip);
    if (weather === "silent") return;
    if (weather === "trickle") this.#drip = setInterval(() => this.#dripOnce(), 1000);
    // A cable that is plugged in again finds both ends of old connections still there: nothing was lost on them but time.
    for (const pass of this.#held.splice(0)) pass();
    for (const way of this.#ways) this.#flush(way);
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
    clearInterval(this.#drip);
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
      const way: Way = { to, waiting: [], due: 0, slow: 0 };
      this.#ways.add(way);
      from.on("data", (data) => {
        if (!this.#abandoned.has(pair)) this.#carry(way, data);
      });
      from.on("error", () => {});
      from.on("close", () => {
        this.#pairs.delete(pair);
        // A connection that ends behind a pulled cable ends unheard, too.
        if (!this.#abandoned.has(pair)) this.#carry(way, null);
      });
    }
  }

  /** `null`: the end. */
  #carry(way: Way, data: Buffer | null): void {
    const pass = () => this.#pass(way, data);
    if (this.#weather === "silent") this.#held.push(pass);
    // What is quick again must not overtake what was slow.
    else if (this.#weather === "slow" || way.slow > 0) {
      way.slow++;
      setTimeout(() => {
        way.slow--;
        pass();
      }, LATENCY_MS);
    } else if (this.#weather === "trickle") way.waiting.push({ data, due: 0 });
    else if (this.#weather === "lossy") {
      const now = performance.now();
      // What is behind a lost piece waits for it, and never what was before it: however much comes, it goes on.
      way.due = Math.max(way.due, Math.random() < LOSS ? now + SENT_AGAIN_MS : now);
      way.waiting.push({ data, due: way.due });
      setTimeout(() => this.#weather === "lossy" && this.#flush(way), way.due - now);
    } else pass();
  }

  #pass(way: Way, data: Buffer | null): void {
    if (data === null) {
      way.to.destroy();
      this.#ways.delete(way);
    } else if (way.to.writable) way.to.write(data);
  }

  #flush(way: Way): void {
    const isLossy = this.#weather === "lossy";
    // A timer may be early by a part of a millisecond.
    const now = performance.now() + 1;
    for (let [next] = way.waiting; next && !(isLossy && next.due > now); [next] = way.waiting) {
      way.waiting.shift();
      this.#pass(way, next.data);
    }
  }

  #dripOnce(): void {
    for (const way of this.#ways) {
      const [first] = way.waiting;
      if (first === undefined) continue;
      const { data, due } = first;
      if (data === null || data.length <= 1) way.waiting.shift();
      else way.waiting[0] = { data: data.subarray(1), due };
      this.#pass(way, data === null ? null : data.subarray(0, 1));
    }
  }
}

/** One direction of a connection. */
interface Way {
  readonly to: Socket;
  /** In order; `due` matters where pieces are lost. */
  readonly waiting: { readonly data: Buffer | null; readonly due: number }[];
  /** When the last of them can come: a lost one when it was sent again. */
  due: number;
  /** So many pieces are on their way. */
  slow: number;
}
