import { CITY_AREA, type ReportUse } from "@kota/model";
import { combine, meanOfValues } from "./combine.ts";
import { explainCity } from "./explain.ts";
import { once } from "./once.ts";
import type { ScoreModel } from "./score-model.ts";
import { KeptNode, type NamedPart, partsOf, type ScoreNode } from "./score-node.ts";
import { cityWeight, type ScoredArea } from "./scored-area.ts";
import { worstOf } from "./worst-sources.ts";

/** Each node over all areas, from one evaluation to the next: the parts of a score of the city are areas. */
export class CityNodes {
  readonly #model: ScoreModel;
  readonly #areas: readonly { readonly id: string; readonly title: string; readonly weight: number }[];
  readonly #kept: KeptNode[] = [];

  constructor(model: ScoreModel, areas: readonly ScoredArea[]) {
    this.#model = model;
    this.#areas = areas.map((area) => ({
      id: area.id,
      title: area.name,
      weight: cityWeight(model, areas, area),
    }));
  }

  /** @param nodesOf the nodes of each area, in the order of the areas */
  of(nodesOf: readonly (readonly ScoreNode[])[]): readonly ScoreNode[] {
    const nodes: ScoreNode[] = [];
    const length = nodesOf[0]?.length ?? 0;
    for (let index = 0; index < length; index++) {
      const kept = this.#kept[index] ?? new KeptNode();
      this.#kept[index] = kept;
      const node = kept.madeOf(nodesOf, index) ?? kept.of(childrenAt(nodesOf, index), this.#make);
      nodes.push(node);
    }
    return nodes;
  }

  readonly #make = (nodes: readonly ScoreNode[]): ScoreNode => {
    const model = this.#model;
    const [pattern] = nodes;
    if (pattern === undefined) throw new Error("a city without areas has no scores");
    let readings = 0;
    const children = nodes.map((node, index): NamedPart => {
      readings += node.readings;
      const { id = "", title = "", weight = 0 } = this.#areas[index] ?? {};
      return { id, title, weight, score: node.score, coverage: node.coverage, asked: node.asked };
    });
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
  };
}

function childrenAt(nodesOf: readonly (readonly ScoreNode[])[], index: number): ScoreNode[] {
  const children: ScoreNode[] = [];
  for (const nodes of nodesOf) {
    const node = nodes[index];
    if (node) children.push(node);
  }
  return children;
}

/** A report for the whole city is the same in every area; reports of areas are those of its parts. */
function ofCity(children: readonly ScoreNode[]): ReportUse | undefined {
  const reported = children[0]?.reported;
  return children.every((child) => child.reported?.report?.id === reported?.report?.id) &&
    (reported?.report === null || reported?.report.area === CITY_AREA)
    ? reported
    : undefined;
}
