export { type DuckDbStoreOptions, openDuckDbStore } from "./duckdb/duckdb-store.ts";
export {
  openParquet,
  type ParquetCell,
  type ParquetColumn,
  type ParquetFile,
  type ParquetKind,
} from "./duckdb/parquet.ts";
export { describeInflux, type InfluxFacts } from "./influxdb/describe-influx.ts";
export { type InfluxStoreOptions, openInfluxStore, type StoreLogger } from "./influxdb/influx-store.ts";
export * from "./port.ts";
