/** A QoS 1 message as it came, and the promise of its becoming durable. */
export interface Delivery {
  readonly messageId: number;
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly stored: Promise<void>;
}

/**
 * Messages of one sender that were taken, and whose connection ended before they could be acknowledged.
 *
 * The sender sends them again, marked, under the same packet identifier, which it may give to no other message before the
 * acknowledgement ([MQTT-2.2.1-3], [MQTT-3.3.1-1]). So a marked message of the same identifier, topic and payload is the same
 * message, and not a second one with a second receive time. Nothing is known here of a message whose acknowledgement was
 * written: that one may have arrived, and the identifier been given away.
 */
export interface Unacknowledged {
  add(delivery: Delivery): void;
  /** The promise of the message, if it is one that was taken before; it is forgotten here then. */
  recall(messageId: number, topic: string, payload: Uint8Array): Promise<void> | undefined;
  readonly size: number;
  /** The sender begins anew: its identifiers mean nothing any more. */
  clear(): void;
}

export function createUnacknowledged(): Unacknowledged {
  const deliveries = new Map<number, Delivery>();
  return {
    add(delivery) {
      const { messageId, stored } = delivery;
      deliveries.set(messageId, delivery);
      // What the log refused has to be taken anew.
      stored.catch(() => {
        if (deliveries.get(messageId) === delivery) deliveries.delete(messageId);
      });
    },
    recall(messageId, topic, payload) {
      const delivery = deliveries.get(messageId);
      if (delivery?.topic !== topic || Buffer.compare(delivery.payload, payload) !== 0) return undefined;
      deliveries.delete(messageId);
      return delivery.stored;
    },
    get size() {
      return deliveries.size;
    },
    clear: () => deliveries.clear(),
  };
}
