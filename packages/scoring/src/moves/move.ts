import type { ReceiptPlace } from "../receipt-head.ts";
import type { MoveCode } from "./candidates.ts";

/** A score before and after. */
export interface Gain {
  readonly before: number | null;
  readonly after: number | null;
  /** In points; null where there is no score before or after, or where nobody can know. */
  readonly gain: number | null;
  /** 0 to 1; null where nobody can know. */
  readonly coverageGain: number | null;
}

/** Something to do, and what it would change. */
export interface Move {
  readonly code: MoveCode;
  readonly area: string;
  /** The indicators that it changes. */
  readonly indicators: readonly (ReceiptPlace & { readonly title: string })[];
  readonly metric: string;
  /** Of `from` and `to`. */
  readonly unit: string;
  /** Where to go, at most 20 of them; empty: it is about the indicator's value. */
  readonly devices: readonly string[];
  readonly deviceCount: number;
  readonly from: number | null;
  readonly to: number | null;
  /** What a device would say is not known: it was taken to say what the others do. */
  readonly isAssumed: boolean;
  /** Of the area's score that was asked for. */
  readonly areaGain: Gain;
  /** Of the city's score of the same name; null where there is none. */
  readonly cityGain: Gain | null;
  /** All of it in a sentence. */
  readonly text: string;
}
