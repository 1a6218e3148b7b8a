import { type AlertRule, type Alerts, maintenanceOf, type PastAlert } from "@kota/alerts";
import {
  ALERT_SEVERITIES,
  ALERT_STATES,
  type AlertEvent,
  type AlertRecord,
  CITY_AREA,
  type City,
  type MaintenanceWindow,
  metric,
} from "@kota/model";
import { z } from "zod";
import type { Devices } from "./device-view.ts";
import { isoTime, isoTimeOrNull, Time } from "./iso-time.ts";

const About = {
  rule: z.string(),
  title: z.string(),
  severity: z.enum(ALERT_SEVERITIES),
  subject: z.string().describe("A device's id, an area's id, or a stage"),
  device: z.string().nullable(),
  area: z.string().nullable().describe("Of the device, or the one that it is about"),
  name: z.string().describe("What the device, area or stage is called"),
  unit: z.string().nullable().describe("UCUM; `ms` for a length of time; null for a score or a count"),
};

export const Alert = z
  .object({
    id: z.string().describe("`rule@subject`"),
    ...About,
    state: z.enum(ALERT_STATES),
    since: Time.describe("Since when it is in this state"),
    active: z
      .boolean()
      .describe("It has fired and has not been within bounds since, with or without data now"),
    firingSince: Time.nullable(),
    value: z.number().nullable(),
    valueTime: Time.nullable(),
    limit: z.number(),
    clear: z.number(),
    maintenance: z.string().nullable().describe("The maintenance window that is on: nothing is delivered"),
    waiting: z.number().int().min(0).describe("Messages to channels that are not delivered yet"),
  })
  .meta({ id: "Alert" });

export const AlertChange = z
  .object({
    id: z.string(),
    alert: z.string(),
    ...About,
    from: z.enum(ALERT_STATES),
    to: z.enum(ALERT_STATES),
    at: Time,
    value: z.number().nullable(),
    told: z.boolean().describe("It was news for the channels"),
    maintenance: z.string().nullable().describe("The maintenance window in which nobody was told"),
  })
  .meta({ id: "AlertChange" });

export const Maintenance = z
  .object({
    id: z.string(),
    title: z.string(),
    from: Time,
    to: Time.describe("It does not belong to it"),
    rules: z.array(z.string()).nullable(),
    areas: z.array(z.string()).nullable(),
    kinds: z.array(z.string()).nullable(),
    by: z.string().nullable().describe("Null: it stands in alerts.yaml"),
    state: z.enum(["planned", "active", "over"]),
  })
  .meta({ id: "Maintenance" });

export interface AlertSurroundings {
  readonly alerts: Alerts;
  readonly city: Pick<City, "areas">;
  readonly devices: Pick<Devices, "get">;
  /** Unix milliseconds. */
  readonly now: number;
}

export function alertRow(
  alert: PastAlert & Partial<Pick<AlertRecord, "outbox">>,
  windows: Iterable<MaintenanceWindow>,
  surroundings: AlertSurroundings,
): z.infer<typeof Alert> {
  const { kind, rule, ...about } = aboutOf(alert, surroundings);
  const { now } = surroundings;
  return {
    id: alert.id,
    ...about,
    state: alert.state,
    since: isoTime(alert.since),
    active: alert.active,
    firingSince: isoTimeOrNull(alert.firingSince),
    value: alert.value,
    valueTime: isoTimeOrNull(alert.valueTime),
    limit: rule?.threshold ?? 0,
    clear: rule?.clear ?? 0,
    rule: alert.rule,
    maintenance: maintenanceOf(windows, alert.rule, { area: about.area, kind }, now),
    waiting: alert.outbox?.filter(({ event }) => event.news !== null).length ?? 0,
  };
}

export function alertChangeRow(
  event: AlertEvent,
  surroundings: AlertSurroundings,
): z.infer<typeof AlertChange> {
  const { kind: _kind, rule: _rule, ...about } = aboutOf(event, surroundings);
  return {
    id: event.id,
    alert: `${event.rule}@${event.subject}`,
    ...about,
    rule: event.rule,
    from: event.from,
    to: event.to,
    at: isoTime(event.at),
    value: event.value,
    told: event.news !== null,
    maintenance: event.maintenance,
  };
}

export function maintenanceRow(window: MaintenanceWindow, now: number): z.infer<typeof Maintenance> {
  const { id, title, from, to, rules, areas, kinds, by } = window;
  return {
    id,
    title,
    from: isoTime(from),
    to: isoTime(to),
    rules: rules && [...rules],
    areas: areas && [...areas],
    kinds: kinds && [...kinds],
    by,
    state: now >= to || to <= from ? "over" : now >= from ? "active" : "planned",
  };
}

/** What an alert is about. A rule that is no more is known by its id only. */
function aboutOf(
  { rule: id, subject }: Pick<AlertRecord, "rule" | "subject">,
  { alerts, city, devices }: AlertSurroundings,
) {
  const rule = alerts.rules.find((one) => one.id === id);
  const of = rule?.measure.of;
  const isOfArea = of === "score";
  const device = isOfArea || of === "kota" ? undefined : devices.get(subject);
  const area = isOfArea ? (subject === CITY_AREA ? null : subject) : (device?.area ?? null);
  const named = isOfArea
    ? city.areas.features.find(({ properties }) => properties.id === subject)
    : undefined;
  return {
    rule,
    kind: device?.kind ?? null,
    title: rule?.title ?? id,
    severity: rule?.severity ?? ("warning" as const),
    subject,
    device: device?.id ?? null,
    area,
    name: device?.name ?? named?.properties.name ?? subject,
    unit: rule === undefined ? null : unitOf(rule),
  };
}

function unitOf({ measure }: AlertRule): string | null {
  if (measure.of === "metric") return metric(measure.metric)?.unit ?? null;
  if (measure.of === "silence") return "ms";
  return measure.of === "index" && measure.index === "heat_index" ? "Cel" : null;
}
