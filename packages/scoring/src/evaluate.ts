import {
  CITY_AREA,
  type Device,
  type Dimension,
  type ReportUse,
  type Score,
  type ScorePart,
  type ScoreStatus,
} from "@kota/model";
import { type AskedDevices, askedDevices } from "./asked-devices.ts";
import { combine, meanOfValues, type Part } from "./combine.ts";
import { explainCity, explainWhole } from "./explain.ts";
import { indicatorResult, type RankedSource, worstFirst } from "./indicator-result.ts";
import { NO_REPORTS, type Reports } from "./reports/report-book.ts";
import { reportedResult } from "./reports/reported-result.ts";
import type { Across, Indicator, ScoreModel } from "./score-model.ts";
import { cityWeight, type ScoredArea } from "./scored-area.ts";
import type { Windows } from "./windows.ts";

export interface Evaluator {
  /**
   * The scores at a time: of every indicator, aspect, dimension and area, and the city's of each. With `touched` only of
   * these areas and the city; the city then uses the other areas as they were evaluated last.
   */
  evaluate(windows: Windows, at: number, touched?: ReadonlySet<string>): Score[];
  /** The same in steps of one area, so that a caller can let others come to their turn in between. */
  steps(windows: Windows, at: number, touched?: ReadonlySet<string>): Generator<void, Score[]>;
}

/** Which of the levels it is: null where a level is above. */
interface Place {
  readonly dimension: Dimension | null;
  readonly aspect: string | null;
  readonly indicator: string | null;
}

/** A score before it has an area, a time and a model. */
interface Node extends Place, Part {
  readonly id: string;
  readonly title: string;
  readonly status: ScoreStatus;
  readonly value: number | null;
  readonly unit: string | null;
  readonly explanation: string;
  readonly parts: readonly ScorePart[];
  readonly sources: readonly RankedSource[];
  readonly devices: readonly string[];
  readonly readings: number;
  readonly reported?: ReportUse | undefined;
}

const OVERALL: Place = { dimension: null, aspect: null, indicator: null };

/** Every score at a time: a pure function of the readings in the windows, the reports, the model and the city. */
export function evaluate(
  model: ScoreModel,
  windows: Windows,
  areas: readonly ScoredArea[],
  devices: readonly Device[],
  at: number,
  reports: Reports = NO_REPORTS,
): Score[] {
  return createEvaluator(model, areas, devices, reports).evaluate(windows, at);
}

/**
 * Prepares the evaluation of a city again and again. A device without an area counts for no score. Reports may come while
 * it is in use.
 */
export function createEvaluator(
  model: ScoreModel,
  areas: readonly ScoredArea[],
  devices: readonly Device[],
  reports: Reports = NO_REPORTS,
): Evaluator {
  const byArea = new Map(areas.map((area) => [area.id, devices.filter((device) => device.area === area.id)]));
  const asked = new Map([...byArea].map(([area, inArea]) => [area, askedDevices(model, inArea)]));
  const latest = new Map<string, Node[]>();
  const stamp = { version: model.version, hash: model.hash };

  const scoreOfNode = (area: ScoredArea, node: Node, at: number): Score => ({
    area: area.id,
    dimension: node.dimension,
    aspect: node.aspect,
    indicator: node.indicator,
    title: node.title,
    score: node.score,
    status: node.status,
    coverage: node.coverage,
    at,
    value: node.value,
    unit: node.unit,
    explanation: node.explanation,
    parts: node.parts,
    sources: node.sources.map(({ source }) => source),
    ...(node.reported ? { reported: node.reported } : {}),
    devices: node.devices.length,
    readings: node.readings,
    model: stamp,
  });

  function* steps(windows: Windows, at: number, touched?: ReadonlySet<string>): Generator<void, Score[]> {
    const scores: Score[] = [];
    for (const area of areas) {
      if (touched && !touched.has(area.id) && latest.has(area.id)) continue;
      const nodes = areaNodes(model, area, asked.get(area.id) ?? (() => []), windows, reports, at);
      latest.set(area.id, nodes);
      for (const node of nodes) scores.push(scoreOfNode(area, node, at));
      yield;
    }
    const city: ScoredArea = { id: CITY_AREA, name: "City", population: 0 };
    for (const node of cityNodes(model, areas, latest)) scores.push(scoreOfNode(city, node, at));
    return scores;
  }

  return {
    steps,
    evaluate(windows, at, touched) {
      const stepping = steps(windows, at, touched);
      let step = stepping.next();
      while (!step.done) step = stepping.next();
      return step.value;
    },
  };
}

/** Every node of an area, the overall one first, always in the same order and number. */
function areaNodes(
  model: ScoreModel,
  area: ScoredArea,
  asked: AskedDevices,
  windows: Windows,
  reports: Reports,
  at: number,
): Node[] {
  const resultOf = (indicator: Indicator) =>
    indicator.from === "reports"
      ? reportedResult(indicator, area.id, reports, at, model)
      : indicatorResult(indicator, asked(indicator, windows, at), windows, at, model);
  const below: Node[] = [];
  const dimensions = model.dimensions.map((dimension) => {
    const aspects = dimension.aspects.map((aspect) => {
      const indicators = aspect.indicators.map((indicator): Node => {
        const place = { dimension: dimension.id, aspect: aspect.id, indicator: indicator.id };
        return {
          ...place,
          ...resultOf(indicator),
          id: indicator.id,
          title: indicator.title,
          weight: indicator.weight,
          asked: true,
          unit: indicator.unit,
          parts: [],
        };
      });
      const place = { dimension: dimension.id, aspect: aspect.id, indicator: null };
      const node = wholeNode(place, aspect, indicators, "arithmetic", model.coverage);
      below.push(node, ...indicators);
      return node;
    });
    const place = { dimension: dimension.id, aspect: null, indicator: null };
    const node = wholeNode(place, dimension, aspects, dimension.across, model.coverage);
    below.push(node);
    return node;
  });
  const named = { id: area.id, title: area.name, weight: area.population };
  return [wholeNode(OVERALL, named, dimensions, "arithmetic", model.coverage), ...below];
}

function wholeNode(
  place: Place,
  named: { readonly id: string; readonly title: string; readonly weight: number },
  children: readonly Node[],
  across: Across,
  limits: ScoreModel["coverage"],
): Node {
  const whole = combine(children, across, limits);
  const parts = partsOf(children, whole.shares);
  const unasked = children.filter((child) => !child.asked).map((child) => child.title);
  return {
    ...place,
    ...whole,
    id: named.id,
    title: named.title,
    weight: named.weight,
    value: null,
    unit: null,
    explanation: explainWhole(parts, unasked, across, whole, limits),
    parts,
    sources: [],
    devices: distinct(children),
    readings: children.reduce((sum, child) => sum + child.readings, 0),
  };
}

function distinct(children: readonly Node[]): readonly string[] {
  const [only] = children;
  if (children.length === 1 && only) return only.devices;
  return [...new Set(children.flatMap((child) => child.devices))];
}

function partsOf(children: readonly Node[], shares: readonly number[]): ScorePart[] {
  return children.map(({ id, title, score, weight, coverage }, index) => ({
    id,
    title,
    score,
    weight,
    share: shares[index] ?? 0,
    coverage,
  }));
}

/** Each node over all areas: the parts of a score of the city are areas. */
function cityNodes(
  model: ScoreModel,
  areas: readonly ScoredArea[],
  latest: ReadonlyMap<string, readonly Node[]>,
): Node[] {
  const columns = areas.map((area) => ({ area, nodes: latest.get(area.id) ?? [] }));
  const first = columns[0]?.nodes ?? [];
  return first.map((pattern, index) => {
    const children: Node[] = columns.flatMap(({ area, nodes }) => {
      const node = nodes[index];
      return node ? [{ ...node, id: area.id, title: area.name, weight: cityWeight(model, areas, area) }] : [];
    });
    const whole = combine(children, "arithmetic", model.coverage);
    const parts = partsOf(children, whole.shares);
    return {
      ...pattern,
      ...whole,
      id: CITY_AREA,
      title: pattern.dimension === null ? "City" : pattern.title,
      value: meanOfValues(children.map(({ value }, part) => ({ value, share: whole.shares[part] ?? 0 }))),
      explanation: explainCity(parts, whole.asked, model.cityWeight, whole, model.coverage),
      parts,
      sources: worstFirst(children.flatMap((child) => child.sources)),
      devices: children.flatMap((child) => child.devices),
      readings: children.reduce((sum, child) => sum + child.readings, 0),
      reported: ofCity(children),
    };
  });
}

/** A report for the whole city is the same in every area; reports of areas are those of its parts. */
function ofCity(children: readonly Node[]): ReportUse | undefined {
  const reported = children[0]?.reported;
  return children.every((child) => child.reported?.report?.id === reported?.report?.id) &&
    (reported?.report === null || reported?.report.area === CITY_AREA)
    ? reported
    : undefined;
}
