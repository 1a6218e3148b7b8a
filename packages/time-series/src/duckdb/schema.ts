import type { DuckDBConnection } from "@duckdb/node-api";
import { KotaError, METRICS } from "@kota/model";

const VERSION = 1;

/**
 * Times are Unix milliseconds. `readings`, `measurements`, `scores` and `rejections` have no index on purpose: an index
 * grows in memory with every row, while a merge that is bounded in time reads only the row groups of that time.
 */
const TABLES = `
CREATE TABLE schema_version (version INTEGER NOT NULL);
CREATE TABLE devices (id INTEGER PRIMARY KEY, name VARCHAR NOT NULL);
CREATE TABLE adapters (id INTEGER PRIMARY KEY, name VARCHAR NOT NULL);
CREATE TABLE series (id INTEGER PRIMARY KEY, device INTEGER NOT NULL, metric VARCHAR NOT NULL);
CREATE TABLE readings (
  device INTEGER NOT NULL, time BIGINT NOT NULL, adapter INTEGER NOT NULL, received_at BIGINT NOT NULL
);
CREATE TABLE measurements (series INTEGER NOT NULL, time BIGINT NOT NULL, value DOUBLE NOT NULL);
CREATE TABLE score_series (
  id INTEGER PRIMARY KEY, area VARCHAR NOT NULL, dimension VARCHAR, aspect VARCHAR, indicator VARCHAR
);
CREATE TABLE scores (
  series INTEGER NOT NULL, minute BIGINT NOT NULL, score DOUBLE, value DOUBLE, coverage DOUBLE NOT NULL
);
CREATE TABLE rejections (
  id VARCHAR NOT NULL, time BIGINT NOT NULL, stage VARCHAR NOT NULL, code VARCHAR NOT NULL, reason VARCHAR NOT NULL,
  topic VARCHAR NOT NULL, source VARCHAR NOT NULL, payload VARCHAR NOT NULL, size BIGINT NOT NULL,
  attributes VARCHAR, adapter VARCHAR, device VARCHAR
);
CREATE TABLE metrics (name VARCHAR NOT NULL, title VARCHAR NOT NULL, unit VARCHAR NOT NULL);
`;

/** What a person queries: names for ids, UTC timestamps for milliseconds. */
const VIEWS = `
CREATE VIEW readings_long AS
  SELECT epoch_ms(m.time) AS time, d.name AS device, s.metric, m.value, c.unit
  FROM measurements m JOIN series s ON s.id = m.series JOIN devices d ON d.id = s.device
  LEFT JOIN metrics c ON c.name = s.metric;
CREATE VIEW readings_provenance AS
  SELECT epoch_ms(r.time) AS time, d.name AS device, a.name AS adapter, epoch_ms(r.received_at) AS received_at
  FROM readings r JOIN devices d ON d.id = r.device JOIN adapters a ON a.id = r.adapter;
CREATE VIEW scores_long AS
  SELECT epoch_ms(s.minute) AS time, k.area, k.dimension, k.aspect, k.indicator, s.score, s.value, s.coverage
  FROM scores s JOIN score_series k ON k.id = s.series;
CREATE VIEW rejections_long AS
  SELECT epoch_ms(time) AS time, * EXCLUDE (time, payload), from_base64(payload) AS payload FROM rejections;
`;

/** The rows of one write, before they are merged into the tables of the same columns. */
const BATCHES = `
CREATE TEMP TABLE reading_batch (device INTEGER, time BIGINT, adapter INTEGER, received_at BIGINT);
CREATE TEMP TABLE measurement_batch (series INTEGER, time BIGINT, value DOUBLE);
CREATE TEMP TABLE score_batch (series INTEGER, minute BIGINT, score DOUBLE, value DOUBLE, coverage DOUBLE);
CREATE TEMP TABLE rejection_batch (
  id VARCHAR, time BIGINT, stage VARCHAR, code VARCHAR, reason VARCHAR, topic VARCHAR, source VARCHAR, payload VARCHAR,
  size BIGINT, attributes VARCHAR, adapter VARCHAR, device VARCHAR
);
`;

/**
 * Makes the tables of a new file. Refuses a file that a newer kota has written. Writes nothing where nothing is to be
 * done, so that a file on a full disk can be opened and read.
 */
export async function prepareSchema(connection: DuckDBConnection): Promise<void> {
  const version = await versionOf(connection);
  if (version > VERSION) {
    throw new KotaError(
      "store_refused",
      `The time series were written by a newer kota (schema ${version}, this one knows ${VERSION}). Start that version.`,
    );
  }
  await connection.run("BEGIN TRANSACTION");
  if (version === 0) {
    await connection.run(TABLES + VIEWS);
    await connection.run("INSERT INTO schema_version VALUES ($1)", [VERSION]);
  }
  await refreshMetrics(connection);
  await connection.run("COMMIT");
  await connection.run(BATCHES);
}

/** 0: a new file. */
async function versionOf(connection: DuckDBConnection): Promise<number> {
  const tables = await connection.runAndReadAll(
    "SELECT 1 FROM duckdb_tables() WHERE table_name = 'schema_version' AND NOT temporary",
  );
  if (tables.currentRowCount === 0) return 0;
  const rows = await connection.runAndReadAll("SELECT version FROM schema_version");
  return Number(rows.getRows()[0]?.[0] ?? 0);
}

/** Brings the titles and units for the views up to date with the metric catalogue. */
async function refreshMetrics(connection: DuckDBConnection): Promise<void> {
  const stored = (await connection.runAndReadAll("SELECT name, title, unit FROM metrics")).getRows();
  const rows = Object.entries(METRICS).map(([name, { title, unit }]) => [name, title, unit]);
  const text = (all: readonly (readonly unknown[])[]) => JSON.stringify(all.map(String).sort());
  if (text(stored) === text(rows)) return;
  await connection.run("DELETE FROM metrics");
  for (const row of rows) await connection.run("INSERT INTO metrics VALUES ($1, $2, $3)", row);
}
