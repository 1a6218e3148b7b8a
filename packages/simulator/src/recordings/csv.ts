import { readFileSync } from "node:fs";
import { parse } from "csv-parse/sync";

/** Rows of a recording by the names of its header line. */
export function readCsv(file: string, delimiter: "," | ";"): Record<string, string>[] {
  return parse(readFileSync(file), { columns: true, delimiter, bom: true }) as Record<string, string>[];
}
