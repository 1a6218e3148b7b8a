import { chosen, textIn } from "../routing/plain-search.ts";
import { searchOfWindow, type TimeWindow, windowOf } from "./time-window.ts";

/** What a chart is asked to show, as it stands in the query of a URL. */
export type ChartSearch = {
  readonly range?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly compare?: string | undefined;
  readonly limits?: string | undefined;
  readonly as?: string | undefined;
};

export interface ChartState {
  readonly window: TimeWindow;
  /** The week before is laid over. */
  readonly compare: boolean;
  readonly limits: boolean;
  readonly asTable: boolean;
}

/** The part of a URL's query that is about a chart. */
export function parseChartSearch(search: Readonly<Record<string, unknown>>): ChartSearch {
  const state = chartState({
    range: textIn(search, "range"),
    from: textIn(search, "from"),
    to: textIn(search, "to"),
    compare: textIn(search, "compare"),
    limits: textIn(search, "limits"),
    as: textIn(search, "as"),
  });
  return chosen(chartSearch(state));
}

export function chartState(search: ChartSearch): ChartState {
  return {
    window: windowOf(search),
    compare: search.compare === "week",
    limits: search.limits !== "off",
    asTable: search.as === "table",
  };
}

/** The query for a state; what is usual is left out. */
export function chartSearch({ window, compare, limits, asTable }: ChartState): ChartSearch {
  return {
    ...searchOfWindow(window),
    compare: compare ? "week" : undefined,
    limits: limits ? undefined : "off",
    as: asTable ? "table" : undefined,
  };
}
