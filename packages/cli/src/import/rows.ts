import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { KotaError, messageOf } from "@kota/model";
import { CsvError, parse } from "csv-parse";
import type { Mapping, Row } from "./mapping.ts";
import { parquetRows } from "./parquet-rows.ts";

/** A row of a file with its line (of Parquet, its number from 1), or why it is none. */
export type FileRow =
  | { readonly line: number; readonly row: Row }
  | { readonly line: number; readonly problem: string };

export type Format = "csv" | "jsonl" | "parquet";

/** By the end of the name. @throws KotaError `bad_request` for another. */
export function formatOf(path: string, given: string | undefined): Format {
  const ending = given ?? /\.(\w+)$/.exec(path)?.[1]?.toLowerCase();
  if (ending === "csv" || ending === "tsv") return "csv";
  if (ending === "jsonl" || ending === "ndjson" || ending === "json") return "jsonl";
  if (ending === "parquet" || ending === "pq") return "parquet";
  throw new KotaError(
    "bad_request",
    `${path}: expected a name that ends in .csv, .tsv, .jsonl, .ndjson or .parquet, or --format csv, jsonl or parquet.`,
  );
}

/** The rows of a file, in order. @throws KotaError `bad_request` for columns that cannot be used, or a file that cannot be read. */
export async function* rowsOf(
  path: string,
  format: Format,
  delimiter: string,
  mapping: Mapping,
): AsyncGenerator<FileRow> {
  try {
    switch (format) {
      case "csv":
        return yield* csvRows(path, delimiter, mapping);
      case "jsonl":
        return yield* jsonRows(path);
      case "parquet":
        return yield* parquetRows(path, mapping);
    }
  } catch (cause) {
    if (cause instanceof KotaError) throw cause;
    const what = cause instanceof CsvError ? "is no CSV that can be read" : "cannot be read";
    throw new KotaError("bad_request", `${path} ${what}: ${messageOf(cause)}`, { cause });
  }
}

async function* csvRows(path: string, delimiter: string, mapping: Mapping): AsyncGenerator<FileRow> {
  const source = createReadStream(path);
  const parser = parse({
    bom: true,
    trim: true,
    delimiter,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    info: true,
    max_record_size: 1_000_000,
  });
  source.on("error", (error) => parser.destroy(error));
  source.pipe(parser);
  let header: readonly string[] | undefined;
  try {
    for await (const { record, info } of parser as AsyncIterable<{
      record: readonly string[];
      info: { lines: number };
    }>) {
      const line = info.lines;
      if (!header) {
        header = record;
        mapping.checkColumns(header);
      } else if (record.length !== header.length) {
        yield { line, problem: `expected ${header.length} cells as in the header, came ${record.length}` };
      } else {
        yield { line, row: Object.fromEntries(header.map((column, index) => [column, record[index]])) };
      }
    }
  } finally {
    source.destroy();
  }
  if (!header)
    throw new KotaError("bad_request", `${path} is empty: expected a line with the names of the columns.`);
}

async function* jsonRows(path: string): AsyncGenerator<FileRow> {
  const source = createReadStream(path, "utf8");
  let line = 0;
  try {
    for await (const text of createInterface({ input: source, crlfDelay: Number.POSITIVE_INFINITY })) {
      line++;
      if (text.trim() === "") continue;
      let row: unknown;
      try {
        row = JSON.parse(line === 1 ? text.replace(/^\uFEFF/, "") : text);
      } catch (error) {
        yield { line, problem: `no JSON: ${messageOf(error)}` };
        continue;
      }
      if (typeof row === "object" && row !== null && !Array.isArray(row)) yield { line, row: row as Row };
      else yield { line, problem: "expected a JSON object" };
    }
  } finally {
    source.destroy();
  }
}
