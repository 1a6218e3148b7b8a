import type { AlertEvent, AlertNews, AlertRecord, AlertStateName } from "@kota/model";
import type { Observation } from "./observe.ts";
import type { AlertRule } from "./rule.ts";

/** Where every event goes beside the channels: the history. */
export const HISTORY = "@history";

const MOST_WAITING = 50;

export const alertId = (rule: string, subject: string): string => `${rule}@${subject}`;

/** An alert that was never looked at. */
export function newAlert(rule: string, subject: string, now: number): AlertRecord {
  return {
    kind: "alert",
    id: alertId(rule, subject),
    rule,
    subject,
    state: "ok",
    since: now,
    active: false,
    firingSince: null,
    value: null,
    valueTime: null,
    told: null,
    events: 0,
    outbox: [],
    leftOut: 0,
  };
}

export interface Circumstances {
  /** Unix milliseconds. */
  readonly now: number;
  /** The maintenance window that is on; null: none. Then nothing is told until it is over. */
  readonly maintenance: string | null;
  /** Ids of the channels that the rule is told to. */
  readonly channels: readonly string[];
}

/**
 * The next state of an alert. A pure function: the same observations at the same times give the same states.
 *
 * It fires once the value has been beyond the threshold, at every look, for as long as the rule asks. It is over when the
 * value has reached `clear`; between `clear` and the threshold it stays what it is. Without data it is `no_data`, and
 * remembers whether it was firing. What is told follows from the state and from what was told before, so that a
 * maintenance window only puts off what is still true at its end.
 */
export function step(
  rule: AlertRule,
  before: AlertRecord,
  observation: Pick<Observation, "value" | "time">,
  { now, maintenance, channels }: Circumstances,
): AlertRecord {
  const { value, time } = observation;
  const isFresh =
    value !== null && (rule.noDataAfterMs === null || (time !== null && now - time <= rule.noDataAfterMs));
  const next = isFresh
    ? judged(rule, before, value, now)
    : { state: "no_data" as const, active: before.active };
  return recorded(before, { ...next, value, valueTime: time }, news(rule, before.told, next), {
    now,
    maintenance,
    channels,
  });
}

/** The end of an alert whose rule or subject is no more: it is over, and told of when its begin was. */
export function ended(before: AlertRecord, circumstances: Circumstances): AlertRecord {
  const state = before.active ? "cleared" : before.state === "cleared" ? "cleared" : "ok";
  const next = { state, active: false, value: null, valueTime: null } as const;
  return recorded(before, next, before.told === null ? null : "cleared", circumstances);
}

interface Judged {
  readonly state: AlertStateName;
  readonly active: boolean;
}

function judged(rule: AlertRule, before: AlertRecord, value: number, now: number): Judged {
  const sign = rule.side === "above" ? 1 : -1;
  if (before.active) {
    return sign * (value - rule.clear) <= 0
      ? { state: "cleared", active: false }
      : { state: "firing", active: true };
  }
  if (sign * (value - rule.threshold) > 0) {
    const since = before.state === "pending" ? before.since : now;
    return now - since >= rule.forMs
      ? { state: "firing", active: true }
      : { state: "pending", active: false };
  }
  return { state: before.state === "cleared" ? "cleared" : "ok", active: false };
}

/** What is to be told; null: nothing new. */
function news(rule: AlertRule, told: AlertRecord["told"], { state, active }: Judged): AlertNews | null {
  if (state === "firing") return told === "firing" ? null : "firing";
  if (state === "no_data") {
    if (rule.tellNoData) return told === "no_data" ? null : "no_data";
    return null;
  }
  return told !== null && !active ? "cleared" : null;
}

function recorded(
  before: AlertRecord,
  next: Judged & Pick<AlertRecord, "value" | "valueTime">,
  toTell: AlertNews | null,
  { now, maintenance, channels }: Circumstances,
): AlertRecord {
  const { state, active, value, valueTime } = next;
  const changed = state !== before.state;
  const tell = maintenance === null ? toTell : null;
  const told = tell === null ? before.told : tell === "cleared" ? null : tell;
  const after: AlertRecord = {
    ...before,
    state,
    since: changed ? now : before.since,
    active,
    firingSince: active ? (before.firingSince ?? now) : null,
    value,
    valueTime,
    told,
  };
  const isRecorded = changed && isWorthRecording(before.state, state);
  const to = [...(isRecorded ? [HISTORY] : []), ...(tell === null ? [] : channels)];
  if (to.length === 0) return after;
  const events = before.events + 1;
  const event: AlertEvent = {
    id: `${before.id}#${events}`,
    rule: before.rule,
    subject: before.subject,
    from: before.state,
    to: state,
    at: now,
    value,
    news: tell,
    maintenance: isRecorded ? maintenance : null,
  };
  const outbox = [...before.outbox, { event, to }];
  const over = Math.max(0, outbox.length - MOST_WAITING);
  return { ...after, events, outbox: outbox.slice(over), leftOut: before.leftOut + over };
}

/** That something may come, and did not, is no history. */
function isWorthRecording(from: AlertStateName, to: AlertStateName): boolean {
  if (to === "firing" || to === "cleared" || to === "no_data") return true;
  return from === "no_data" || from === "firing";
}

/** Whether a record says something that the one before does not, apart from the value. */
export function isChange(before: AlertRecord, after: AlertRecord): boolean {
  return (
    before.state !== after.state ||
    before.active !== after.active ||
    before.told !== after.told ||
    before.outbox !== after.outbox
  );
}
