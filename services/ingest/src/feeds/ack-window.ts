import type { Delivery } from "./unacknowledged.ts";

/** Deliveries that follow each other and become durable together. */
export interface DeliveryGroup {
  readonly messageIds: number[];
  readonly messages: Omit<Delivery, "stored">[];
  readonly stored: Promise<void>;
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
  /**
   * @param stored the promise of becoming durable, which messages that are stored together share
   * @returns the group that the delivery begins, for the caller to mark when it is durable; null: it joins the one before
   */
  open(message: Omit<Delivery, "stored">, stored: Promise<void>): DeliveryGroup | null;
  /** What was not taken out to be acknowledged. */
  left(): Delivery[];
  /** Takes out the packet identifiers that may be acknowledged now, in order. */
  takeDurable(): readonly number[];
}

/** Below this length the dead part of the array is not worth moving the rest for. */
const COMPACT_FROM = 64;

export function createAckWindow(): AckWindow {
  let groups: DeliveryGroup[] = [];
  let head = 0;
  let size = 0;
  let newest: DeliveryGroup | undefined;
  return {
    get size() {
      return size;
    },
    open(message, stored) {
      size++;
      // What is durable already may be on its way to be taken out.
      if (newest?.stored === stored && !newest.durable) {
        newest.messageIds.push(message.messageId);
        newest.messages.push(message);
        return null;
      }
      newest = { messageIds: [message.messageId], messages: [message], stored, durable: false };
      groups.push(newest);
      return newest;
    },
    left: () =>
      groups
        .slice(head)
        .flatMap(({ messages, stored }) =>
          messages.map(({ messageId, topic, payload }) => ({ messageId, topic, payload, stored })),
        ),
    takeDurable() {
      const taken: DeliveryGroup[] = [];
      for (let group = groups[head]; group?.durable; group = groups[head]) {
        taken.push(group);
        size -= group.messageIds.length;
        head++;
      }
      if (head === groups.length) {
        groups = [];
        head = 0;
      } else if (head > COMPACT_FROM && head * 2 > groups.length) {
        groups = groups.slice(head);
        head = 0;
      }
      return taken.length === 1
        ? (taken[0]?.messageIds ?? [])
        : taken.flatMap(({ messageIds }) => messageIds);
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
