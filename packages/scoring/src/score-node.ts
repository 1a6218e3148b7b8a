import type { Dimension, ReportUse, ScorePart, ScoreStatus } from "@kota/model";
import { combine, type Part } from "./combine.ts";
import { explainWhole } from "./explain.ts";
import { once } from "./once.ts";
import type { Across, ScoreModel } from "./score-model.ts";
import type { RankedSource } from "./worst-sources.ts";

/** Which of the levels it is: null where a level is above. */
export interface Place {
  readonly dimension: Dimension | null;
  readonly aspect: string | null;
  readonly indicator: string | null;
}

/**
 * A score before it has an area, a time and a model. Who only compares numbers pays for no text and no list: these are
 * made when they are asked for. It is the same object from one evaluation to the next as long as nothing of it can have changed.
 */
export interface ScoreNode extends Place, Part {
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
  readonly reported: ReportUse | undefined;
}

/** The node that was made of these children, as long as they are the same. */
export class KeptNode {
  #children: readonly ScoreNode[] = [];
  #node: ScoreNode | undefined;

  of(children: readonly ScoreNode[], make: (children: readonly ScoreNode[]) => ScoreNode): ScoreNode {
    if (this.#node === undefined || !isSameList(this.#children, children)) {
      this.#children = children;
      this.#node = make(children);
    }
    return this.#node;
  }

  /** The node, if it was made of the children with this index; else undefined. */
  madeOf(lists: readonly (readonly ScoreNode[])[], index: number): ScoreNode | undefined {
    const children = this.#children;
    if (lists.length !== children.length) return undefined;
    for (let n = 0; n < lists.length; n++) if (lists[n]?.[index] !== children[n]) return undefined;
    return this.#node;
  }
}

function isSameList(one: readonly ScoreNode[], other: readonly ScoreNode[]): boolean {
  if (one.length !== other.length) return false;
  for (let n = 0; n < one.length; n++) if (one[n] !== other[n]) return false;
  return true;
}

/** An aspect, a dimension or an area, of its parts. */
export function wholeNode(
  place: Place,
  named: { readonly id: string; readonly title: string; readonly weight: number },
  children: readonly ScoreNode[],
  across: Across,
  limits: ScoreModel["coverage"],
  unionOf: (children: readonly ScoreNode[]) => readonly string[],
): ScoreNode {
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
    reported: undefined,
  };
}

export const NO_PARTS = () => [];

export type NamedPart = Part & { readonly id: string; readonly title: string };

export function partsOf(children: readonly NamedPart[], shares: readonly number[]): ScorePart[] {
  return children.map(({ id, title, score, weight, coverage }, index) => ({
    id,
    title,
    score,
    weight,
    share: shares[index] ?? 0,
    coverage,
  }));
}
