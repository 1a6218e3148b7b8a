import { fileURLToPath } from "node:url";
import { type Config, loadConfig } from "@kota/runtime";

/** The root of the checkout or image that this runs from. */
const ROOT = new URL("../../../", import.meta.url);

export const EXAMPLE_CITY = fileURLToPath(new URL("infra/example-city", ROOT));

export const WEB_ROOT = fileURLToPath(new URL("services/web/dist", ROOT));

/** The settings of this process; `overrides` are a command's own defaults. */
export function settings(overrides: Partial<Config> = {}): Config {
  return loadConfig(process.env, {
    city: EXAMPLE_CITY,
    dataDir: ".kota",
    ...overrides,
  });
}
