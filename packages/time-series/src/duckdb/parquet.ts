import { resolve } from "node:path";
import { type DuckDBConnection, DuckDBInstance, type DuckDBValue } from "@duckdb/node-api";
import { KotaError, messageOf } from "@kota/model";

/** What a column holds, as far as it matters for reading it. */
export type ParquetKind =
  | "text"
  | "number"
  /** A point in time, stored in UTC. */
  | "moment"
  /** Date and time of a clock, in no zone. */
  | "wall-time"
  | "boolean"
  /** Days, times of day, spans, bytes, lists, structures and maps: nothing that a cell of a table could say. */
  | "other";

export interface ParquetColumn {
  readonly name: string;
  readonly kind: ParquetKind;
  /** As SQL names it, such as `TIMESTAMP WITH TIME ZONE`, `DECIMAL(10,2)` or `INTEGER[]`. */
  readonly type: string;
}

/** Null: the cell is empty. Moments are ISO 8601 with a Z, wall times without; decimals are text, so that they stay exact. */
export type ParquetCell = string | number | boolean | null;

export interface ParquetFile {
  readonly columns: readonly ParquetColumn[];
  /**
   * Some columns of all rows, in the file's order, a few thousand rows at a time.
   * @throws KotaError `bad_request` for a column that is `other`, and where the file is damaged.
   */
  rows(columns: readonly string[]): AsyncGenerator<readonly (readonly ParquetCell[])[]>;
  close(): void;
}

// One thread keeps the rows in order and no more than a few row groups in memory.
const SETTINGS = {
  threads: "1",
  memory_limit: "256MB",
  autoinstall_known_extensions: "false",
  autoload_known_extensions: "false",
};

/**
 * Opens a Parquet file, in this process and in bounded memory, whatever its size.
 * @throws KotaError `bad_request` when it cannot be read, or is no Parquet.
 */
export async function openParquet(path: string): Promise<ParquetFile> {
  const instance = await DuckDBInstance.create(":memory:", SETTINGS);
  const connection = await instance.connect();
  // The name is no pattern, and its folders are no columns. Old writers do not mark text as such.
  const file = resolve(path).replaceAll(/[*?[]/g, "[$&]");
  const source = "read_parquet($file, hive_partitioning = false, binary_as_string = true)";
  const close = () => {
    connection.closeSync();
    instance.closeSync();
  };
  let columns: readonly ParquetColumn[];
  try {
    columns = await describe(connection, source, file);
  } catch (cause) {
    close();
    throw unreadable(path, cause);
  }
  const typeOf = new Map(columns.map((column) => [column.name, column]));

  async function* rows(names: readonly string[]): AsyncGenerator<readonly (readonly ParquetCell[])[]> {
    const list = names.map((name) => expression(path, name, typeOf.get(name))).join(", ");
    try {
      const result = await connection.stream(`SELECT ${list} FROM ${source}`, { file });
      for (;;) {
        const chunk = await result.fetchChunk();
        if (!chunk || chunk.rowCount === 0) return;
        yield chunk.convertRows(cellOf);
      }
    } catch (cause) {
      throw unreadable(path, cause);
    }
  }

  return { columns, rows, close };
}

function unreadable(path: string, cause: unknown): KotaError {
  if (cause instanceof KotaError) return cause;
  return new KotaError("bad_request", `${path} cannot be read as Parquet: ${messageOf(cause)}`, { cause });
}

async function describe(
  connection: DuckDBConnection,
  source: string,
  file: string,
): Promise<readonly ParquetColumn[]> {
  const reader = await connection.runAndReadAll(`DESCRIBE SELECT * FROM ${source}`, { file });
  return reader.getRows().map(([name, type]) => ({
    name: String(name),
    type: String(type),
    kind: kindOf(String(type)),
  }));
}

const NUMBER = /^(?:U?(?:TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL\(\d+,\d+\))$/;

function kindOf(type: string): ParquetKind {
  if (NUMBER.test(type)) return "number";
  if (type === "TIMESTAMP WITH TIME ZONE") return "moment";
  if (/^TIMESTAMP(?:_S|_MS|_NS)?$/.test(type)) return "wall-time";
  if (type === "BOOLEAN") return "boolean";
  return type === "VARCHAR" || type === "UUID" || type.startsWith("ENUM(") ? "text" : "other";
}

/** How SQL makes a cell of a column. */
function expression(path: string, name: string, column: ParquetColumn | undefined): string {
  const quoted = `"${name.replaceAll('"', '""')}"`;
  switch (column?.kind) {
    case "moment":
      return `strftime(make_timestamp(epoch_us(${quoted})), '%Y-%m-%dT%H:%M:%S.%gZ')`;
    case "wall-time":
      return `strftime(${quoted}::TIMESTAMP, '%Y-%m-%dT%H:%M:%S.%g')`;
    case "number":
      // As text a single-precision 9.1 stays 9.1, and a whole number of any length is exact.
      return /^(?:DOUBLE|TINYINT|SMALLINT|INTEGER|UTINYINT|USMALLINT|UINTEGER)$/.test(column.type)
        ? quoted
        : `${quoted}::VARCHAR`;
    case "text":
      return `${quoted}::VARCHAR`;
    case "boolean":
      return quoted;
    default: {
      const what = column ? `holds ${column.type}` : "is not there";
      throw new KotaError("bad_request", `${path}: the column '${name}' ${what}: its cells cannot be read.`);
    }
  }
}

/** A number that JSON does not have becomes text, so that nobody takes it for an empty cell. */
function cellOf(value: DuckDBValue): ParquetCell {
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  return value === null || typeof value === "boolean" ? value : String(value);
}
