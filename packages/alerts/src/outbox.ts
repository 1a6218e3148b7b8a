import type { AlertEvent, AlertRecord } from "@kota/model";

/** An event that waits for a channel. */
export interface Waiting {
  readonly alert: AlertRecord;
  readonly event: AlertEvent;
}

/** What waits for a channel, the oldest first. */
export function waitingFor(channel: string, alerts: Iterable<AlertRecord>): Waiting[] {
  const waiting: Waiting[] = [];
  for (const alert of alerts) {
    for (const { event, to } of alert.outbox) if (to.includes(channel)) waiting.push({ alert, event });
  }
  return waiting.sort((a, b) => a.event.at - b.event.at || (a.event.id < b.event.id ? -1 : 1));
}

/** The alert after a channel has had these events. */
export function delivered(alert: AlertRecord, channel: string, ids: ReadonlySet<string>): AlertRecord {
  let changed = false;
  const outbox = alert.outbox.flatMap((entry) => {
    if (!ids.has(entry.event.id) || !entry.to.includes(channel)) return [entry];
    changed = true;
    const to = entry.to.filter((one) => one !== channel);
    return to.length === 0 ? [] : [{ event: entry.event, to }];
  });
  return changed ? { ...alert, outbox } : alert;
}

/** The alert without channels that are no more: nobody could ever be told. */
export function withoutChannels(alert: AlertRecord, known: ReadonlySet<string>): AlertRecord {
  if (alert.outbox.every(({ to }) => to.every((one) => known.has(one)))) return alert;
  const outbox = alert.outbox.flatMap(({ event, to }) => {
    const left = to.filter((one) => known.has(one));
    return left.length === 0 ? [] : [{ event, to: left }];
  });
  return { ...alert, outbox };
}

/**
 * When the next message of a channel is due, Unix milliseconds: after the oldest event has waited for company, and not
 * before the channel may send again. Null: nothing waits.
 */
export function dueAt(
  waiting: readonly Waiting[],
  { gatherMs, everyMs }: { readonly gatherMs: number; readonly everyMs: number },
  lastSent: number | null,
): number | null {
  const oldest = waiting[0];
  if (oldest === undefined) return null;
  return Math.max(oldest.event.at + gatherMs, lastSent === null ? 0 : lastSent + everyMs);
}
