import { createHash } from "node:crypto";
import {
  DIMENSIONS,
  type Dimension,
  KotaError,
  METRICS,
  type MetricName,
  metric,
  QUALITY_CLASSES,
  type QualityClass,
} from "@kota/model";
import { z } from "zod";
import { duration } from "./duration-text.ts";
import { CHECKS, FITS, STANDARDS } from "./evidence/standards.ts";
import { INDEX_GOALPOSTS, indexGoalposts } from "./index-goalposts.ts";
import type { QualityRules } from "./quality/rules.ts";
import type {
  Aspect,
  Goalpost,
  Indicator,
  MeasuredIndicator,
  ModelDimension,
  OverDevices,
  ScoreModel,
} from "./score-model.ts";
import { OVER_TIME, reportedIndicatorsOf } from "./score-model.ts";
import { HOUR_MS } from "./summary.ts";
import { parseYaml } from "./yaml-text.ts";

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

const ModelText = z.strictObject({
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
type ModelText = z.output<typeof ModelText>;

/** A parse takes tens of milliseconds, and every service of a process asks for the model of the same city. */
let last: { readonly text: string; readonly model: ScoreModel } | undefined;

/**
 * Parses the text of `scores.yaml`.
 * @throws KotaError `score_model_invalid` that lists every problem with its line and key.
 */
export function parseScoreModel(text: string): ScoreModel {
  if (last?.text !== text) last = { text, model: parse(text) };
  return last.model;
}

function parse(text: string): ScoreModel {
  const parsed = parseYaml(text, ModelText);
  if (!parsed.ok) throw invalid(parsed.problems);
  const model = modelOf(parsed.value);
  const ids = reportedIndicatorsOf(model).map(({ id }) => id);
  const twice = ids.filter((each, index) => ids.indexOf(each) !== index);
  if (twice.length > 0) {
    throw invalid(
      twice.map((each) => `(whole): two reported indicators are called '${each}', and a report names one`),
    );
  }
  return model;
}

function modelOf(text: ModelText): ScoreModel {
  const { society, ...named } = text.dimensions;
  const community = named.community ?? society;
  const given = { ...named, ...(community ? { community } : {}) };
  const minCoverage = text.coverage.minimum;
  const content = {
    version: text.version,
    coverage: text.coverage,
    cityWeight: text.city,
    dimensions: DIMENSIONS.map((name): ModelDimension => {
      const dimension = given[name];
      return {
        id: name,
        title: dimension?.title ?? capitalised(name),
        weight: dimension?.weight ?? 1,
        across: dimension?.across ?? "arithmetic",
        aspects: Object.entries(dimension?.aspects ?? {}).map(
          ([key, aspect]): Aspect => ({
            id: key,
            title: aspect.title,
            weight: aspect.weight,
            indicators: Object.entries(aspect.indicators).map(([indicatorId, indicator]) =>
              indicatorOf(indicatorId, indicator, minCoverage),
            ),
          }),
        ),
      };
    }),
  };
  const { quality } = text;
  const hasRules = Object.keys(quality).length > 0;
  return { ...content, quality, hash: hashOf(hasRules ? { ...content, quality } : content) };
}

function indicatorOf(
  key: string,
  text: z.output<typeof MeasuredText> | z.output<typeof ReportedText>,
  minCoverage: number,
): Indicator {
  return text.from === "reports"
    ? {
        from: "reports",
        id: key,
        title: text.title,
        scope: text.scope,
        validityMs: text.validity,
        unit: text.unit,
        goalposts: text.goalposts,
        weight: text.weight,
        source: text.source.trim(),
        ...(text.standards ? { standards: text.standards } : {}),
      }
    : measuredOf(key, text, minCoverage);
}

function measuredOf(
  key: string,
  text: z.output<typeof MeasuredText>,
  minCoverage: number,
): MeasuredIndicator {
  const windowMs = text.window ?? text.validity ?? HOUR_MS;
  return {
    id: key,
    title: text.title,
    metric: text.metric,
    kinds: text.kinds ?? null,
    windowMs,
    overTime: text.overTime,
    overDevices: text.overDevices,
    unit: text.unit,
    goalposts: goalpostsOf(text),
    weight: text.weight,
    minDevices: text.minDevices,
    minCoverage: text.minCoverage ?? minCoverage,
    everyMs: text.every ?? Math.min(windowMs, HOUR_MS),
    source: text.source.trim(),
    ...(text.standards ? { standards: text.standards } : {}),
    ...(text.accuracy === undefined ? {} : { accuracy: text.accuracy }),
  };
}

function goalpostsOf({ goalposts, metric, window }: z.output<typeof MeasuredText>): readonly Goalpost[] {
  return typeof goalposts === "string" ? (indexGoalposts(goalposts, metric, window ?? 0) ?? []) : goalposts;
}

function capitalised(name: Dimension): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** Independent of the order in which the file lists aspects and indicators: the order changes no score. */
function hashOf(content: unknown): string {
  return createHash("sha256").update(canonical(content)).digest("hex").slice(0, 12);
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) {
    const items = value.map(canonical);
    const keyed = value.every((item) => typeof item === "object" && item !== null && "id" in item);
    return `[${(keyed ? items.sort() : items).join(",")}]`;
  }
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`).join(",")}}`;
  }
  return JSON.stringify(value);
}

function invalid(problems: readonly string[]): KotaError {
  return new KotaError("score_model_invalid", `The score model cannot be used:\n  ${problems.join("\n  ")}`);
}
