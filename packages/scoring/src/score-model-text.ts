import { METRICS, type MetricName, metric, QUALITY_CLASSES, type QualityClass } from "@kota/model";
import { z } from "zod";
import { duration } from "./duration-text.ts";
import { CHECKS, FITS, STANDARDS } from "./evidence/standards.ts";
import { INDEX_GOALPOSTS, indexGoalposts } from "./index-goalposts.ts";
import type { QualityRules } from "./quality/rules.ts";
import type { OverDevices } from "./score-model.ts";
import { OVER_TIME } from "./score-model.ts";
import { HOUR_MS } from "./summary.ts";

const ENVIRONMENT_ASPECTS = ["protection", "waste", "energy"] as const;

const id = z.string().regex(/^[a-z][a-z0-9_]{0,39}$/, "use lower-case letters, digits and '_', at most 40");
const title = z.string().min(1).max(120);
const weight = z.number().positive("a weight is above 0").default(1);
const share = z.number().min(0).max(1);

const metricName = z.string().transform((name, ctx): MetricName => {
  if (metric(name)) return name as MetricName;
  ctx.addIssue({
    code: "custom",
    message: `the metric catalogue has no '${name}'; it has ${Object.keys(METRICS).join(", ")}`,
  });
  return z.NEVER;
});

const listedGoalposts = z
  .array(z.tuple([z.number(), z.number().min(0).max(100)], "a goalpost is [value, score]"))
  .min(2, "give at least two goalposts [value, score]")
  .superRefine((posts, ctx) => {
    for (let i = 1; i < posts.length; i++) {
      const [before, here] = [posts[i - 1]?.[0], posts[i]?.[0]];
      if (before !== undefined && here !== undefined && here <= before) {
        ctx.addIssue({
          code: "custom",
          path: [i],
          message: `the values of goalposts ascend, but ${here} comes after ${before}`,
        });
      }
    }
  });

const goalposts = z.union(
  [listedGoalposts, z.enum(INDEX_GOALPOSTS)],
  `give at least two goalposts [value, score], or the name of an index: ${INDEX_GOALPOSTS.join(", ")}`,
);

const overDevices = z.union(
  [
    z.enum(["mean", "median", "max"]).transform((by): OverDevices => ({ by })),
    z
      .strictObject({ share_at_least: z.number() })
      .transform(({ share_at_least }): OverDevices => ({ by: "share_at_least", threshold: share_at_least })),
  ],
  "expected mean, median, max or { share_at_least: <threshold> }",
);

const standards = z
  .array(
    z.strictObject({
      standard: z.enum(STANDARDS),
      number: z.string().min(1).max(40).nullable().default(null),
      name: z.string().min(1).max(200),
      fit: z.enum(FITS).default("related"),
      checked: z.enum(CHECKS).default("unchecked"),
    }),
  )
  .min(1);

const accuracy = z.enum(Object.keys(QUALITY_CLASSES) as QualityClass[]);

const MeasuredText = z
  .strictObject({
    title,
    from: z.literal("readings", "expected 'readings' or 'reports'").optional(),
    metric: metricName,
    kinds: z
      .array(z.string().regex(/^[a-z][a-z0-9_-]{0,40}$/, "a kind as in devices.csv"))
      .min(1)
      .optional(),
    window: duration.optional(),
    validity: duration.optional(),
    overTime: z.enum(OVER_TIME),
    overDevices,
    unit: z.string(),
    goalposts,
    weight,
    minDevices: z.number().int().min(1).default(1),
    minCoverage: share.optional(),
    every: duration.optional(),
    accuracy: accuracy.optional(),
    source: z.string().min(1, "say where it comes from, or 'editorial'"),
    standards: standards.optional(),
  })
  .superRefine((indicator, ctx) => {
    const problem = (key: keyof typeof indicator, message: string) =>
      ctx.addIssue({ code: "custom", path: [key], message });
    const { overTime, window, validity } = indicator;
    const entry = METRICS[indicator.metric];
    if (overTime === "last") {
      if (window !== undefined)
        problem("window", "'last' looks back for as long as `validity` says; remove `window`");
      if (validity === undefined)
        problem("overTime", "'last' needs `validity`: how long a device's last value counts");
    } else {
      if (validity !== undefined) problem("validity", "only 'last' has a validity; use `window`");
      if (window === undefined) problem("overTime", `'${overTime}' needs a \`window\` such as '24h'`);
      else if (window > HOUR_MS && window % HOUR_MS !== 0) {
        problem("window", "a window above 1h is whole hours: it is made from hourly roll-ups");
      }
    }
    const posts = indicator.goalposts;
    if (typeof posts === "string") {
      if (indicator.overDevices.by === "share_at_least" || overTime !== "mean")
        problem("goalposts", `'${posts}' is of concentrations: use overTime 'mean' and no share`);
      else if (indexGoalposts(posts, indicator.metric, window ?? 0) === undefined)
        problem(
          "goalposts",
          `'${posts}' does not define ${indicator.metric} in ${entry.unit} for this window; epa_aqi: particles of 24h, ispu: 24h, eaqi: 1h`,
        );
    }
    if (overTime === "level_mean") {
      if (entry.unit !== "dB(A)")
        problem("overTime", `'level_mean' is for decibels, and ${indicator.metric} is in ${entry.unit}`);
      if (window !== undefined && window > HOUR_MS)
        problem("window", "'level_mean' needs the readings themselves: at most 1h");
    }
    if (overTime === "load_factor" && window !== undefined && window < 2 * HOUR_MS) {
      problem("window", "'load_factor' compares hours: at least 2h");
    }
    if (overTime === "increase" && entry.kind !== "counter") {
      problem("overTime", `'increase' is for counters, and ${indicator.metric} is a gauge`);
    }
    if (entry.kind === "counter" && overTime !== "increase" && overTime !== "last") {
      problem("overTime", `${indicator.metric} is a counter: use 'increase' or 'last'`);
    }
    const unit =
      indicator.overDevices.by === "share_at_least" || overTime === "load_factor" ? "%" : entry.unit;
    if (indicator.unit !== unit) problem("unit", `expected '${unit}', got '${indicator.unit}'`);
  });

const ReportedText = z.strictObject({
  title,
  from: z.literal("reports"),
  scope: z.enum(["area", "city"]).default("area"),
  validity: duration,
  unit: z.string().min(1).max(40),
  goalposts: listedGoalposts,
  weight,
  source: z.string().min(1, "say where it comes from, or 'editorial'"),
  standards: standards.optional(),
});

/** The key `from` decides which keys there are, and so which problems are worth telling. */
const IndicatorText = z
  .unknown()
  .transform((value, ctx): z.output<typeof MeasuredText> | z.output<typeof ReportedText> => {
    const isReported =
      typeof value === "object" && value !== null && "from" in value && value.from === "reports";
    const parsed = isReported ? ReportedText.safeParse(value) : MeasuredText.safeParse(value);
    if (parsed.success) return parsed.data;
    for (const issue of parsed.error.issues) ctx.issues.push({ ...issue, path: [...issue.path] } as never);
    return z.NEVER;
  });

const AspectText = z.strictObject({
  title,
  weight,
  indicators: z.record(id, IndicatorText).default({}),
});

const DimensionText = z.strictObject({
  title: title.optional(),
  weight,
  across: z.enum(["arithmetic", "geometric"]).default("arithmetic"),
  aspects: z.record(id, AspectText).default({}),
});

const EnvironmentText = DimensionText.superRefine(({ aspects }, ctx) => {
  const known: readonly string[] = ENVIRONMENT_ASPECTS;
  const allowed = `environment has the aspects ${ENVIRONMENT_ASPECTS.join(", ")}`;
  for (const aspect of Object.keys(aspects)) {
    if (!known.includes(aspect))
      ctx.addIssue({ code: "custom", path: ["aspects", aspect], message: allowed });
  }
  const missing = known.filter((aspect) => !Object.hasOwn(aspects, aspect));
  if (missing.length > 0) {
    ctx.addIssue({
      code: "custom",
      path: ["aspects"],
      message: `${allowed}; add ${missing.join(", ")}, without indicators if there is no data yet`,
    });
  }
});

const RulesText = z
  .strictObject({
    range: z
      .tuple([z.number(), z.number()], "a range is [least, greatest]")
      .refine(([least, greatest]) => least < greatest, "the first value of a range is below the second")
      .optional(),
    rate: z.strictObject({ most: z.number().positive(), per: duration }).optional(),
    stuck: z.strictObject({ for: duration, readings: z.number().int().min(2).default(3) }).optional(),
    silence: duration.optional(),
    neighbours: z
      .strictObject({
        z: z.number().positive(),
        devices: z.number().int().min(3).default(5),
        spread: z.number().positive("say which difference is never an outlier, in the metric's unit"),
      })
      .optional(),
  })
  .transform(
    ({ range, rate, stuck, silence, neighbours }): QualityRules => ({
      range: range ?? null,
      rate: rate ? { most: rate.most, perMs: rate.per } : null,
      stuck: stuck ? { forMs: stuck.for, readings: stuck.readings } : null,
      silenceMs: silence ?? null,
      neighbours: neighbours ?? null,
    }),
  );

/** The whole file. */
export const ModelText = z.strictObject({
  version: z.union([z.string().min(1), z.number()]).transform(String),
  coverage: z
    .strictObject({ minimum: share.default(0.5), ok: share.default(0.75) })
    .prefault({})
    .refine(({ minimum, ok }) => minimum <= ok, "`minimum` is not above `ok`"),
  city: z.enum(["population", "equal"]).default("population"),
  quality: z
    .record(z.string(), RulesText)
    .default({})
    .superRefine((rules, ctx) => {
      for (const name of Object.keys(rules)) {
        if (metric(name) === undefined)
          ctx.addIssue({ code: "custom", path: [name], message: `the metric catalogue has no '${name}'` });
      }
    }),
  dimensions: z
    .strictObject({
      environment: EnvironmentText.optional(),
      living: DimensionText.optional(),
      governance: DimensionText.optional(),
      branding: DimensionText.optional(),
      economy: DimensionText.optional(),
      community: DimensionText.optional(),
      society: DimensionText.optional(),
    })
    .superRefine(({ community, society }, ctx) => {
      if (community && society) {
        ctx.addIssue({
          code: "custom",
          path: ["society"],
          message: "`society` is another name for `community`; keep one of them",
        });
      }
    }),
});
export type ModelText = z.output<typeof ModelText>;
export type MeasuredText = z.output<typeof MeasuredText>;
export type ReportedText = z.output<typeof ReportedText>;
