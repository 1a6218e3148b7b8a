export { type DuckDbStoreOptions, openDuckDbStore } from "./duckdb/duckdb-store.ts";
export { type InfluxStoreOptions, openInfluxStore, type StoreLogger } from "./influxdb/influx-store.ts";
export * from "./port.ts";
