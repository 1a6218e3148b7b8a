import { fluxExpression, type ParameterizedQuery } from "@influxdata/influxdb-client";
import type { TimeRange } from "../port.ts";
import type { Column } from "./connection.ts";

/** Asks InfluxDB about a range. */
export type Ask = <T>(
  range: Partial<TimeRange>,
  query: (from: { source: ParameterizedQuery }) => ParameterizedQuery,
  row: (column: Column) => T,
) => Promise<T[]>;

/** A step as Flux writes it. */
export function every(stepMs: number): ReturnType<typeof fluxExpression> {
  return fluxExpression(`${Math.trunc(stepMs)}ms`);
}
