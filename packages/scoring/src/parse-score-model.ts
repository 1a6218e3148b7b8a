import { createHash } from "node:crypto";
import { DIMENSIONS, type Dimension, KotaError } from "@kota/model";
import { indexGoalposts } from "./index-goalposts.ts";
import type {
  Aspect,
  Goalpost,
  Indicator,
  MeasuredIndicator,
  ModelDimension,
  ScoreModel,
} from "./score-model.ts";
import { reportedIndicatorsOf } from "./score-model.ts";
import { type MeasuredText, ModelText, type ReportedText } from "./score-model-text.ts";
import { HOUR_MS } from "./summary.ts";
import { parseYaml } from "./yaml-text.ts";

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

function indicatorOf(key: string, text: MeasuredText | ReportedText, minCoverage: number): Indicator {
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

function measuredOf(key: string, text: MeasuredText, minCoverage: number): MeasuredIndicator {
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

function goalpostsOf({ goalposts, metric, window }: MeasuredText): readonly Goalpost[] {
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
