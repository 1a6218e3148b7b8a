import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { ADAPTERS, Example } from "@kota/adapters";
import { KotaError, messageOf } from "@kota/model";
import { MAPPINGS } from "./city-adapters.ts";

/** The sources of the package of adapters, where their examples are; an image without sources has none. */
export const ADAPTER_SOURCES = join(dirname(fileURLToPath(import.meta.resolve("@kota/adapters"))), "../src");

/** The folder of an adapter's examples: in the package for those of kota, in the city's folder for a mapping. */
export function examplesFolder(id: string, city: string): string {
  return ADAPTERS.some((adapter) => adapter.id === id)
    ? join(ADAPTER_SOURCES, id, "examples")
    : join(city, MAPPINGS, id, "examples");
}

export interface NamedExample {
  /** The name of its file, without the ending. */
  readonly name: string;
  readonly example: Example;
}

/**
 * The examples in a folder, by name; none when there is no such folder.
 * @throws KotaError `bad_request` that names a file that is no example, and why.
 */
export function readExamples(folder: string): NamedExample[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .sort()
    .map((name) => ({
      name: name.replace(/\.json$/, ""),
      example: readExample(readFileSync(join(folder, name), "utf8"), join(folder, name)),
    }));
}

function readExample(text: string, file: string): Example {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new KotaError("bad_request", `${file} is not JSON: ${messageOf(cause)}`, { cause });
  }
  const parsed = Example.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new KotaError(
    "bad_request",
    `${file} is no example: ${parsed.error.issues.map((issue) => `${issue.path.join(".") || "(whole)"}: ${issue.message}`).join("; ")}`,
  );
}
