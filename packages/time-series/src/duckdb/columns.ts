import { type DuckDBConnection, DuckDBDataChunk, type DuckDBType, type DuckDBValue } from "@duckdb/node-api";

/** The most rows a chunk of DuckDB holds. */
const CHUNK_ROWS = 2048;

/** Rows column by column, as DuckDB takes them. */
export interface Columns {
  readonly table: string;
  readonly types: readonly DuckDBType[];
  readonly values: readonly DuckDBValue[][];
}

/** Appends all rows to a table. A table of batches is `temp`. */
export async function append(
  connection: DuckDBConnection,
  { table, types, values }: Columns,
  catalog: "temp" | null,
): Promise<void> {
  const rows = values[0]?.length ?? 0;
  if (rows === 0) return;
  const appender = await connection.createAppender(table, null, catalog);
  try {
    for (let from = 0; from < rows; from += CHUNK_ROWS) {
      const count = Math.min(CHUNK_ROWS, rows - from);
      const chunk = DuckDBDataChunk.create(types, count);
      for (const [index, column] of values.entries()) {
        chunk.setColumnValues(index, rows === count ? column : column.slice(from, from + count));
      }
      appender.appendDataChunk(chunk);
    }
  } finally {
    appender.closeSync();
  }
}
