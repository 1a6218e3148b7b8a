import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { ADAPTERS } from "@kota/adapters";
import { FOLDER } from "@kota/city-adapters";

/** The sources of the package of adapters, where their examples are; an image without sources has none. */
export const ADAPTER_SOURCES = join(dirname(fileURLToPath(import.meta.resolve("@kota/adapters"))), "../src");

/** The folder of an adapter's examples: in the package for those of kota, in the city's folder for its own. */
export function examplesFolder(id: string, city: string): string {
  return ADAPTERS.some((adapter) => adapter.id === id)
    ? join(ADAPTER_SOURCES, id, "examples")
    : join(city, FOLDER, id, "examples");
}
