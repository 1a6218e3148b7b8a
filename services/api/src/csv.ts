import { stringify } from "csv-stringify/sync";

export type Cell = string | number | null;

/**
 * CSV as RFC 4180 says, with a header line. A text that a spreadsheet would take for a formula gets an apostrophe in
 * front; numbers stay numbers, the negative ones too. Null is an empty cell.
 */
export function toCsv(columns: readonly string[], rows: Iterable<readonly Cell[]>): string {
  return csvLines([columns, ...rows]);
}

/** Lines of a table that is written piece by piece. */
export function csvLines(rows: readonly (readonly Cell[])[]): string {
  return stringify(rows as Cell[][], { escape_formulas: true, record_delimiter: "windows" });
}

/** A file name that every file system and HTTP header takes. */
export function csvFileName(...parts: readonly (string | null)[]): string {
  const name = parts.filter((part) => part !== null).join("_");
  return `${name.replaceAll(/[^\w.-]+/g, "-")}.csv`;
}
