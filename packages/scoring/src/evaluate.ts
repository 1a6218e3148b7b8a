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
import { DeviceColumns } from "./device-columns.ts";
import { DeviceLists } from "./device-lists.ts";
import { explainCity, explainWhole } from "./explain.ts";
import { type IndicatorResult, indicatorResult } from "./indicator-result.ts";
import type { ReceiptPlace } from "./receipt-head.ts";
import { NO_REPORTS, type Reports } from "./reports/report-book.ts";
import { reportedResult } from "./reports/reported-result.ts";
import type { Across, Indicator, MeasuredIndicator, ScoreModel } from "./score-model.ts";
import type { ScoreNumbers } from "./score-numbers.ts";
import { cityWeight, type ScoredArea } from "./scored-area.ts";
import type { Windows } from "./windows.ts";
import { type RankedSource, worstOf } from "./worst-sources.ts";

export interface Evaluator {
  /**
   * The scores at a time: of every indicator, aspect, dimension and area, and the city's of each. With `touched` only of
   * these areas and the city; the city then uses the other areas as they were evaluated last.
   */
  evaluate(windows: Windows, at: number, touched?: ReadonlySet<string>): Score[];
  /**
   * The same in steps of one area, so that a caller can let others come to their turn in between; with `isWanted` only the
   * scores that it wants. The text and the lists of a score are made when they are read: copy a score that is kept, before
   * the next evaluation. One at a time.
   */
  steps(
    windows: Windows,
    at: number,
    touched?: ReadonlySet<string>,
    isWanted?: (place: ReceiptPlace, numbers: ScoreNumbers) => boolean,
  ): Generator<void, Score[]>;
}

/** Which of the levels it is: null where a level is above. */
interface Place {
  readonly dimension: Dimension | null;
  readonly aspect: string | null;
  readonly indicator: string | null;
}

/**
 * A score before it has an area, a time and a model. Who only compares numbers pays for no text and no list: these are
 * made when they are asked for.
 */
interface Node extends Place, Part {
  readonly id: string;
  readonly title: string;
  readonly status: ScoreStatus;
  readonly value: number | null;
  readonly unit: string | null;
  readonly explain: () => string;
  readonly parts: () => readonly ScorePart[];
  readonly sources: () => readonly RankedSource[];
  readonly devices: () => readonly string[];
  readonly deviceCount: () => number;
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
  const lists = new DeviceLists();
  const columns = new Map<string, Map<MeasuredIndicator, DeviceColumns>>(
    areas.map(({ id }) => [id, new Map()]),
  );
  const columnsOf = (area: string, indicator: MeasuredIndicator): DeviceColumns => {
    let known = columns.get(area)?.get(indicator);
    if (known === undefined) {
      known = new DeviceColumns(indicator, model.quality[indicator.metric]);
      columns.get(area)?.set(indicator, known);
    }
    return known;
  };
  const stamp = { version: model.version, hash: model.hash };

  const scoreOfNode = (area: ScoredArea, node: Node, at: number): Score => {
    const score = measuredScore(area, node, at);
    return node.reported ? Object.assign(score, { reported: node.reported }) : score;
  };
  // Every property by its name: a spread into a literal costs several times as much, and this runs for every score.
  const measuredScore = (area: ScoredArea, node: Node, at: number): Score => ({
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
    get explanation() {
      return node.explain();
    },
    get parts() {
      return node.parts();
    },
    get sources() {
      return node.sources().map(({ source }) => source);
    },
    get devices() {
      return node.deviceCount();
    },
    readings: node.readings,
    model: stamp,
  });

  const steps: Evaluator["steps"] = function* (windows, at, touched, isWanted) {
    const scores: Score[] = [];
    // Who picks scores of a moment does not come back for the areas: what is behind them need not be held.
    const nodesOf = isWanted && !touched ? new Map<string, Node[]>() : latest;
    const take = (area: ScoredArea, node: Node) => {
      if (isWanted) {
        const { dimension, aspect, indicator } = node;
        if (!isWanted({ area: area.id, dimension, aspect, indicator }, node)) return;
      }
      scores.push(scoreOfNode(area, node, at));
    };
    for (const area of areas) {
      if (touched && !touched.has(area.id) && nodesOf.has(area.id)) continue;
      const nodes = areaNodes(
        model,
        area,
        asked.get(area.id) ?? (() => []),
        windows,
        reports,
        at,
        columnsOf,
        lists,
      );
      nodesOf.set(area.id, nodes);
      for (const node of nodes) take(area, node);
      yield;
    }
    const city: ScoredArea = { id: CITY_AREA, name: "City", population: 0 };
    for (const node of cityNodes(model, areas, nodesOf)) take(city, node);
    return scores;
  };

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
  columnsOf: (area: string, indicator: MeasuredIndicator) => DeviceColumns,
  lists: DeviceLists,
): Node[] {
  const resultOf = (indicator: Indicator): IndicatorResult =>
    indicator.from === "reports"
      ? reportedResult(indicator, area.id, reports, at, model)
      : indicatorResult(
          indicator,
          columnsOf(area.id, indicator),
          asked(indicator, windows, at),
          windows,
          at,
          model,
        );
  const below: Node[] = [];
  const unionOf =
    ({ dimension, aspect }: Place) =>
    (children: readonly Node[]) =>
      lists.union(
        `${area.id}/${dimension}/${aspect}`,
        children.map((child) => child.devices()),
      );
  const dimensions = model.dimensions.map((dimension) => {
    const aspects = dimension.aspects.map((aspect) => {
      const indicators = aspect.indicators.map((indicator): Node => {
        const { id, title, weight, unit } = indicator;
        const result = resultOf(indicator);
        const { devices } = result;
        return {
          dimension: dimension.id,
          aspect: aspect.id,
          indicator: id,
          id,
          title,
          weight,
          score: result.score,
          status: result.status,
          coverage: result.coverage,
          asked: true,
          value: result.value,
          unit,
          explain: result.explain,
          parts: NO_PARTS,
          sources: result.sources,
          devices: () => devices,
          deviceCount: () => devices.length,
          readings: result.readings,
          reported: result.reported,
        };
      });
      const place = { dimension: dimension.id, aspect: aspect.id, indicator: null };
      const node = wholeNode(place, aspect, indicators, "arithmetic", model.coverage, unionOf(place));
      below.push(node, ...indicators);
      return node;
    });
    const place = { dimension: dimension.id, aspect: null, indicator: null };
    const node = wholeNode(place, dimension, aspects, dimension.across, model.coverage, unionOf(place));
    below.push(node);
    return node;
  });
  const named = { id: area.id, title: area.name, weight: area.population };
  return [wholeNode(OVERALL, named, dimensions, "arithmetic", model.coverage, unionOf(OVERALL)), ...below];
}

function wholeNode(
  place: Place,
  named: { readonly id: string; readonly title: string; readonly weight: number },
  children: readonly Node[],
  across: Across,
  limits: ScoreModel["coverage"],
  unionOf: (children: readonly Node[]) => readonly string[],
): Node {
  const devices = once(() => unionOf(children));
  const whole = combine(children, across, limits);
  const parts = once(() => partsOf(children, whole.shares));
  let readings = 0;
  for (const child of children) readings += child.readings;
  return {
    dimension: place.dimension,
    aspect: place.aspect,
    indicator: place.indicator,
    id: named.id,
    title: named.title,
    weight: named.weight,
    score: whole.score,
    status: whole.status,
    coverage: whole.coverage,
    asked: whole.asked,
    value: null,
    unit: null,
    explain: () => {
      const unasked = children.filter((child) => !child.asked).map((child) => child.title);
      return explainWhole(parts(), unasked, across, whole, limits);
    },
    parts,
    sources: NO_PARTS,
    devices,
    deviceCount: () => devices().length,
    readings,
  };
}

const NO_PARTS = () => [];

/** Computes a value when it is first asked for. */
function once<T>(compute: () => T): () => T {
  let known: { readonly value: T } | undefined;
  return () => {
    known ??= { value: compute() };
    return known.value;
  };
}

type Named = Part & { readonly id: string; readonly title: string };

function partsOf(children: readonly Named[], shares: readonly number[]): ScorePart[] {
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
  const columns = areas.flatMap((area) => {
    const nodes = latest.get(area.id);
    return nodes ? [{ id: area.id, title: area.name, weight: cityWeight(model, areas, area), nodes }] : [];
  });
  const first = columns[0]?.nodes ?? [];
  return first.map((pattern, index) => {
    const nodes: Node[] = [];
    const children: Named[] = [];
    let readings = 0;
    for (const column of columns) {
      const node = column.nodes[index];
      if (node === undefined) continue;
      const { id, title, weight } = column;
      nodes.push(node);
      children.push({ id, title, weight, score: node.score, coverage: node.coverage, asked: node.asked });
      readings += node.readings;
    }
    const whole = combine(children, "arithmetic", model.coverage);
    const parts = once(() => partsOf(children, whole.shares));
    return {
      dimension: pattern.dimension,
      aspect: pattern.aspect,
      indicator: pattern.indicator,
      id: CITY_AREA,
      title: pattern.dimension === null ? "City" : pattern.title,
      weight: pattern.weight,
      score: whole.score,
      status: whole.status,
      coverage: whole.coverage,
      asked: whole.asked,
      value: meanOfValues(nodes.map(({ value }, part) => ({ value, share: whole.shares[part] ?? 0 }))),
      unit: pattern.unit,
      explain: () => explainCity(parts(), whole.asked, model.cityWeight, whole, model.coverage),
      parts,
      sources: once(() => worstOf(nodes.map((node) => node.sources()))),
      devices: once(() => nodes.flatMap((node) => node.devices())),
      // A device is in one area.
      deviceCount: once(() => nodes.reduce((sum, node) => sum + node.deviceCount(), 0)),
      readings,
      reported: ofCity(nodes),
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
