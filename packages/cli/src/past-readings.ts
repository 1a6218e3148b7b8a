import { existsSync } from "node:fs";
import { join } from "node:path";
import { KotaError } from "@kota/model";
import { type Config, createLogger } from "@kota/runtime";
import type { StoredReadings } from "@kota/scoring";
import { openStore } from "./open.ts";
import { apiUrl, findRunningKota, requireRunningKota } from "./running-kota.ts";

/**
 * Runs `work` with the readings of the past: of the kota that runs at `url`, or at the address of the settings; when
 * nobody is there, of the time series of the settings. (The embedded one is open in at most one process, so it is asked
 * directly only when no kota runs on it.)
 */
export async function withPastReadings<T>(
  config: Config,
  url: string | undefined,
  work: (readings: StoredReadings) => Promise<T>,
): Promise<T> {
  if (url !== undefined) return work(await requireRunningKota(url.replace(/\/$/, "")));
  const running = await findRunningKota(apiUrl(config));
  if (running) return work(running);
  requireStoredData(config);
  const store = await openStore(config, createLogger({ level: "warn", format: "pretty" }));
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

/** @throws KotaError `not_found` when the data would be embedded and there is none: opening it would make it. */
export function requireStoredData(config: Config): void {
  if (config.timeSeries !== "duckdb" || existsSync(join(config.dataDir, "time-series"))) return;
  throw new KotaError(
    "not_found",
    `No kota runs at ${apiUrl(config)}, and ${config.dataDir} holds no time series. Start kota, name a running one with --url, or set KOTA_DATA_DIR.`,
  );
}
