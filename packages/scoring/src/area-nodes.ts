import type { Device } from "@kota/model";
import { askedDevices } from "./asked-devices.ts";
import { DeviceColumns } from "./device-columns.ts";
import { DeviceLists } from "./device-lists.ts";
import { type IndicatorResult, indicatorResult } from "./indicator-result.ts";
import type { BookedReport, Reports } from "./reports/report-book.ts";
import { findReport, reportedResult } from "./reports/reported-result.ts";
import type { MeasuredIndicator, ReportedIndicator, ScoreModel } from "./score-model.ts";
import { KeptNode, NO_PARTS, type Place, type ScoreNode, wholeNode } from "./score-node.ts";
import type { ScoredArea } from "./scored-area.ts";
import type { Windows } from "./windows.ts";

/** A node at a time: the one from before when nothing of it can have changed. */
type NodeSource = (windows: Windows, at: number) => ScoreNode;

const OVERALL: Place = { dimension: null, aspect: null, indicator: null };

/** Every node of an area, from one evaluation to the next: only what changed is made anew. */
export class AreaNodes {
  readonly #model: ScoreModel;
  readonly #area: ScoredArea;
  readonly #reports: Reports;
  readonly #asked: ReturnType<typeof askedDevices>;
  readonly #lists = new DeviceLists();
  readonly #dimensions: readonly {
    readonly aspects: readonly {
      readonly indicators: readonly NodeSource[];
      readonly whole: (children: readonly ScoreNode[]) => ScoreNode;
    }[];
    readonly whole: (children: readonly ScoreNode[]) => ScoreNode;
  }[];
  readonly #overall: (children: readonly ScoreNode[]) => ScoreNode;

  /** @param devices of the area */
  constructor(model: ScoreModel, area: ScoredArea, devices: readonly Device[], reports: Reports) {
    this.#model = model;
    this.#area = area;
    this.#reports = reports;
    this.#asked = askedDevices(model, devices);
    this.#dimensions = model.dimensions.map((dimension) => ({
      aspects: dimension.aspects.map((aspect) => ({
        indicators: aspect.indicators.map((indicator) => {
          const place = { dimension: dimension.id, aspect: aspect.id, indicator: indicator.id };
          return indicator.from === "reports"
            ? this.#reported(indicator, place)
            : this.#measured(indicator, place);
        }),
        whole: this.#whole({ ...OVERALL, dimension: dimension.id, aspect: aspect.id }, aspect, "arithmetic"),
      })),
      whole: this.#whole({ ...OVERALL, dimension: dimension.id }, dimension, dimension.across),
    }));
    const named = { id: area.id, title: area.name, weight: area.population };
    this.#overall = this.#whole(OVERALL, named, "arithmetic");
  }

  /** The overall one first, always in the same order and number. */
  at(windows: Windows, at: number): readonly ScoreNode[] {
    // The first place is for the overall one, which is made last.
    const nodes: ScoreNode[] = [];
    nodes.length = 1;
    const dimensions: ScoreNode[] = [];
    for (const { aspects, whole } of this.#dimensions) {
      const wholes: ScoreNode[] = [];
      for (const aspect of aspects) {
        const place = nodes.length++;
        const indicators: ScoreNode[] = [];
        for (const source of aspect.indicators) {
          const indicator = source(windows, at);
          indicators.push(indicator);
          nodes.push(indicator);
        }
        const node = aspect.whole(indicators);
        nodes[place] = node;
        wholes.push(node);
      }
      const node = whole(wholes);
      nodes.push(node);
      dimensions.push(node);
    }
    nodes[0] = this.#overall(dimensions);
    return nodes;
  }

  #measured(indicator: MeasuredIndicator, place: Place): NodeSource {
    const columns = new DeviceColumns(indicator, this.#model.quality[indicator.metric]);
    let node: ScoreNode | undefined;
    return (windows, at) => {
      const hasChanged = columns.judge(this.#asked(indicator, windows, at), windows, at);
      if (node === undefined || hasChanged)
        node = indicatorNode(indicator, place, indicatorResult(indicator, columns, this.#model));
      return node;
    };
  }

  #reported(indicator: ReportedIndicator, place: Place): NodeSource {
    let node: ScoreNode | undefined;
    let then: { readonly booked: BookedReport | null; readonly state: string } | undefined;
    return (_windows, at) => {
      const found = findReport(indicator, this.#area.id, this.#reports, at);
      if (node === undefined || found.booked !== then?.booked || found.state !== then.state) {
        then = found;
        node = indicatorNode(indicator, place, reportedResult(indicator, found, this.#model));
      }
      return node;
    };
  }

  #whole(
    place: Place,
    named: Parameters<typeof wholeNode>[1],
    across: Parameters<typeof wholeNode>[3],
  ): (children: readonly ScoreNode[]) => ScoreNode {
    const kept = new KeptNode();
    const key = `${place.dimension}/${place.aspect}`;
    const unionOf = (children: readonly ScoreNode[]) =>
      this.#lists.union(
        key,
        children.map((child) => child.devices()),
      );
    const make = (children: readonly ScoreNode[]) =>
      wholeNode(place, named, children, across, this.#model.coverage, unionOf);
    return (children) => kept.of(children, make);
  }
}

function indicatorNode(
  { id, title, weight, unit }: MeasuredIndicator | ReportedIndicator,
  place: Place,
  result: IndicatorResult,
): ScoreNode {
  return {
    dimension: place.dimension,
    aspect: place.aspect,
    indicator: place.indicator,
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
    devices: result.devices,
    deviceCount: () => result.deviceCount,
    readings: result.readings,
    reported: result.reported,
  };
}
