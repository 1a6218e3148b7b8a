import {
  ALERT_SEVERITIES,
  ALERT_TOPIC,
  CITY_AREA,
  DIMENSIONS,
  type Dimension,
  isAlertTopic,
  KotaError,
  METRICS,
  type MetricName,
  metric,
} from "@kota/model";
import { durationLike, parseYaml, type ScoreModel } from "@kota/scoring";
import { z } from "zod";
import { PLACEHOLDERS, placeholdersOf } from "./message.ts";
import {
  type AlertRule,
  type Alerts,
  type Channel,
  LEDGER_MEASURES,
  type Measure,
  OWN_MEASURES,
  RULE_INDICES,
} from "./rule.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const id = z
  .string()
  .regex(/^[a-z][a-z0-9_-]{0,59}$/, "use lower-case letters, digits, '_' and '-', at most 60");
const duration = durationLike("'90s', '15m' or '2h'");
const moment = z.string().transform((text, ctx) => {
  const time = /T.*(Z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(time)) return time;
  ctx.addIssue({
    code: "custom",
    message: `expected a time with its zone such as '2026-12-01T22:00:00+07:00', got '${text}'`,
  });
  return z.NEVER;
});
const kinds = z.array(z.string().regex(/^[a-z][a-z0-9_-]{0,40}$/, "a kind as in devices.csv")).min(1);

/** What a file of alerts may name. */
export interface KnownOfCity {
  readonly areas: ReadonlySet<string>;
  /** Null: scores are not checked. */
  readonly model: ScoreModel | null;
}

function ruleText(known: KnownOfCity) {
  const area = z.string().refine((name) => name === CITY_AREA || known.areas.has(name), {
    error: ({ input }) =>
      `the city has no area '${input}'; it has ${[...known.areas].join(", ")}, and '${CITY_AREA}' for the whole`,
  });
  return z
    .strictObject({
      title: z.string().min(1).max(120),
      metric: z
        .string()
        .refine((name) => metric(name) !== undefined, {
          error: ({ input }) =>
            `the metric catalogue has no '${input}'; it has ${Object.keys(METRICS).join(", ")}`,
        })
        .optional(),
      index: z.enum(RULE_INDICES).optional(),
      score: z.string().optional(),
      part: z.enum(["score", "value"]).optional(),
      silence: duration.optional(),
      ledger: z.enum(LEDGER_MEASURES).optional(),
      kota: z.enum(OWN_MEASURES).optional(),
      kinds: kinds.optional(),
      areas: z.array(area).min(1).optional(),
      devices: z.array(z.string().min(1)).min(1).optional(),
      above: z.number().optional(),
      below: z.number().optional(),
      clear: z.number().optional(),
      for: duration.optional(),
      severity: z.enum(ALERT_SEVERITIES).default("warning"),
      noData: z.strictObject({ after: duration.optional(), tell: z.boolean().default(true) }).optional(),
      channels: z.array(id).min(1).optional(),
      message: z
        .string()
        .min(1)
        .max(500)
        .superRefine((text, ctx) => {
          for (const name of placeholdersOf(text)) {
            if (!PLACEHOLDERS.some((one) => one === name)) {
              ctx.addIssue({
                code: "custom",
                message: `there is no placeholder {${name}}; there are ${PLACEHOLDERS.map((one) => `{${one}}`).join(", ")}`,
              });
            }
          }
        })
        .optional(),
      work: z.boolean().default(false),
    })
    .superRefine((rule, ctx) => {
      const problem = (key: keyof typeof rule, message: string) =>
        ctx.addIssue({ code: "custom", path: [key], message });
      const named = (["metric", "index", "score", "silence", "ledger", "kota"] as const).filter(
        (key) => rule[key] !== undefined,
      );
      if (named.length !== 1) {
        problem(
          named[1] ?? "title",
          `a rule is about one of metric, index, score, silence, ledger and kota, and this one about ${named.join(" and ") || "none"}`,
        );
        return;
      }
      if (rule.part !== undefined && rule.score === undefined) problem("part", "only a score has parts");
      if (rule.score !== undefined) {
        const measure = scoreMeasure(rule.score, rule.part ?? "score");
        const wrong =
          measure === null
            ? `expected 'overall' or dimension/aspect/indicator with a dimension of ${DIMENSIONS.join(", ")}, got '${rule.score}'`
            : unknownScore(measure, known.model);
        if (wrong !== null) problem("score", wrong);
      }
      if (rule.silence !== undefined) {
        for (const key of ["above", "below", "clear"] as const) {
          if (rule[key] !== undefined)
            problem(key, "a rule on silence has the length of it, and no threshold");
        }
        if (rule.noData !== undefined) problem("noData", "silence is what this rule is about");
      } else if ((rule.above === undefined) === (rule.below === undefined)) {
        problem(rule.above === undefined ? "title" : "below", "give a threshold: either `above` or `below`");
      }
      if (rule.ledger !== undefined && rule.noData !== undefined)
        problem("noData", "what the ledger says is never too old");
      const { above, below, clear } = rule;
      if (clear !== undefined && above !== undefined && clear > above)
        problem("clear", `with 'above: ${above}' it is over at ${above} or below it, and not at ${clear}`);
      if (clear !== undefined && below !== undefined && clear < below)
        problem("clear", `with 'below: ${below}' it is over at ${below} or above it, and not at ${clear}`);
      const isOfDevice = rule.score === undefined && rule.kota === undefined;
      if (!isOfDevice && rule.kinds) problem("kinds", "this rule is not about devices");
      if (!isOfDevice && rule.devices) problem("devices", "this rule is not about devices");
      if (rule.kota !== undefined && rule.areas) problem("areas", "this rule is about kota itself");
      if (isOfDevice && rule.areas?.includes(CITY_AREA))
        problem("areas", "a device is in an area; leave `areas` out for every device");
    });
}
type RuleText = z.output<ReturnType<typeof ruleText>>;

const gathering = { gather: duration.default(15_000), every: duration.default(MINUTE) };
const channelText = z
  .strictObject({
    mqtt: z
      .strictObject({
        topic: z
          .string()
          .regex(/^[^#+\0]*$/, "a topic to publish to has no wildcards")
          .refine(isAlertTopic, {
            error: `the topic is '${ALERT_TOPIC}' or below it: there ingest does not take it for a device's message`,
          })
          .default(ALERT_TOPIC),
        url: z
          .string()
          .regex(/^(mqtts?|wss?):\/\//, "expected mqtt://host:port or mqtts://host:port")
          .optional(),
        username: z.string().optional(),
        passwordFile: z.string().optional(),
      })
      .optional(),
    webhook: z
      .strictObject({
        url: z.url({
          protocol: /^https?$/,
          error: "expected an address that begins with http:// or https://",
        }),
        tokenFile: z.string().optional(),
        secretFile: z.string().optional(),
      })
      .optional(),
    mail: z
      .strictObject({
        server: z
          .string()
          .regex(/^smtps?:\/\/[^@]+$/, "expected smtp://host:port or smtps://host:port, without a password"),
        from: z.email(),
        to: z.array(z.email()).min(1),
        username: z.string().optional(),
        passwordFile: z.string().optional(),
      })
      .optional(),
    ...gathering,
  })
  .superRefine((channel, ctx) => {
    const named = [channel.mqtt, channel.webhook, channel.mail].filter((one) => one !== undefined);
    if (named.length !== 1)
      ctx.addIssue({ code: "custom", message: "a channel has exactly one of mqtt, webhook and mail" });
  });
type ChannelText = z.output<typeof channelText>;

function alertsText(known: KnownOfCity) {
  return z
    .strictObject({
      page: z
        .url({ protocol: /^https?$/ })
        .nullable()
        .default(null),
      language: z.enum(["en", "id"]).default("en"),
      channels: z.record(id, channelText).default({}),
      rules: z.record(id, ruleText(known)).default({}),
      maintenance: z
        .record(
          id,
          z
            .strictObject({
              title: z.string().min(1).max(200),
              from: moment,
              to: moment,
              rules: z.array(id).min(1).optional(),
              areas: z.array(z.string()).min(1).optional(),
              kinds: kinds.optional(),
            })
            .refine(({ from, to }) => from < to, { path: ["to"], error: "it ends after it begins" }),
        )
        .default({}),
    })
    .superRefine(({ channels, rules, maintenance }, ctx) => {
      const names = Object.keys(channels);
      for (const [rule, { channels: asked }] of Object.entries(rules)) {
        for (const name of asked ?? []) {
          if (names.includes(name)) continue;
          ctx.addIssue({
            code: "custom",
            path: ["rules", rule, "channels"],
            message: `there is no channel '${name}'; there are ${names.join(", ") || "none"}`,
          });
        }
      }
      for (const [window, about] of Object.entries(maintenance)) {
        for (const name of about.rules ?? []) {
          if (name in rules) continue;
          ctx.addIssue({
            code: "custom",
            path: ["maintenance", window, "rules"],
            message: `there is no rule '${name}'`,
          });
        }
        for (const name of about.areas ?? []) {
          if (known.areas.has(name)) continue;
          ctx.addIssue({
            code: "custom",
            path: ["maintenance", window, "areas"],
            message: `the city has no area '${name}'`,
          });
        }
      }
    });
}

/**
 * Parses the text of `alerts.yaml`.
 * @throws KotaError `alerts_invalid` that lists every problem with its line and key.
 */
export function parseAlerts(text: string, known: KnownOfCity): Alerts {
  const read = parseYaml(text, alertsText(known));
  if (!read.ok) {
    throw new KotaError("alerts_invalid", `The alerts cannot be used:\n  ${read.problems.join("\n  ")}`);
  }
  const { page, language, channels, rules, maintenance } = read.value;
  return {
    page: page?.replace(/\/$/, "") ?? null,
    language,
    rules: Object.entries(rules).map(([key, rule]) => ruleOf(key, rule)),
    channels: Object.entries(channels).map(([key, channel]) => channelOf(key, channel)),
    maintenance: Object.entries(maintenance).map(([key, { rules, areas, kinds, ...window }]) => ({
      kind: "maintenance",
      id: key,
      ...window,
      rules: rules ?? null,
      areas: areas ?? null,
      kinds: kinds ?? null,
      by: null,
    })),
  };
}

function ruleOf(key: string, rule: RuleText): AlertRule {
  const { above, below, silence } = rule;
  const side = below === undefined ? "above" : "below";
  const threshold = silence ?? above ?? below ?? 0;
  return {
    id: key,
    title: rule.title,
    measure: measureOf(rule),
    kinds: rule.kinds ?? null,
    areas: rule.areas ?? null,
    devices: rule.devices ?? null,
    side,
    threshold,
    clear: rule.clear ?? threshold,
    forMs: rule.for ?? 0,
    severity: rule.severity,
    noDataAfterMs: hasNoAge(rule) ? null : (rule.noData?.after ?? 6 * HOUR),
    tellNoData: rule.noData?.tell ?? false,
    channels: rule.channels ?? null,
    message: rule.message ?? null,
    work: rule.work,
  };
}

/** What is always of now: how long it is quiet, what is missing, how far a stage is behind. */
function hasNoAge({ silence, ledger, kota }: RuleText): boolean {
  return [silence, ledger, kota].some((about) => about !== undefined);
}

function measureOf(rule: RuleText): Measure {
  if (rule.metric !== undefined) return { of: "metric", metric: rule.metric as MetricName };
  if (rule.index !== undefined) return { of: "index", index: rule.index };
  if (rule.ledger !== undefined) return { of: "ledger", measure: rule.ledger };
  if (rule.kota !== undefined) return { of: "kota", measure: rule.kota };
  const score = rule.score === undefined ? null : scoreMeasure(rule.score, rule.part ?? "score");
  return score ?? { of: "silence" };
}

type ScoreMeasure = Extract<Measure, { of: "score" }>;

function scoreMeasure(text: string, part: "score" | "value"): ScoreMeasure | null {
  if (text === "overall") return { of: "score", dimension: null, aspect: null, indicator: null, part };
  const [dimension, aspect = null, indicator = null, ...more] = text.split("/");
  const known = DIMENSIONS.find((one): one is Dimension => one === dimension);
  if (known === undefined || more.length > 0) return null;
  return { of: "score", dimension: known, aspect, indicator, part };
}

function unknownScore({ dimension, aspect, indicator, part }: ScoreMeasure, model: ScoreModel | null) {
  if (part === "value" && indicator === null) return "only an indicator has a value of its own";
  if (model === null || aspect === null) return null;
  const found = model.dimensions
    .find((one) => one.id === dimension)
    ?.aspects.find((one) => one.id === aspect);
  if (!found) return `the score model has no aspect '${aspect}' of ${dimension}`;
  if (indicator === null || found.indicators.some((one) => one.id === indicator)) return null;
  const all = found.indicators.map((one) => one.id);
  return `the score model has no indicator '${indicator}' of ${dimension}/${aspect}; its indicators are ${all.join(", ")}`;
}

function channelOf(key: string, { mqtt, webhook, mail, gather, every }: ChannelText): Channel {
  const target: Channel["target"] = mqtt
    ? {
        by: "mqtt",
        topic: mqtt.topic,
        url: mqtt.url ?? null,
        username: mqtt.username ?? null,
        passwordFile: mqtt.passwordFile ?? null,
      }
    : webhook
      ? {
          by: "webhook",
          url: webhook.url,
          tokenFile: webhook.tokenFile ?? null,
          secretFile: webhook.secretFile ?? null,
        }
      : {
          by: "mail",
          server: mail?.server ?? "",
          from: mail?.from ?? "",
          to: mail?.to ?? [],
          username: mail?.username ?? null,
          passwordFile: mail?.passwordFile ?? null,
        };
  return { id: key, target, gatherMs: gather, everyMs: every };
}
