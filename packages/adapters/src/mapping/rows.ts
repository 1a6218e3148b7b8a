import { messageOf } from "@kota/model";
import { parse as parseCsv } from "csv-parse/sync";
import { excerpt, show } from "../explain.ts";
import { isObject } from "../json.ts";
import { refuse } from "../refusal.ts";
import { lookUp } from "./lookup.ts";
import type { Mapping } from "./schema.ts";

const MAX_ROWS = 5000;

/** A row of a message, with the payload around it. */
export interface Row {
  readonly row: unknown;
  readonly payload: unknown;
}

/** The rows of a JSON payload: the list that the mapping names, else the payload if it is a list, else the payload as one. */
export function jsonRows(mapping: Extract<Mapping, { format: "json" }>, json: unknown): Row[] {
  const { rows, pairs } = mapping;
  let list: readonly unknown[] = [json];
  if (rows !== undefined) {
    const found = lookUp(json, rows);
    if (!Array.isArray(found)) refuse("schema_mismatch", `${rows}: expected a list, came ${show(found)}.`);
    list = found;
  } else if (Array.isArray(json)) {
    list = json;
  }
  if (list.length > MAX_ROWS) {
    refuse("schema_mismatch", `${list.length} rows in one message are more than the ${MAX_ROWS} allowed.`);
  }
  return list.map((row) => ({ row: pairs ? withPairs(row, pairs) : row, payload: json }));
}

/** The row with the pairs of its list as members; a pair without a value, such as one with an error, is left out. */
function withPairs(row: unknown, pairs: { list: string; name: string; value: string }): unknown {
  const found = lookUp(row, pairs.list);
  if (!isObject(row) || !Array.isArray(found)) {
    refuse("schema_mismatch", `${pairs.list}: expected a list of names and values, came ${show(found)}.`);
  }
  const members: Record<string, unknown> = Object.assign(Object.create(null), row);
  for (const pair of found.slice(0, MAX_ROWS)) {
    const name = lookUp(pair, pairs.name);
    const value = lookUp(pair, pairs.value);
    if (typeof name === "string" && value !== undefined) members[name] = value;
  }
  return members;
}

/** The lines of a CSV payload, each as an object by column. */
export function csvRows(mapping: Extract<Mapping, { format: "csv" }>, text: string): Row[] {
  let rows: unknown[];
  try {
    rows = parseCsv(text, {
      columns: mapping.columns ?? ((header: string[]) => header.map((name) => name.trim())),
      delimiter: mapping.separator,
      trim: true,
      skip_empty_lines: true,
      to: MAX_ROWS,
    });
  } catch (error) {
    refuse(
      "schema_mismatch",
      `The payload is not CSV as the mapping says: ${excerpt(messageOf(error), 160)}.`,
    );
  }
  return rows.map((row) => ({ row, payload: row }));
}
