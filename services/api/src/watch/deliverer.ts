import {
  type AlertMessage,
  type Channel,
  composeMessage,
  delivered,
  dueAt,
  type MessageContext,
  type Waiting,
  waitingFor,
} from "@kota/alerts";
import { messageOf } from "@kota/model";
import type { Notifier } from "@kota/notify";
import { type Clock, type Logger, pause, retrying } from "@kota/runtime";
import { type AlertBook, changedBy } from "./alert-book.ts";

/** Takes what waits for a channel there. */
export interface Deliverer {
  readonly channel: Channel;
  /** Why nothing gets through; null: it does. */
  readonly trouble: string | null;
  start(): void;
  stop(): Promise<void>;
}

const LOOK_MS = 500;
const MOST_PAUSE_MS = 60_000;
/** After a refusal somebody has to change something first. */
const REFUSED_PAUSE_MS = 5 * 60_000;

/**
 * One message at a time. It is taken out of the alerts only after the other side has it: after a crash in between the same
 * message with the same id goes out once more, and none is lost.
 */
export function createDeliverer(deps: {
  readonly channel: Channel;
  readonly notifier: Notifier;
  readonly book: AlertBook;
  readonly context: () => Omit<MessageContext, "now">;
  readonly clock: Clock;
  readonly logger: Logger;
}): Deliverer {
  const { channel, notifier, book, clock } = deps;
  const logger = deps.logger.child({ channel: channel.id });
  let stopping = new AbortController();
  let running: Promise<void> | undefined;
  let trouble: string | null = null;
  let lastSent: number | null = null;

  async function run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const waiting = waitingFor(channel.id, book.alerts());
      const due = dueAt(waiting, channel, lastSent);
      if (due === null || due > clock()) {
        await pause(LOOK_MS, signal);
        continue;
      }
      const message = composeMessage(waiting, { ...deps.context(), now: clock() });
      if (await send(message, signal)) await enter(waiting, signal);
    }
  }

  async function send(message: AlertMessage, signal: AbortSignal): Promise<boolean> {
    try {
      await retrying(() => notifier.deliver(message, signal), {
        signal,
        baseMs: 500,
        maxMs: MOST_PAUSE_MS,
        onRetry: (error, attempt) => {
          trouble = messageOf(error);
          if (attempt === 1 || attempt % 10 === 0)
            logger.warn({ err: error }, "an alert is not delivered yet");
        },
      });
      trouble = null;
      lastSent = clock();
      logger.info(
        { message: message.id, news: message.alerts.length + message.more },
        "alerts were delivered",
      );
      return true;
    } catch (error) {
      if (signal.aborted) return false;
      trouble = messageOf(error);
      logger.error({ err: error }, "an alert was refused; it waits, and is tried again in five minutes");
      await pause(REFUSED_PAUSE_MS, signal);
      return false;
    }
  }

  async function enter(waiting: readonly Waiting[], signal: AbortSignal): Promise<void> {
    const ids = new Set(waiting.map(({ event }) => event.id));
    const touched = new Set(waiting.map(({ alert }) => alert.id));
    await retrying(
      () => book.update(() => changedBy(touched, book, (alert) => delivered(alert, channel.id, ids))),
      {
        signal,
        onRetry: (error) => logger.warn({ err: error }, "that an alert was delivered is not written yet"),
      },
    ).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  }

  return {
    channel,
    get trouble() {
      return trouble;
    },
    start() {
      stopping = new AbortController();
      const { signal } = stopping;
      running = run(signal).catch((error: unknown) => {
        trouble = messageOf(error);
        logger.error({ err: error }, "alerts are no longer delivered");
      });
    },
    async stop() {
      stopping.abort();
      await running;
      await notifier.close();
    },
  };
}
