import { runInNewContext } from "node:vm";
import { KotaError } from "@kota/model";

/**
 * Runs code that the city wrote, and ends it when it does not come to an end by itself. Whatever it throws comes through.
 * @throws KotaError `city_invalid` when it takes longer than that
 */
export function withinTime<T>(run: () => T, timeoutMs: number): T {
  try {
    return runInNewContext("run()", { run }, { timeout: timeoutMs }) as T;
  } catch (error) {
    if ((error as { readonly code?: unknown } | null)?.code !== "ERR_SCRIPT_EXECUTION_TIMEOUT") throw error;
    throw new KotaError("city_invalid", `it does not come to an end within ${timeoutMs / 1000} seconds`);
  }
}
