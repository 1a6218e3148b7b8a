import type { AckWindow } from "./ack-window.ts";
import { createUnacknowledged, type Unacknowledged } from "./unacknowledged.ts";

/** What the clients of the embedded broker have under way, over their connections. */
export interface Senders {
  /**
   * A client is connected, and acknowledged by this window from now on. Returns what earlier connections of it took and
   * could not acknowledge.
   */
  connected(id: string, window: AckWindow): Unacknowledged;
  /** That connection has ended: what is left in its window was not acknowledged. */
  left(id: string, window: AckWindow): void;
}

interface Sender {
  readonly id: string;
  /** Of the connection it has, or had. */
  window: AckWindow | undefined;
  readonly earlier: Unacknowledged;
}

/** Clients that went away with something under way; beyond, the one that went first is forgotten. */
const MOST_AWAY = 1000;

export function createSenders(): Senders {
  const senders = new Map<string, Sender>();
  const away = new Set<Sender>();

  function ended(sender: Sender): void {
    for (const delivery of sender.window?.left() ?? []) sender.earlier.add(delivery);
    sender.window = undefined;
  }

  return {
    connected(id, window) {
      let sender = senders.get(id);
      if (!sender) {
        sender = { id, window, earlier: createUnacknowledged() };
        senders.set(id, sender);
      } else {
        // Taken over: the end of the connection before is still to come.
        ended(sender);
        away.delete(sender);
        sender.window = window;
      }
      return sender.earlier;
    },
    left(id, window) {
      const sender = senders.get(id);
      if (sender?.window !== window) return;
      ended(sender);
      if (sender.earlier.size === 0) {
        senders.delete(id);
        return;
      }
      away.add(sender);
      const [first] = away;
      if (!first || away.size <= MOST_AWAY) return;
      away.delete(first);
      senders.delete(first.id);
    },
  };
}
