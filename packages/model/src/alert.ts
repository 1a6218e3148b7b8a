/**
 * `ok`: within bounds. `pending`: beyond the threshold, not yet for as long as the rule asks. `firing`: beyond it for so
 * long. `no_data`: there is no value that is new enough. `cleared`: it fired, and is within bounds again.
 */
export const ALERT_STATES = ["ok", "pending", "firing", "no_data", "cleared"] as const;
export type AlertStateName = (typeof ALERT_STATES)[number];

export const ALERT_SEVERITIES = ["critical", "warning", "info"] as const;
export type AlertSeverity = (typeof ALERT_SEVERITIES)[number];

/** Alerts are published over MQTT at or below this topic, and ingest leaves it alone: an alert is no message of a device. */
export const ALERT_TOPIC = "kota/alerts";

export function isAlertTopic(topic: string): boolean {
  return topic === ALERT_TOPIC || topic.startsWith(`${ALERT_TOPIC}/`);
}

/** What people are told of: that it fires, that data is missing, that it is over. */
export type AlertNews = "firing" | "no_data" | "cleared";

/** One change of an alert's state that is still to be recorded or told. */
export interface AlertEvent {
  /** `rule@subject#n`: the same however often it is delivered, so that a receiver can tell a repeat. */
  readonly id: string;
  readonly rule: string;
  readonly subject: string;
  readonly from: AlertStateName;
  readonly to: AlertStateName;
  /** When it happened, Unix milliseconds. */
  readonly at: number;
  readonly value: number | null;
  /** What is told of it; null: it is only recorded. */
  readonly news: AlertNews | null;
  /** The maintenance window in which it happened, and was told to nobody. */
  readonly maintenance: string | null;
}

/** One rule about one device, area or stage. The newest record stands; what is still to be told stands in it. */
export interface AlertRecord {
  readonly kind: "alert";
  /** `rule@subject`. */
  readonly id: string;
  readonly rule: string;
  readonly subject: string;
  readonly state: AlertStateName;
  /** Since when it is in this state. */
  readonly since: number;
  /** It has fired and has not been within bounds since, whether or not there is data now. */
  readonly active: boolean;
  /** When it began to fire; null: it is not active. */
  readonly firingSince: number | null;
  readonly value: number | null;
  /** Event time of the value. */
  readonly valueTime: number | null;
  /** What people were told last and is not over: an end is told only of what was begun. */
  readonly told: "firing" | "no_data" | null;
  /** How many events there were; the number of the newest. */
  readonly events: number;
  /** Events with those they still have to go to: ids of channels, or `@history`. */
  readonly outbox: readonly { readonly event: AlertEvent; readonly to: readonly string[] }[];
  /** Events that were left out of the outbox because too many waited there. */
  readonly leftOut: number;
}

/** A time in which nothing is delivered about what it is about. */
export interface MaintenanceWindow {
  readonly kind: "maintenance";
  readonly id: string;
  readonly title: string;
  /** Unix milliseconds; half-open. */
  readonly from: number;
  readonly to: number;
  /** About these rules, areas and kinds of device; null: all. */
  readonly rules: readonly string[] | null;
  readonly areas: readonly string[] | null;
  readonly kinds: readonly string[] | null;
  readonly by: string | null;
}

export type AlertTableRecord = AlertRecord | MaintenanceWindow;

export function alertTableKey(record: AlertTableRecord): string {
  return `${record.kind}/${record.id}`;
}
