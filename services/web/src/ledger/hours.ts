import { type Span, spanOf, type TimeWindow } from "../chart/time-window.ts";

const HOUR = 3_600_000;

/** The whole hours that a window touches, as the ledger counts them. A window that rolls has no end: what is of now belongs to it. */
export function hoursOf(
  window: TimeWindow,
  now: number,
): { readonly from: number; readonly to: number | null } {
  const { from, to } = spanOf(window, now);
  return {
    from: Math.floor(from / HOUR) * HOUR,
    to: window.kind === "rolling" ? null : Math.ceil(to / HOUR) * HOUR,
  };
}

/** One hour of the ledger, from its start as the API writes it. */
export function hourSpan(start: string): Span {
  const from = Date.parse(start);
  return { from, to: from + HOUR };
}
