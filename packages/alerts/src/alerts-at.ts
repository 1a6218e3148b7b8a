import type { AlertEvent, AlertRecord, AlertStateName } from "@kota/model";
import { alertId } from "./step.ts";

/** An alert as the history tells it of a moment: what still had to be delivered then is not known any more. */
export type PastAlert = Omit<AlertRecord, "outbox" | "told" | "events" | "leftOut">;

/** The states of alerts at a moment, from the changes until then. An alert that never changed was as usual. */
export function alertsAt(events: Iterable<AlertEvent>, at: number): readonly PastAlert[] {
  const ordered = [...events].filter((event) => event.at <= at).sort((a, b) => a.at - b.at);
  const alerts = new Map<string, PastAlert>();
  for (const { rule, subject, to, at: since, value } of ordered) {
    const id = alertId(rule, subject);
    const before = alerts.get(id);
    const active = isActive(to, before?.active ?? false);
    alerts.set(id, {
      kind: "alert",
      id,
      rule,
      subject,
      state: to,
      since,
      active,
      firingSince: active ? (before?.firingSince ?? since) : null,
      value,
      valueTime: null,
    });
  }
  return [...alerts.values()];
}

/** Data that go missing end nothing: what fired then is taken to go on. */
function isActive(state: AlertStateName, before: boolean): boolean {
  return state === "firing" || (state === "no_data" && before);
}
