/** A delivery that is not acknowledged yet. */
export interface Delivery {
  readonly messageId: number;
  durable: boolean;
}

/**
 * The deliveries of one connection that wait for their acknowledgement, in the order they were received.
 *
 * MQTT wants PUBACKs in the order of the PUBLISHes ([MQTT-4.6.0-2]), and messages become durable in any order: so only
 * the durable prefix may be acknowledged. A window belongs to one connection and ends with it, because a packet
 * identifier means nothing on the next one.
 */
export interface AckWindow {
  readonly size: number;
  open(messageId: number): Delivery;
  /** Takes out the packet identifiers that may be acknowledged now, in order. */
  takeDurable(): readonly number[];
}

/** Below this length the dead part of the array is not worth moving the rest for. */
const COMPACT_FROM = 1024;

export function createAckWindow(): AckWindow {
  let deliveries: Delivery[] = [];
  let head = 0;
  return {
    get size() {
      return deliveries.length - head;
    },
    open(messageId) {
      const delivery: Delivery = { messageId, durable: false };
      deliveries.push(delivery);
      return delivery;
    },
    takeDurable() {
      const messageIds: number[] = [];
      for (let delivery = deliveries[head]; delivery?.durable; delivery = deliveries[head]) {
        messageIds.push(delivery.messageId);
        head++;
      }
      if (head === deliveries.length) {
        deliveries = [];
        head = 0;
      } else if (head > COMPACT_FROM && head * 2 > deliveries.length) {
        deliveries = deliveries.slice(head);
        head = 0;
      }
      return messageIds;
    },
  };
}

const PUBACK = 0x40;
const IDENTIFIER_ONLY = 2;

/** PUBACK packets with reason code 'success', one behind the other, in the form that MQTT 3.1.1 and 5 share. */
export function encodePubacks(messageIds: readonly number[]): Buffer {
  const bytes = Buffer.allocUnsafe(messageIds.length * 4);
  let at = 0;
  for (const messageId of messageIds) {
    bytes[at++] = PUBACK;
    bytes[at++] = IDENTIFIER_ONLY;
    bytes[at++] = messageId >> 8;
    bytes[at++] = messageId & 0xff;
  }
  return bytes;
}
