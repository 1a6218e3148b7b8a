import {
  BIGINT,
  type DuckDBType,
  type DuckDBValue,
  INTEGER,
  LIST,
  listValue,
  VARCHAR,
} from "@duckdb/node-api";
import { wholeRange } from "../bounds.ts";
import type { TimeRange } from "../port.ts";

/** The conditions of a query with their bound values. No value ever becomes part of the text. */
export class Where {
  readonly values: Record<string, DuckDBValue> = {};
  readonly types: Record<string, DuckDBType> = {};
  readonly #conditions: string[] = [];

  get sql(): string {
    return `WHERE ${this.#conditions.join(" AND ")}`;
  }

  /** A whole number that stands elsewhere in the query as `$name`. */
  value(name: string, value: number): this {
    this.values[name] = BigInt(value);
    this.types[name] = BIGINT;
    return this;
  }

  equals(column: string, value: DuckDBValue, type: DuckDBType): this {
    this.#conditions.push(`${column} = $${column}`);
    this.values[column] = value;
    this.types[column] = type;
    return this;
  }

  /** Only rows whose number in a column is one of some. */
  among(column: string, numbers: readonly number[]): this {
    this.#conditions.push(`${column} IN (SELECT unnest($${column}))`);
    this.values[column] = listValue(numbers);
    this.types[column] = LIST(INTEGER);
    return this;
  }

  range(column: "time" | "minute", range: Partial<TimeRange>): this {
    const { from, to } = wholeRange(range);
    this.#conditions.push(`${column} >= $from AND ${column} < $to`);
    return this.value("from", from).value("to", to);
  }

  /** Only rows that come after (time, id) when the newest is first. */
  before(row: { readonly time: number; readonly id: string }): this {
    this.#conditions.push("(time < $before OR (time = $before AND id < $beforeId))");
    this.values.beforeId = row.id;
    this.types.beforeId = VARCHAR;
    return this.value("before", row.time);
  }
}

/** SQL for the start of the `$step` that a column's time is in, aligned to the Unix epoch, before 1970 too. */
export function startOfStep(column: "time" | "minute"): string {
  return `${column} - ((${column} % $step) + $step) % $step`;
}
