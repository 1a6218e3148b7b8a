import { flux, fluxExpression, type ParameterizedQuery } from "@influxdata/influxdb-client";
import type { TimeRange } from "../port.ts";
import type { Column } from "./connection.ts";

/** Asks InfluxDB about a range. */
export type Ask = <T>(
  range: Partial<TimeRange>,
  query: (from: { source: ParameterizedQuery }) => ParameterizedQuery,
  row: (column: Column) => T,
) => Promise<T[]>;

/** What the values in each step come to, by the start of the step; steps without any are left out. */
export function inSteps(stepMs: number, fn: string): ParameterizedQuery {
  return flux`aggregateWindow(every: ${fluxExpression(`${Math.trunc(stepMs)}ms`)}, fn: ${fluxExpression(fn)}, createEmpty: false, timeSrc: "_start")`;
}
