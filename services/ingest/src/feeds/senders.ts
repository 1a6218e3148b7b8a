import { createUnacknowledged, type Delivery, type Unacknowledged } from "./unacknowledged.ts";

/** A connection of the embedded broker. */
interface SenderConnection {
  readonly id: string;
  readonly closed: boolean;
}

/** What each client of the embedded broker has under way, over its connections. */
export interface Senders {
  /**
   * Takes a QoS 1 message, or knows it as one that was taken on an earlier connection of the client.
   * @param accept takes it; not called when it is known
   */
  take(
    connection: SenderConnection,
    message: Omit<Delivery, "stored"> & { readonly redelivered: boolean },
    accept: () => Promise<void>,
  ): Promise<void>;
  /** The connection has ended. */
  left(connection: SenderConnection): void;
}

interface Sender {
  connection: SenderConnection;
  readonly underWay: Map<number, Delivery>;
  readonly earlier: Unacknowledged;
}

/** Clients that went away with something under way; beyond, the one that went first is forgotten. */
const MOST_AWAY = 1000;

export function createSenders(): Senders {
  const senders = new Map<string, Sender>();
  const away = new Set<Sender>();

  function senderOf(connection: SenderConnection): Sender {
    let sender = senders.get(connection.id);
    if (!sender) {
      sender = { connection, underWay: new Map(), earlier: createUnacknowledged() };
      senders.set(connection.id, sender);
    } else if (sender.connection !== connection) {
      ended(sender);
      away.delete(sender);
      sender.connection = connection;
    }
    return sender;
  }

  function ended(sender: Sender): void {
    for (const delivery of sender.underWay.values()) sender.earlier.add(delivery);
    sender.underWay.clear();
  }

  function forget(sender: Sender): void {
    away.delete(sender);
    if (senders.get(sender.connection.id) === sender) senders.delete(sender.connection.id);
  }

  return {
    take(connection, { messageId, topic, payload, redelivered }, accept) {
      const sender = senderOf(connection);
      const stored = (redelivered ? sender.earlier.recall(messageId, topic, payload) : undefined) ?? accept();
      const delivery: Delivery = { messageId, topic, payload, stored };
      sender.underWay.set(messageId, delivery);
      const done = () => {
        // On a connection that has ended there was no acknowledgement.
        if (connection.closed || sender.underWay.get(messageId) !== delivery) return;
        sender.underWay.delete(messageId);
      };
      stored.then(done, done);
      return stored;
    },
    left(connection) {
      const sender = senders.get(connection.id);
      if (sender?.connection !== connection) return;
      ended(sender);
      if (sender.earlier.size === 0) {
        forget(sender);
        return;
      }
      away.add(sender);
      const [first] = away;
      if (first && away.size > MOST_AWAY) forget(first);
    },
  };
}
