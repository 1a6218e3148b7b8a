import { CITY_AREA, type Device, type Score, scoreKey } from "@kota/model";
import { AreaNodes } from "./area-nodes.ts";
import { CityNodes } from "./city-nodes.ts";
import type { ReceiptPlace } from "./receipt-head.ts";
import { NO_REPORTS, type Reports } from "./reports/report-book.ts";
import type { ScoreModel } from "./score-model.ts";
import type { ScoreNode } from "./score-node.ts";
import type { ScoreNumbers } from "./score-numbers.ts";
import type { ScoredArea } from "./scored-area.ts";
import type { Windows } from "./windows.ts";

export interface Evaluator {
  /**
   * The scores at a time: of every indicator, aspect, dimension and area, and the city's of each. With `touched` only these
   * areas are looked at, the others stand as they were evaluated last; and only scores are given of which something may
   * have changed since.
   */
  evaluate(windows: Windows, at: number, touched?: ReadonlySet<string>): Score[];
  /**
   * The same in steps of one area, so that a caller can let others come to their turn in between; with `isWanted` only the
   * scores that it wants, which costs little for those that it does not. The text and the lists of a score are made when they are read: copy a score that is kept, before
   * the next evaluation. One at a time.
   */
  steps(
    windows: Windows,
    at: number,
    touched?: ReadonlySet<string>,
    isWanted?: (place: ScorePlace, shown: ShownScore) => boolean,
  ): Generator<void, Score[]>;
}

/** Which score, always the same object of one evaluator. */
export interface ScorePlace extends ReceiptPlace {
  /** As `scoreKey` makes it. */
  readonly key: string;
}

/** What decides whether somebody wants a score. */
export interface ShownScore extends ScoreNumbers, Pick<Score, "status"> {
  readonly reported: Score["reported"] | undefined;
  readonly deviceCount: () => number;
}

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
  const evaluated = areas.map((area) => ({
    area,
    nodes: new AreaNodes(
      model,
      area,
      devices.filter((device) => device.area === area.id),
      reports,
    ),
    latest: undefined as readonly ScoreNode[] | undefined,
    placeOf: placesIn(area.id),
  }));
  const city = {
    nodes: new CityNodes(model, areas),
    latest: [] as readonly ScoreNode[],
    placeOf: placesIn(CITY_AREA),
  };
  const stamp = { version: model.version, hash: model.hash };

  const scoreOfNode = (place: ScorePlace, node: ScoreNode, at: number): Score => {
    const score = measuredScore(place, node, at);
    return node.reported ? Object.assign(score, { reported: node.reported }) : score;
  };
  // Every property by its name: a spread into a literal costs several times as much, and this runs for every score.
  const measuredScore = (place: ScorePlace, node: ScoreNode, at: number): Score => ({
    area: place.area,
    dimension: place.dimension,
    aspect: place.aspect,
    indicator: place.indicator,
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
    const take = (
      placeOf: (node: ScoreNode, index: number) => ScorePlace,
      nodes: readonly ScoreNode[],
      before: readonly ScoreNode[] | undefined,
    ) => {
      for (let index = 0; index < nodes.length; index++) {
        const node = nodes[index];
        if (node === undefined || (touched && node === before?.[index])) continue;
        const place = placeOf(node, index);
        if (isWanted && !isWanted(place, node)) continue;
        scores.push(scoreOfNode(place, node, at));
      }
    };
    for (const each of evaluated) {
      const { area, nodes, latest } = each;
      if (touched && !touched.has(area.id) && latest) continue;
      const now = nodes.at(windows, at);
      each.latest = now;
      take(each.placeOf, now, latest);
      yield;
    }
    const before = city.latest;
    city.latest = city.nodes.of(evaluated.map(({ latest }) => latest ?? []));
    take(city.placeOf, city.latest, before);
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

/** The place of each node of an area, by its index: made once, as nodes are always the same in order and number. */
function placesIn(area: string): (node: ScoreNode, index: number) => ScorePlace {
  const places: ScorePlace[] = [];
  return ({ dimension, aspect, indicator }, index) => {
    const known = places[index];
    if (known) return known;
    const place = { area, dimension, aspect, indicator };
    const made = { ...place, key: scoreKey(place) };
    places[index] = made;
    return made;
  };
}
