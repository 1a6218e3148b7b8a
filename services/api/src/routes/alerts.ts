import { randomUUID } from "node:crypto";
import { alertsAt } from "@kota/alerts";
import { ALERT_SEVERITIES, type MaintenanceWindow } from "@kota/model";
import { z } from "zod";
import { adminSecurity, requireAdmin } from "../admin.ts";
import { Alert, AlertChange, alertChangeRow, alertRow, Maintenance, maintenanceRow } from "../alert-row.ts";
import type { ApiContext, App } from "../context.ts";
import { isoTimeOrNull, Time } from "../iso-time.ts";
import { answers, HttpProblem } from "../problem.ts";
import { limitParameter, parameters } from "../query.ts";
import { QueryTime } from "../time-range.ts";

const Rule = z
  .object({
    id: z.string(),
    title: z.string(),
    severity: z.enum(ALERT_SEVERITIES),
    of: z.enum(["metric", "index", "score", "silence", "ledger", "kota"]),
    side: z.enum(["above", "below"]),
    limit: z.number(),
    clear: z.number(),
    forMs: z.number(),
    channels: z.array(z.string()),
    work: z.boolean().describe("What fires stands on the work list too"),
  })
  .meta({ id: "AlertRule" });

const AlertsNow = z.object({
  active: z.number().int().min(0).describe("How many fire, or fired before their data went missing"),
  alerts: z.array(Alert).describe("Those that are not `ok`: what is active first, the most severe first"),
  rules: z.array(Rule),
  channels: z.array(
    z.object({
      id: z.string(),
      by: z.enum(["mqtt", "webhook", "mail"]),
      waiting: z.number().int().min(0).describe("Events that are not delivered yet"),
      trouble: z
        .string()
        .nullable()
        .describe(
          "Why nothing gets through, when it is this process that delivers; null: nothing is known of any trouble",
        ),
    }),
  ),
  watching: z.boolean().describe("Whether it is this process that watches, of all that could"),
  knownFrom: Time.nullable().describe(
    "The oldest change that is still held, when `at` is asked for: of what was before, nothing is known. Null: there was no change yet, or it is about now",
  ),
});

const MaintenanceBody = z.strictObject({
  title: z.string().trim().min(1).max(200),
  by: z.string().trim().min(1).max(80).describe("Who sets it, as others are to read it"),
  from: QueryTime.optional().describe("Left out: now"),
  to: QueryTime,
  rules: z.array(z.string()).min(1).optional().describe("Left out: every rule"),
  areas: z.array(z.string()).min(1).optional(),
  kinds: z.array(z.string()).min(1).optional().describe("Kinds of device"),
});

export function alertRoutes(app: App, context: ApiContext): void {
  const { alerts, alertBook, city, devices, clock, adminTokens } = context;
  const surroundings = () => ({ alerts, city, devices, now: clock() });
  const windows = () => [...alerts.maintenance, ...alertBook.maintenance()];

  app.get(
    "/alerts",
    {
      schema: {
        summary: "What fires now, or did at a moment, and everything else that was not as usual",
        querystring: parameters({
          area: z.string().optional(),
          device: z.string().optional(),
          rule: z.string().optional(),
          at: QueryTime.optional().describe(
            "A moment of the past: the states as the history tells them. Rules and channels are those of now",
          ),
        }),
        response: answers("The alerts, the rules and the channels", AlertsNow),
      },
    },
    ({ query: { area, device, rule, at } }) => {
      assertFilled(context);
      const on = windows();
      const around = at === undefined ? surroundings() : { ...surroundings(), now: at };
      const held = at === undefined ? [...alertBook.alerts()] : alertsAt(alertBook.history(), at);
      const rows = held
        .filter(({ state }) => state !== "ok")
        .map((alert) => alertRow(alert, on, around))
        .filter(
          (row) =>
            (area === undefined || row.area === area) &&
            (device === undefined || row.device === device) &&
            (rule === undefined || row.rule === rule),
        )
        .sort(
          (a, b) =>
            Number(b.active) - Number(a.active) ||
            ALERT_SEVERITIES.indexOf(a.severity) - ALERT_SEVERITIES.indexOf(b.severity) ||
            (a.since > b.since ? -1 : 1),
        );
      return {
        active: rows.filter((row) => row.active).length,
        alerts: rows,
        rules: alerts.rules.map(
          ({ id, title, severity, measure, side, threshold, clear, forMs, channels, work }) => ({
            id,
            title,
            severity,
            of: measure.of,
            side,
            limit: threshold,
            clear,
            forMs,
            channels: [...(channels ?? alerts.channels.map((channel) => channel.id))],
            work,
          }),
        ),
        channels: alerts.channels.map(({ id, target }) => ({
          id,
          by: target.by,
          waiting: [...alertBook.alerts()].reduce(
            (sum, { outbox }) => sum + outbox.filter(({ to }) => to.includes(id)).length,
            0,
          ),
          trouble: context.watch.deliverers.find(({ channel }) => channel.id === id)?.trouble ?? null,
        })),
        watching: context.watch.isActive,
        knownFrom: at === undefined ? null : isoTimeOrNull([...alertBook.history()].at(-1)?.at ?? null),
      };
    },
  );

  app.get(
    "/alerts/history",
    {
      schema: {
        summary: "Every change of an alert's state, the newest first",
        querystring: parameters({
          rule: z.string().optional(),
          device: z.string().optional(),
          area: z.string().optional(),
          from: QueryTime.optional().describe("Start of the range, which belongs to it"),
          to: QueryTime.optional().describe("End of the range, which does not belong to it"),
          limit: limitParameter({ fallback: 200, most: 5_000 }),
        }),
        response: answers("The changes", z.object({ changes: z.array(AlertChange) })),
      },
    },
    ({ query: { rule, device, area, from, to, limit } }) => {
      assertFilled(context);
      const changes = [];
      for (const event of alertBook.history()) {
        if (changes.length >= limit) break;
        if (rule !== undefined && event.rule !== rule) continue;
        if (event.at < (from ?? Number.NEGATIVE_INFINITY) || event.at >= (to ?? Number.POSITIVE_INFINITY))
          continue;
        const row = alertChangeRow(event, surroundings());
        if (device !== undefined && row.device !== device) continue;
        if (area !== undefined && row.area !== area) continue;
        changes.push(row);
      }
      return { changes };
    },
  );

  app.get(
    "/maintenance",
    {
      schema: {
        summary: "When nothing is delivered, and about what",
        querystring: parameters({}),
        response: answers("The windows, the newest first", z.object({ windows: z.array(Maintenance) })),
      },
    },
    () => {
      assertFilled(context);
      const all = windows().toSorted((a, b) => b.from - a.from || (a.id < b.id ? -1 : 1));
      return { windows: all.map((window) => maintenanceRow(window, clock())) };
    },
  );

  app.post(
    "/maintenance",
    {
      onRequest: requireAdmin(adminTokens),
      schema: {
        summary: "Set a time in which nothing is delivered",
        security: adminSecurity,
        querystring: parameters({}),
        body: MaintenanceBody,
        response: answers("The window", Maintenance),
      },
    },
    async ({ body }) => {
      assertFilled(context);
      const now = clock();
      const { title, by, from = now, to, rules, areas, kinds } = body;
      if (to <= from || to <= now) throw bad("to", "it ends after it begins, and in the future");
      const areaIds = city.areas.features.map(({ properties }) => properties.id);
      for (const area of areas ?? [])
        if (!areaIds.includes(area)) throw bad("areas", `the city has no area '${area}'`);
      for (const rule of rules ?? [])
        if (!alerts.rules.some(({ id }) => id === rule)) throw bad("rules", `there is no rule '${rule}'`);
      const window: MaintenanceWindow = {
        kind: "maintenance",
        id: randomUUID(),
        title,
        from,
        to,
        rules: rules ?? null,
        areas: areas ?? null,
        kinds: kinds ?? null,
        by,
      };
      await alertBook.setMaintenance(window);
      return maintenanceRow(window, now);
    },
  );

  app.delete(
    "/maintenance/:id",
    {
      onRequest: requireAdmin(adminTokens),
      schema: {
        summary: "End a window that was set here now; one that has not begun never will",
        security: adminSecurity,
        params: z.object({ id: z.string().min(1).max(80) }),
        querystring: parameters({}),
        response: answers("The window as it is now", Maintenance),
      },
    },
    async ({ params: { id } }) => {
      assertFilled(context);
      if (alerts.maintenance.some((window) => window.id === id)) {
        throw new HttpProblem("conflict", `The window '${id}' stands in alerts.yaml: change it there.`);
      }
      const window = alertBook.maintenance().find((one) => one.id === id);
      if (!window) throw new HttpProblem("not_found", `There is no maintenance window '${id}'.`);
      const now = clock();
      const ended = { ...window, to: Math.max(window.from, Math.min(window.to, now)) };
      await alertBook.setMaintenance(ended);
      return maintenanceRow(ended, now);
    },
  );
}

function bad(pointer: string, detail: string): HttpProblem {
  return new HttpProblem("bad_request", `${pointer}: ${detail}`, [{ pointer: `#/body/${pointer}`, detail }]);
}

function assertFilled({ alertBook }: ApiContext): void {
  if (alertBook.isFilled()) return;
  throw new HttpProblem(
    "not_ready",
    "The alerts are still being read from the log; ask again in a few seconds.",
  );
}
