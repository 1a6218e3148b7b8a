import { BIGINT, type DuckDBConnection } from "@duckdb/node-api";
import { append, type Columns } from "./columns.ts";

/** Both ends belong to it. Unix milliseconds. */
export interface TimeSlice {
  readonly from: number;
  readonly to: number;
}

/** With more slices than this, one look at the whole span is cheaper. */
const MOST_SLICES = 16;

// Within a batch the last of the same identity counts: rowid is the order in which the rows were appended.
const MERGES = {
  reading_batch: `
    MERGE INTO readings AS t USING (
      SELECT device, time, arg_max(adapter, rowid) AS adapter, arg_max(received_at, rowid) AS received_at
      FROM reading_batch WHERE time BETWEEN $from AND $to GROUP BY device, time
    ) AS b ON t.device = b.device AND t.time = b.time AND t.time BETWEEN $from AND $to
    WHEN MATCHED AND (t.adapter <> b.adapter OR t.received_at <> b.received_at)
      THEN UPDATE SET adapter = b.adapter, received_at = b.received_at
    WHEN NOT MATCHED THEN INSERT (device, time, adapter, received_at) VALUES (b.device, b.time, b.adapter, b.received_at)`,
  measurement_batch: `
    MERGE INTO measurements AS t USING (
      SELECT series, time, arg_max(value, rowid) AS value
      FROM measurement_batch WHERE time BETWEEN $from AND $to GROUP BY series, time
    ) AS b ON t.series = b.series AND t.time = b.time AND t.time BETWEEN $from AND $to
    WHEN MATCHED AND t.value <> b.value THEN UPDATE SET value = b.value
    WHEN NOT MATCHED THEN INSERT (series, time, value) VALUES (b.series, b.time, b.value)`,
  score_batch: `
    MERGE INTO scores AS t USING (
      SELECT DISTINCT ON (series, minute) series, minute, score, value, coverage
      FROM score_batch WHERE minute BETWEEN $from AND $to ORDER BY series, minute, rowid DESC
    ) AS b ON t.series = b.series AND t.minute = b.minute AND t.minute BETWEEN $from AND $to
    WHEN MATCHED THEN UPDATE SET score = b.score, value = b.value, coverage = b.coverage
    WHEN NOT MATCHED THEN INSERT (series, minute, score, value, coverage)
      VALUES (b.series, b.minute, b.score, b.value, b.coverage)`,
  rejection_batch: `
    MERGE INTO rejections AS t USING (
      SELECT DISTINCT ON (id, time) * FROM rejection_batch WHERE time BETWEEN $from AND $to ORDER BY id, time, rowid DESC
    ) AS b ON t.id = b.id AND t.time = b.time AND t.time BETWEEN $from AND $to
    WHEN MATCHED THEN UPDATE SET stage = b.stage, code = b.code, reason = b.reason, topic = b.topic, source = b.source,
      payload = b.payload, size = b.size, attributes = b.attributes, adapter = b.adapter, device = b.device
    WHEN NOT MATCHED THEN INSERT (id, time, stage, code, reason, topic, source, payload, size, attributes, adapter, device)
      VALUES (b.id, b.time, b.stage, b.code, b.reason, b.topic, b.source, b.payload, b.size, b.attributes, b.adapter, b.device)`,
} as const;

/** The rows of one write. */
export interface Batch extends Columns {
  readonly table: keyof typeof MERGES;
}

/**
 * Merges rows into their table: a row of the same identity is replaced, any other is added. The slices must hold
 * every time of the batch; each is merged by itself and reads only what is stored around its times.
 */
export async function merge(
  connection: DuckDBConnection,
  batch: Batch,
  slices: readonly TimeSlice[],
): Promise<void> {
  if (batch.values[0]?.length === 0) return;
  await connection.run(`DELETE FROM temp.${batch.table}`);
  await append(connection, batch, "temp");
  for (const { from, to } of slices.length > MOST_SLICES ? [span(slices)] : slices) {
    await connection.run(
      MERGES[batch.table],
      { from: BigInt(from), to: BigInt(to) },
      { from: BIGINT, to: BIGINT },
    );
  }
}

/** The slice from the earliest to the latest of some times. */
export function span(slices: readonly TimeSlice[]): TimeSlice {
  let from = Number.POSITIVE_INFINITY;
  let to = Number.NEGATIVE_INFINITY;
  for (const slice of slices) {
    from = Math.min(from, slice.from);
    to = Math.max(to, slice.to);
  }
  return { from, to };
}
