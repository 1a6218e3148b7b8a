import { flux, fluxExpression, type ParameterizedQuery } from "@influxdata/influxdb-client";
import type { Column } from "./connection.ts";

export function timeOf(column: Column): number {
  return Date.parse(column("_time") ?? "");
}

export function numberOf(text: string | undefined): number {
  if (text === "+Inf") return Number.POSITIVE_INFINITY;
  return text === "-Inf" ? Number.NEGATIVE_INFINITY : Number(text);
}

export function joined(parts: readonly ParameterizedQuery[]): ParameterizedQuery {
  return flux`${fluxExpression(parts.join("\n"))}`;
}
