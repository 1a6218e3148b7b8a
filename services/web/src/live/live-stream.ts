import type { PositionEvent, ReadingEvent, Score, WorkItem } from "../api-types.ts";
import { type Connection, SILENCE_MS } from "./liveness.ts";

/** What came since the last delivery, in order. */
export interface LiveBatch {
  readonly scores: readonly Score[];
  readonly readings: readonly ReadingEvent[];
  readonly positions: readonly PositionEvent[];
  readonly rejections: number;
  readonly work: readonly WorkItem[];
  readonly alerts: number;
}

export interface LiveListener {
  /** At most four times a second, in step with the screen. */
  onBatch(batch: LiveBatch): void;
  /** The stream began anew or lost events: everything shown must be read again. */
  onReset(): void;
}

export interface LiveStream {
  connection(): Connection;
  subscribe(listener: () => void): () => void;
  /** kota answered about its status. `busy`: it says that readings are coming in, so the stream should bring some. */
  heard(busy: boolean): void;
  /** kota did not answer about its status. */
  missed(): void;
  close(): void;
}

/** kota sends in bursts, at most four times a second: what belongs to one is taken together. */
const DELIVERY_MS = 40;
const REOPEN_MS = 3000;
/** A page in the background keeps no more than this; beyond it, it reads everything again. */
const MOST_HELD = 20_000;

/**
 * The one connection to kota's live stream. The browser comes back by itself with `Last-Event-ID` after a loss; when
 * it gives up (kota answered with an error while restarting), the stream is opened again here.
 */
export function openLiveStream(url: string, listener: LiveListener): LiveStream {
  let source: EventSource | undefined;
  let connection: Connection = { phase: "connecting", lastHeard: null, since: Date.now() };
  let scores: Score[] = [];
  let readings: ReadingEvent[] = [];
  let positions: PositionEvent[] = [];
  let rejections = 0;
  let work: WorkItem[] = [];
  let alerts = 0;
  let anew = true;
  let lastEvent = Date.now();
  let delivery: number | undefined;
  let reopening: number | undefined;
  const subscribers = new Set<() => void>();

  const changed = (next: Connection): void => {
    connection = next;
    for (const subscriber of subscribers) subscriber();
  };

  const deliver = (): void => {
    delivery = undefined;
    const batch = { scores, readings, positions, rejections, work, alerts };
    scores = [];
    readings = [];
    positions = [];
    rejections = 0;
    work = [];
    alerts = 0;
    listener.onBatch(batch);
  };

  const deliverSoon = (): void => {
    delivery ??= window.setTimeout(() => {
      if (document.hidden) deliver();
      else requestAnimationFrame(deliver);
    }, DELIVERY_MS);
  };

  const reset = (): void => {
    scores = [];
    readings = [];
    positions = [];
    rejections = 0;
    work = [];
    alerts = 0;
    listener.onReset();
  };

  const on = <T>(opened: EventSource, name: string, take: (data: T) => void): void => {
    opened.addEventListener(name, (event) => {
      lastEvent = Date.now();
      connection = { ...connection, lastHeard: lastEvent };
      take(JSON.parse((event as MessageEvent<string>).data) as T);
    });
  };

  const open = (): void => {
    reopening = undefined;
    anew = true;
    lastEvent = Date.now();
    source?.close();
    const opened = new EventSource(url);
    source = opened;
    on(opened, "hello", () => {
      changed({ phase: "open", lastHeard: Date.now(), since: Date.now() });
      if (anew) reset();
      anew = false;
    });
    on(opened, "reset", reset);
    on<Score>(opened, "score", (score) => {
      scores.push(score);
      deliverSoon();
    });
    on<ReadingEvent>(opened, "reading", (reading) => {
      readings.push(reading);
      if (readings.length > MOST_HELD) reset();
      deliverSoon();
    });
    on<PositionEvent>(opened, "position", (position) => {
      positions.push(position);
      deliverSoon();
    });
    on(opened, "rejection", () => {
      rejections += 1;
      deliverSoon();
    });
    on<WorkItem>(opened, "work", (item) => {
      work.push(item);
      deliverSoon();
    });
    on(opened, "alert", () => {
      alerts += 1;
      deliverSoon();
    });
    opened.addEventListener("error", () => {
      if (connection.phase === "open") changed({ ...connection, phase: "lost", since: Date.now() });
      if (opened.readyState === EventSource.CLOSED && reopening === undefined) {
        reopening = window.setTimeout(open, REOPEN_MS);
      }
    });
  };

  open();
  return {
    connection: () => connection,
    subscribe(subscriber) {
      subscribers.add(subscriber);
      return () => {
        subscribers.delete(subscriber);
      };
    },
    heard(busy) {
      // A broken proxy or a sleeping laptop leaves a stream behind that looks open and brings nothing.
      const dead = source?.readyState === EventSource.OPEN && busy && Date.now() - lastEvent > SILENCE_MS;
      const missedBefore = connection.phase === "lost" && source?.readyState === EventSource.OPEN;
      changed({ ...connection, lastHeard: connection.phase === "open" ? Date.now() : connection.lastHeard });
      if (dead || missedBefore) open();
    },
    missed() {
      if (connection.phase === "open") changed({ ...connection, phase: "lost", since: Date.now() });
    },
    close() {
      source?.close();
      window.clearTimeout(delivery);
      window.clearTimeout(reopening);
    },
  };
}
