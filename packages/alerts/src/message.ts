import { createHash } from "node:crypto";
import type { AlertNews, AlertSeverity } from "@kota/model";
import { withUnit } from "@kota/model/shown-unit";
import { type Observation, scoreKeyOf } from "./observe.ts";
import type { Waiting } from "./outbox.ts";
import type { AlertRule, Alerts } from "./rule.ts";

/** What a rule's `message` may name. */
export const PLACEHOLDERS = ["device", "area", "value", "limit", "since", "rule", "city"] as const;

export function placeholdersOf(text: string): string[] {
  return [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? "");
}

/** One piece of news in a message. */
export interface AlertNotice {
  /** The same however often it is delivered: a receiver that has seen it has seen it. */
  readonly id: string;
  /** `rule@subject`: the same from its begin to its end. */
  readonly alert: string;
  readonly rule: string;
  readonly news: AlertNews;
  readonly severity: AlertSeverity;
  readonly title: string;
  /** A sentence for a person, with units. */
  readonly text: string;
  readonly device: string | null;
  readonly area: string | null;
  /** What the device, area or stage is called. */
  readonly name: string;
  readonly value: number | null;
  /** UCUM code; `ms` for a length of time; null for a score or a count. */
  readonly unit: string | null;
  readonly limit: number;
  /** RFC 3339. */
  readonly at: string;
  /** When it began to fire, RFC 3339; null: it does not. */
  readonly since: string | null;
  readonly link: string | null;
}

/** What is delivered at once: the news of some time, however much it is. */
export interface AlertMessage {
  /** Made from the ids of its news: the same message delivered again has the same. */
  readonly id: string;
  readonly city: string;
  /** RFC 3339. */
  readonly at: string;
  /** The highest of its news. */
  readonly severity: AlertSeverity;
  /** One line. */
  readonly title: string;
  /** All of it in words, the most severe first. */
  readonly text: string;
  readonly link: string | null;
  /** The most severe first, at most 100. */
  readonly alerts: readonly AlertNotice[];
  /** How many more there are, which are not listed. */
  readonly more: number;
}

export interface MessageContext {
  readonly alerts: Alerts;
  readonly city: { readonly name: string; readonly locale: string; readonly timeZone: string };
  readonly areaNames: ReadonlyMap<string, string>;
  /** What is known of the subject of an alert, by the alert's id. */
  readonly observed: (alert: string) => Observation | undefined;
  /** Unix milliseconds. */
  readonly now: number;
}

const MOST_NOTICES = 100;
const MOST_LINES = 20;
const SEVERITY_RANK: Readonly<Record<AlertSeverity, number>> = { critical: 0, warning: 1, info: 2 };
const NEWS_RANK: Readonly<Record<AlertNews, number>> = { firing: 0, no_data: 1, cleared: 2 };

const WORDS = {
  en: {
    firing: "ALERT",
    no_data: "NO DATA",
    cleared: "OVER",
    more: (n: number) => `and ${n} more`,
    limit: "limit",
    since: "since",
    noValue: "no value",
    day: "d",
    hour: "h",
    minute: "min",
    second: "s",
  },
  id: {
    firing: "PERINGATAN",
    no_data: "TIDAK ADA DATA",
    cleared: "SELESAI",
    more: (n: number) => `dan ${n} lagi`,
    limit: "batas",
    since: "sejak",
    noValue: "tanpa nilai",
    day: "hari",
    hour: "jam",
    minute: "mnt",
    second: "dtk",
  },
} as const;

/** One message from everything that waits for a channel. News of rules that are no more is told by their ids. */
export function composeMessage(waiting: readonly Waiting[], context: MessageContext): AlertMessage {
  const { alerts, city, now } = context;
  const rules = new Map(alerts.rules.map((rule) => [rule.id, rule]));
  const all = waiting
    .map((one) => noticeOf(one, rules.get(one.event.rule), context))
    .sort(
      (a, b) =>
        NEWS_RANK[a.news] - NEWS_RANK[b.news] ||
        SEVERITY_RANK[a.severity] - SEVERITY_RANK[b.severity] ||
        (a.at < b.at ? -1 : a.at > b.at ? 1 : 0) ||
        (a.id < b.id ? -1 : 1),
    );
  const words = WORDS[alerts.language];
  const listed = all.slice(0, MOST_LINES);
  const lines = listed.map(
    ({ news, text, link }) => `${words[news]}: ${text}${link === null ? "" : `\n  ${link}`}`,
  );
  if (all.length > listed.length) lines.push(`${words.more(all.length - listed.length)}.`);
  const first = all[0];
  const title = first
    ? `${words[first.news]}: ${first.title}, ${first.name}${all.length > 1 ? `, ${words.more(all.length - 1)}` : ""}`
    : "";
  const hash = createHash("sha256");
  for (const id of all.map((notice) => notice.id).sort()) hash.update(id).update("\n");
  return {
    id: hash.digest("hex").slice(0, 24),
    city: city.name,
    at: new Date(now).toISOString(),
    severity: all.reduce<AlertSeverity>(
      (worst, { severity }) => (SEVERITY_RANK[severity] < SEVERITY_RANK[worst] ? severity : worst),
      "info",
    ),
    title: `[${city.name}] ${title}`,
    text: lines.join("\n"),
    link: alerts.page === null ? null : `${alerts.page}/alerts`,
    alerts: all.slice(0, MOST_NOTICES),
    more: Math.max(0, all.length - MOST_NOTICES),
  };
}

function noticeOf(
  { alert, event }: Waiting,
  rule: AlertRule | undefined,
  context: MessageContext,
): AlertNotice {
  const { alerts } = context;
  const seen = context.observed(alert.id);
  const name = seen?.name ?? event.subject;
  const firingSince = alert.firingSince;
  const notice = {
    id: event.id,
    alert: alert.id,
    rule: event.rule,
    news: event.news ?? "firing",
    severity: rule?.severity ?? "warning",
    title: rule?.title ?? event.rule,
    device: seen?.device ?? null,
    area: seen?.area ?? null,
    name,
    value: event.value,
    unit: seen?.unit ?? null,
    limit: rule?.threshold ?? 0,
    at: new Date(event.at).toISOString(),
    since: firingSince === null ? null : new Date(firingSince).toISOString(),
    link: linkOf(alerts.page, rule, event.subject, seen),
  };
  return { ...notice, text: sentenceOf(event.at, event.value, rule, seen, name, context) };
}

function sentenceOf(
  at: number,
  value: number | null,
  rule: AlertRule | undefined,
  seen: Observation | undefined,
  name: string,
  context: MessageContext,
): string {
  const { alerts, city, areaNames } = context;
  const words = WORDS[alerts.language];
  const locale = city.locale.startsWith(alerts.language) ? city.locale : alerts.language;
  const area = seen?.area == null ? city.name : (areaNames.get(seen.area) ?? seen.area);
  const shown = (number: number | null) =>
    number === null ? words.noValue : shownValue(number, seen, alerts.language, locale);
  const time = new Intl.DateTimeFormat(locale, {
    timeZone: city.timeZone,
    hourCycle: "h23",
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
    timeZoneName: "short",
  }).format(at);
  const facts: Readonly<Record<(typeof PLACEHOLDERS)[number], string>> = {
    device: name,
    area,
    value: shown(value),
    limit: shown(rule?.threshold ?? null),
    since: time,
    rule: rule?.title ?? "",
    city: city.name,
  };
  const template =
    rule?.message ?? `{rule}: {device}, {area}: {value} (${words.limit} {limit}), ${words.since} {since}`;
  return template.replaceAll(/\{(\w+)\}/g, (whole, key: string) =>
    key in facts ? facts[key as keyof typeof facts] : whole,
  );
}

/** A value with its unit, as people write it. */
export function shownValue(
  value: number,
  of: Pick<Observation, "unit" | "decimals"> | undefined,
  language: "en" | "id",
  locale: string = language,
): string {
  if (of?.unit === "ms") return shownLength(value, language);
  const digits = of?.decimals ?? 1;
  const format = new Intl.NumberFormat(locale, { maximumFractionDigits: digits });
  return withUnit(format.format(value), of?.unit ?? null);
}

function shownLength(ms: number, language: "en" | "id"): string {
  const { day, hour, minute, second } = WORDS[language];
  if (ms >= 2 * 86_400_000) return `${Math.round(ms / 86_400_000)} ${day}`;
  if (ms >= 3_600_000) return `${Math.round(ms / 3_600_000)} ${hour}`;
  if (ms >= 60_000) return `${Math.round(ms / 60_000)} ${minute}`;
  return `${Math.round(ms / 1000)} ${second}`;
}

function linkOf(
  page: string | null,
  rule: AlertRule | undefined,
  subject: string,
  seen: Observation | undefined,
): string | null {
  if (page === null) return null;
  if (rule?.measure.of === "ledger") {
    return `${page}/ledger?range=30d&differences=true&device=${encodeURIComponent(subject)}`;
  }
  if (seen?.device != null) return `${page}/devices/${encodeURIComponent(seen.device)}`;
  const score = rule === undefined ? null : scoreKeyOf(rule, subject);
  if (score !== null) return `${page}/?why=${encodeURIComponent(score)}`;
  return `${page}/${rule?.measure.of === "kota" ? "pipeline" : "alerts"}`;
}
