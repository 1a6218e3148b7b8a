import type { Dimension, ScoreStatus } from "@kota/model";

/** Which score: null where a level is above it. */
export interface ReceiptPlace {
  readonly area: string;
  readonly dimension: Dimension | null;
  readonly aspect: string | null;
  readonly indicator: string | null;
}

export interface ReceiptHead extends ReceiptPlace {
  readonly title: string;
  /** The end of every window, RFC 3339 in UTC as every time in a receipt; a reading at this time is in it. */
  readonly at: string;
  readonly score: number | null;
  readonly status: ScoreStatus;
  readonly coverage: number;
  /** An indicator's own value; null above the level of an indicator. */
  readonly value: number | null;
  readonly unit: string | null;
  readonly model: { readonly version: string; readonly hash: string };
  /** Coverage below which there is no score, and below which it is provisional. */
  readonly limits: { readonly minimum: number; readonly ok: number };
}
