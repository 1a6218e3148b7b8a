import { createRequire } from "node:module";
import { join } from "node:path";
import { compileFunction } from "node:vm";
import type { Adapter } from "@kota/adapters";
import * as adapters from "@kota/adapters";
import * as model from "@kota/model";
import { KotaError, messageOf } from "@kota/model";
import { type BuildFailure, build, stop } from "esbuild";
import * as zod from "zod";
import { withinTime } from "./bounded-time.ts";
import type { PartSource } from "./part.ts";

/** What a city's adapter may import without having it: kota's own instances, so that a refusal is a refusal. */
const PROVIDED: Readonly<Record<string, object>> = {
  "@kota/adapters": { ...adapters, __esModule: true },
  "@kota/model": { ...model, __esModule: true },
  zod: { ...zod, __esModule: true },
};

const LOAD_MS = 5000;

let building = 0;

/**
 * One script of an adapter and all that it imports of the city's own: TypeScript or JavaScript, as Node 20 can run it.
 * @throws KotaError `city_invalid` that names file, line and what is wrong.
 */
export async function bundleCode({ city, file }: PartSource): Promise<string> {
  building++;
  try {
    const { outputFiles } = await build({
      entryPoints: [join(city, file)],
      absWorkingDir: city,
      bundle: true,
      write: false,
      format: "cjs",
      platform: "node",
      target: "node20",
      external: Object.keys(PROVIDED),
      logLevel: "silent",
      // A tsconfig.json beside the adapter is for the engineer's editor and need not be here.
      tsconfigRaw: {},
    });
    return outputFiles[0]?.text ?? "";
  } catch (cause) {
    throw new KotaError("city_invalid", buildProblem(cause as BuildFailure, file), { cause });
  } finally {
    // The bundler is a process of its own; between changes of the folder nobody needs it.
    if (--building === 0) await stop();
  }
}

function buildProblem(failure: BuildFailure, file: string): string {
  const [first, ...more] = failure.errors ?? [];
  if (!first) return `${file}: cannot be built: ${messageOf(failure)}`;
  const { location, text } = first;
  const where = location ? `${location.file}:${location.line}:${location.column + 1}` : file;
  return `${where}: ${text}${more.length > 0 ? ` (and ${more.length} more)` : ""}`;
}

/**
 * The adapter that a bundled script exports by default.
 * @throws KotaError `city_invalid` when it throws, does not come to an end, or exports no adapter of its folder's name.
 */
export function evaluateCode(code: string, source: PartSource): Adapter {
  const { city, file, id } = source;
  const path = join(city, file);
  const real = createRequire(path);
  const require = (name: string): unknown => PROVIDED[name] ?? real(name);
  const module = { exports: {} as { readonly default?: unknown } };
  try {
    const run = compileFunction(code, ["require", "module", "exports"], { filename: path });
    withinTime(() => run(require, module, module.exports), LOAD_MS);
  } catch (cause) {
    throw new KotaError("city_invalid", `${file}: loading it failed: ${messageOf(cause)}`, { cause });
  }
  const found = module.exports.default;
  if (!isAdapter(found)) {
    throw new KotaError(
      "city_invalid",
      `${file}: expected 'export default defineAdapter({ … })', and its default export is ${found === undefined ? "missing" : "something else"}.`,
    );
  }
  if (found.id !== id) {
    throw new KotaError(
      "city_invalid",
      `${file}: the adapter's id is '${found.id}', and it has to be the name of its folder, '${id}'.`,
    );
  }
  if (!Number.isInteger(found.version) || found.version < 1) {
    throw new KotaError(
      "city_invalid",
      `${file}: version: expected 1, 2, 3 …, came ${String(found.version)}.`,
    );
  }
  return found;
}

function isAdapter(value: unknown): value is Adapter {
  if (typeof value !== "object" || value === null) return false;
  const { id, label, read, claims } = value as Partial<Adapter>;
  return (
    typeof id === "string" &&
    typeof label === "string" &&
    typeof read === "function" &&
    typeof claims === "object"
  );
}
