import { delivered, HISTORY, waitingFor, withoutChannels } from "@kota/alerts";
import { ALERT_HISTORY, ALERTS, type EventLog, type Tail } from "@kota/event-log";
import {
  type AlertEvent,
  type AlertRecord,
  type AlertTableRecord,
  type MaintenanceWindow,
  messageOf,
} from "@kota/model";
import { type Logger, retrying } from "@kota/runtime";
import { type HeldTopic, holdTopic } from "../held-topic.ts";

/** The state of every alert, maintenance windows, and the history. */
export interface AlertBook extends HeldTopic {
  alert(id: string): AlertRecord | undefined;
  alerts(): Iterable<AlertRecord>;
  /** Those that were set over the API, the ended ones too. */
  maintenance(): readonly MaintenanceWindow[];
  /** The newest first. */
  history(): Iterable<AlertEvent>;
  /** From now on this process writes alerts, and what the log brings of them is what it wrote itself. */
  lead(): void;
  follow(): void;
  /**
   * Writes alerts, one change after the other: `change` sees all that was written before. Resolves when the records it
   * returns are durable; only then does anybody see them, and nothing is delivered before.
   */
  update(change: () => readonly AlertRecord[]): Promise<void>;
  /** Puts what has not been recorded yet into the history. */
  record(): Promise<void>;
  /** Forgets what waits for channels that are no more. */
  forgetChannels(known: ReadonlySet<string>): Promise<void>;
  setMaintenance(window: MaintenanceWindow): Promise<void>;
}

/** So many events are held at least. */
const MOST_HISTORY = 5_000;

export function createAlertBook(deps: {
  readonly log: EventLog;
  readonly logger: Logger;
  readonly onAlert: (alert: AlertRecord) => void;
}): AlertBook {
  const { log, logger } = deps;
  const stopping = new AbortController();
  const alerts = new Map<string, AlertRecord>();
  const windows = new Map<string, MaintenanceWindow>();
  let events: AlertEvent[] = [];
  const known = new Set<string>();
  let isLeader = false;
  let writing: Promise<unknown> = Promise.resolve();
  let tail: Tail | undefined;
  let isHistoryRead = false;
  let following: Promise<void> | undefined;

  const held = holdTopic({
    log,
    topic: ALERTS,
    what: "The alerts",
    onValue(record: AlertTableRecord) {
      if (record.kind === "maintenance") windows.set(record.id, record);
      else if (!isLeader) take(record);
    },
    logger,
  });

  const alert = (id: string) => alerts.get(id);

  function take(alert: AlertRecord): void {
    const before = alerts.get(alert.id);
    alerts.set(alert.id, alert);
    if (held.isFilled() && (before?.state !== alert.state || before.active !== alert.active))
      deps.onAlert(alert);
  }

  function takeHistory(batch: { readonly values: readonly AlertEvent[] }): void {
    for (const event of batch.values) {
      // One that was appended twice because a process died in between.
      if (known.has(event.id)) continue;
      known.add(event.id);
      events.push(event);
    }
    if (events.length > 2 * MOST_HISTORY) {
      for (const event of events.slice(0, -MOST_HISTORY)) known.delete(event.id);
      events = events.slice(-MOST_HISTORY);
    }
  }

  async function followHistory(): Promise<void> {
    tail = await retrying(
      () =>
        log.tail(ALERT_HISTORY, {
          from: "start",
          onBatch: takeHistory,
          onError: (error) => logger.warn({ err: error }, "following the history of alerts"),
        }),
      { signal: stopping.signal },
    );
    if (stopping.signal.aborted) return tail.stop();
    await tail.caughtUp;
    isHistoryRead = true;
  }

  function update(change: () => readonly AlertRecord[]): Promise<void> {
    const written = writing.then(async () => {
      const records = change();
      if (records.length === 0) return;
      await log.append(ALERTS, records);
      for (const record of records) take(record);
    });
    writing = written.catch(() => {});
    return written;
  }

  return {
    ...held,
    start() {
      held.start();
      following = followHistory().catch((error: unknown) => {
        if (!stopping.signal.aborted)
          logger.error({ err: error }, `the history of alerts: ${messageOf(error)}`);
      });
    },
    async stop() {
      stopping.abort();
      await Promise.all([held.stop(), tail?.stop()]);
      await following;
    },
    isFilled: () => held.isFilled() && isHistoryRead,
    notReady: () => [
      ...held.notReady(),
      ...(isHistoryRead ? [] : ["The history of alerts is still being read from the log."]),
    ],
    alert,
    alerts: () => alerts.values(),
    maintenance: () => [...windows.values()],
    *history() {
      for (let index = events.length - 1; index >= 0; index--) yield events[index] as AlertEvent;
    },
    lead() {
      isLeader = true;
    },
    follow() {
      isLeader = false;
    },
    update,
    async record() {
      const waiting = waitingFor(HISTORY, alerts.values());
      if (waiting.length === 0) return;
      await log.append(
        ALERT_HISTORY,
        waiting.map(({ event }) => event),
      );
      const ids = new Set(waiting.map(({ event }) => event.id));
      const touched = new Set(waiting.map(({ alert }) => alert.id));
      await update(() => changedBy(touched, { alert }, (one) => delivered(one, HISTORY, ids)));
    },
    forgetChannels: (channels) =>
      update(() => changedBy(alerts.keys(), { alert }, (one) => withoutChannels(one, channels))),
    async setMaintenance(window) {
      await log.append(ALERTS, [window]);
      windows.set(window.id, window);
    },
  };
}

/** The alerts that a change makes others of. */
export function changedBy(
  ids: Iterable<string>,
  alerts: Pick<AlertBook, "alert">,
  change: (alert: AlertRecord) => AlertRecord,
): AlertRecord[] {
  const changed: AlertRecord[] = [];
  for (const id of ids) {
    const before = alerts.alert(id);
    const after = before && change(before);
    if (after && after !== before) changed.push(after);
  }
  return changed;
}
