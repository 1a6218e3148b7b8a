import { createAckWindow, type Intake } from "@kota/service-ingest";
import { payloadOf, type SimMessage } from "./messages.ts";
import type { Random } from "./random.ts";
import type { Session } from "./session.ts";

interface Entry {
  readonly message: SimMessage;
  delivered: boolean;
}

interface Connection {
  open: boolean;
  readonly underWay: Map<number, Entry>;
  readonly deliver: (id: number, entry: Entry) => void;
}

/** How ingest's feed is broken on purpose. */
export type FeedSabotage = "acknowledges-early" | "acknowledges-in-any-order";

export interface SimBrokerOptions {
  readonly now: () => number;
  readonly random: Random;
  readonly sabotage: FeedSabotage | null;
  /** A message is acknowledged: it has to be in the log by now. */
  readonly onAcknowledged: (message: SimMessage) => void;
  readonly onDisorder: (what: string) => void;
}

const RECEIVE_MAXIMUM = 20;
const NETWORK_MS = 5;
/** What is acknowledged in any order comes within so long. */
const SHUFFLE_MS = 50;
const RECONNECT_MS = 500;

/**
 * An MQTT broker with one persistent session: it keeps every message until it is acknowledged, and delivers what is not
 * again on the next connection, in order. It does not crash; what kota does with it is what is tested.
 */
export class SimBroker {
  readonly #options: SimBrokerOptions;
  #queue: Entry[] = [];
  #connection: Connection | undefined;
  #packetId = 0;

  constructor(options: SimBrokerOptions) {
    this.#options = options;
  }

  /** Messages that are not acknowledged. */
  get waiting(): number {
    return this.#queue.length + (this.#connection?.underWay.size ?? 0);
  }

  publish(message: SimMessage): void {
    this.#queue.push({ message, delivered: false });
    this.#pump();
  }

  /** Connects a process's intake in the way of ingest's own feed: a window for each connection, acknowledged in order. */
  connect(session: Session, intake: Intake): void {
    if (!session.alive) return;
    const { sabotage, random, now } = this.#options;
    let heardAt = 0;
    const window = createAckWindow();
    let releasing = false;
    let free: Promise<void> = Promise.resolve();

    const acknowledge = (ids: readonly number[]) => {
      if (ids.length === 0 || !connection.open) return;
      // One stream: nothing overtakes.
      heardAt = Math.max(heardAt, now() + random.next() * NETWORK_MS);
      setTimeout(() => session.alive && this.#puback(connection, ids), heardAt - now());
    };
    const release = () => {
      releasing = false;
      if (connection.open && session.alive) acknowledge(window.takeDurable());
    };
    const take = (id: number, { message, delivered }: Entry) => {
      if (!connection.open || !session.alive) return;
      const topic = `kota/v1/${message.device}`;
      const payload = payloadOf(message);
      const stored = intake.accept(topic, payload, delivered);
      const group = window.open({ messageId: id, topic, payload }, stored);
      if (sabotage === "acknowledges-early") acknowledge([id]);
      stored.then(
        () => {
          if (sabotage === "acknowledges-early") return;
          if (sabotage === "acknowledges-in-any-order")
            return void setTimeout(() => acknowledge([id]), random.next() * SHUFFLE_MS);
          if (group === null) return;
          group.durable = true;
          if (releasing) return;
          releasing = true;
          queueMicrotask(release);
        },
        () => session.alive && this.#drop(connection, session, intake),
      );
    };
    const connection: Connection = {
      open: true,
      underWay: new Map(),
      deliver: (id, entry) => {
        free = free.then(async () => {
          if (!intake.hasRoom) await intake.room();
          take(id, { ...entry });
          entry.delivered = true;
        });
      },
    };
    this.#connection = connection;
    this.#packetId = random.below(1000);
    this.#pump();
    this.#breakNow = () => this.#drop(connection, session, intake);
  }

  #breakNow: () => void = () => {};

  /** The network breaks the connection; the process connects again. */
  breakConnection(): void {
    this.#breakNow();
  }

  /** The process at the other end is gone. */
  disconnect(): void {
    const connection = this.#connection;
    if (!connection?.open) return;
    connection.open = false;
    this.#queue = [...connection.underWay.values(), ...this.#queue];
    this.#connection = undefined;
    this.#breakNow = () => {};
  }

  #drop(connection: Connection, session: Session, intake: Intake): void {
    if (!connection.open) return;
    this.disconnect();
    setTimeout(() => this.#connection === undefined && this.connect(session, intake), RECONNECT_MS);
  }

  #pump(): void {
    const connection = this.#connection;
    if (!connection?.open) return;
    while (connection.underWay.size < RECEIVE_MAXIMUM) {
      const entry = this.#queue.shift();
      if (entry === undefined) return;
      this.#packetId = (this.#packetId % 65_535) + 1;
      const id = this.#packetId;
      connection.underWay.set(id, entry);
      connection.deliver(id, entry);
    }
  }

  #puback(connection: Connection, ids: readonly number[]): void {
    // What was on its way when the connection broke is not heard.
    if (!connection.open) return;
    for (const id of ids) {
      const [first] = connection.underWay.keys();
      const entry = connection.underWay.get(id);
      if (entry === undefined) {
        this.#options.onDisorder(`packet ${id} was acknowledged and is not under way on this connection`);
        continue;
      }
      if (first !== id) this.#options.onDisorder(`packet ${id} was acknowledged before ${first}`);
      connection.underWay.delete(id);
      this.#options.onAcknowledged(entry.message);
    }
    this.#pump();
  }
}
