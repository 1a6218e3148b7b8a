import { connect, type Socket } from "node:net";
import { generate } from "mqtt-packet";
import type { LoadPlan, PreparedPackets } from "./load-plan.ts";

const CONNACK_BYTES = 4;
/** Every PUBACK of MQTT 3.1.1 has this size, so that counting bytes counts acknowledgements. */
const PUBACK_BYTES = 4;
const PACE_MS = 5;

/** One MQTT connection that sends prepared packets and keeps a window of them unacknowledged. */
export class LoadConnection {
  readonly #socket: Socket;
  readonly #plan: LoadPlan;
  readonly #packets: PreparedPackets;
  #sent = 0;
  #acknowledged = 0;
  #due = 0;
  #buffered = 0;
  #finish: (() => void) | undefined;
  #fail: ((error: Error) => void) | undefined;

  private constructor(socket: Socket, plan: LoadPlan, packets: PreparedPackets) {
    this.#socket = socket;
    this.#plan = plan;
    this.#packets = packets;
  }

  static async open(plan: LoadPlan, n: number, packets: PreparedPackets): Promise<LoadConnection> {
    const socket = connect({ host: plan.host, port: plan.port, noDelay: true });
    await new Promise<void>((resolve, reject) => {
      socket.once("error", reject);
      socket.once("connect", () => {
        socket.write(
          generate({
            cmd: "connect",
            clientId: `kota-bench-${process.pid}-${n}`,
            protocolId: "MQTT",
            protocolVersion: 4,
            clean: true,
            keepalive: 0,
          }),
        );
      });
      socket.once("data", (connack) => {
        socket.off("error", reject);
        if (connack.length === CONNACK_BYTES && connack[3] === 0) resolve();
        else reject(new Error(`the broker refused the connection: ${connack.toString("hex")}`));
      });
    });
    return new LoadConnection(socket, plan, packets);
  }

  get acknowledged(): number {
    return this.#acknowledged;
  }

  /** Sends all; resolves when all is acknowledged. */
  run(): Promise<void> {
    const { rate, connections } = this.#plan;
    const total = this.#packets.ends.length;
    return new Promise((resolve, reject) => {
      this.#fail = reject;
      this.#finish = resolve;
      this.#socket.on("error", reject);
      this.#socket.on("close", () => reject(new Error("the broker closed the connection")));
      this.#socket.on("data", (data) => this.#take(data.length));
      if (rate === 0) {
        this.#due = total;
        this.#send();
        return;
      }
      const begun = performance.now();
      const pace = setInterval(() => {
        this.#due = Math.min(total, Math.floor(((performance.now() - begun) * rate) / connections / 1000));
        this.#send();
        if (this.#due === total) clearInterval(pace);
      }, PACE_MS);
    });
  }

  close(): void {
    this.#socket.removeAllListeners("close");
    this.#socket.destroy();
  }

  #take(bytes: number): void {
    this.#buffered += bytes;
    const count = Math.floor(this.#buffered / PUBACK_BYTES);
    this.#buffered -= count * PUBACK_BYTES;
    this.#acknowledged += count;
    if (this.#acknowledged > this.#sent) {
      this.#fail?.(new Error("the broker sent something other than acknowledgements"));
    } else if (this.#acknowledged === this.#packets.ends.length) this.#finish?.();
    else this.#send();
  }

  #send(): void {
    const { bytes, ends } = this.#packets;
    const until = Math.min(this.#due, this.#acknowledged + this.#plan.window);
    if (until <= this.#sent) return;
    this.#socket.write(bytes.subarray(ends[this.#sent - 1] ?? 0, ends[until - 1]));
    this.#sent = until;
  }
}
