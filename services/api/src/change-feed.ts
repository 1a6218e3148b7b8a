/** Kinds of event on the live stream that carry data. */
export const EVENT_KINDS = [
  "score",
  "reading",
  "rejection",
  "revision",
  "work",
  "alert",
  "ledger",
  "position",
] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

/** Events of one moment, ready to be sent. */
export interface EventBatch {
  /** The frames of the events of these kinds, one after the other; empty when there are none. */
  frames(kinds: ReadonlySet<EventKind>): string;
}

/** The changes of the city as a numbered sequence of Server-Sent Events, the newest of which are held for those that come back. */
export interface ChangeFeed {
  /** Number of the last event. */
  readonly position: number;
  /** Adds events after the last, in their order, and passes them on to those who listen. Their data must not change afterwards. */
  publish(events: readonly { readonly kind: EventKind; readonly data: unknown }[]): void;
  /** What came after a position; null when that is not known any more, or never was. */
  after(position: number): EventBatch | null;
  /** Returns the way to stop listening. */
  listen(listener: (batch: EventBatch) => void): () => void;
}

/** Its text is made when somebody wants it: on a busy day most events are held, and nobody listens. */
class HeldEvent {
  readonly kind: EventKind;
  readonly #id: number;
  readonly #data: unknown;
  #frame: string | undefined;

  constructor(kind: EventKind, id: number, data: unknown) {
    this.kind = kind;
    this.#id = id;
    this.#data = data;
  }

  get frame(): string {
    this.#frame ??= frameOf(this.kind, this.#data, this.#id);
    return this.#frame;
  }
}

/**
 * @param beginning Position before the first event. It differs from run to run, so that a position of an earlier run
 * is not taken for one of this.
 * @param capacity How many events are held.
 */
export function createChangeFeed(beginning: number, capacity = 10_000): ChangeFeed {
  const held: HeldEvent[] = new Array(capacity);
  const listeners = new Set<(batch: EventBatch) => void>();
  let count = 0;

  const slot = (index: number) => held[index % capacity] as HeldEvent;

  function batchOf(events: readonly HeldEvent[]): EventBatch {
    // Clients that want the same kinds share one text.
    const texts = new Map<string, string>();
    return {
      frames(kinds) {
        const key = [...kinds].join();
        let text = texts.get(key);
        if (text === undefined) {
          text = "";
          for (const event of events) if (kinds.has(event.kind)) text += event.frame;
          texts.set(key, text);
        }
        return text;
      },
    };
  }

  return {
    get position() {
      return beginning + count;
    },
    publish(events) {
      if (events.length === 0) return;
      const added = events.map(({ kind, data }) => {
        const event = new HeldEvent(kind, beginning + count + 1, data);
        held[count % capacity] = event;
        count++;
        return event;
      });
      const batch = batchOf(added);
      for (const listener of listeners) listener(batch);
    },
    after(position) {
      const index = position - beginning;
      if (!Number.isSafeInteger(index) || index < Math.max(0, count - capacity) || index > count) return null;
      const missed: HeldEvent[] = [];
      for (let next = index; next < count; next++) missed.push(slot(next));
      return batchOf(missed);
    },
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** One Server-Sent Event. JSON has no raw line break, so the data is one line. */
export function frameOf(event: string, data: unknown, id?: number): string {
  return `${id === undefined ? "" : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** A beginning that differs between runs: 20 bits of the start time above 32 bits for the events. */
export function feedBeginning(startedAt: number): number {
  return (startedAt % 2 ** 20) * 2 ** 32;
}
